"""The loss: reconstruction, distance correlation and closure, Eq. 2 with a third term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Train
from trigger_ad.expression import Expression
from trigger_ad.score import PortType
from trigger_ad.train.closure import asymmetry, pair_weights, quantiles
from trigger_ad.train.distance_correlation import disco
from trigger_ad.train.expression import render

__all__ = ["INPUT", "Loss", "Terms"]

#: Port of the event's inputs in a score.
INPUT = "input"

#: Events from which the units of the scores are taken.
SAMPLE = 20_000

Tensor = Any


@dataclass(frozen=True)
class Terms:
    """Terms of the loss before their weights, scalar tensors.

    Parameters
    ----------
    reconstruction : tensor
        Mean score, summed over the scores, each in units of what a constant output equal to
        the mean input would score: between 0 and 1 for a network that has learned anything,
        whatever the scale of the inputs and the kind of difference. So lambda means the
        same for all of them.
    disco : tensor
        Squared distance correlation of the transformed scores; 0 for a single score.
    closure : tensor
        Mean magnitude of the asymmetry, by `closure.pair_weights`; 0 for a single score.
    asymmetry : tensor (cuts, cuts)
        Of the ABCD prediction; 0 for a single score.
    """

    reconstruction: Tensor
    disco: Tensor
    closure: Tensor
    asymmetry: Tensor


@dataclass(frozen=True)
class Loss:
    """Terms of the loss for the outputs of a model.

    Parameters
    ----------
    expressions : mapping of str to Expression
        One or two scores.
    ports : tuple of str
        Ports of the model's outputs, in order.
    settings : Train
    units : tuple of float
        Of each score, see `Terms`.
    types : mapping of str to PortType, optional
        For scores on integers, see `expression.render`.
    """

    expressions: Mapping[str, Expression]
    ports: tuple[str, ...]
    settings: Train
    units: tuple[float, ...]
    types: Mapping[str, PortType] | None = None

    @classmethod
    def of(
        cls,
        expressions: Mapping[str, Expression],
        ports: tuple[str, ...],
        settings: Train,
        x: NDArray[np.float32],
        types: Mapping[str, PortType] | None = None,
    ) -> Loss:
        """Take the units of the scores from training events, (n_events, 57)."""
        import tensorflow as tf

        sample = np.asarray(x[:SAMPLE], dtype=np.float32)
        constant = np.broadcast_to(x.mean(axis=0, dtype=np.float64), sample.shape)
        output = tf.constant(constant, tf.float32)
        values = {INPUT: tf.constant(sample)} | dict.fromkeys(ports, output)
        units = tuple(
            max(float(tf.reduce_mean(render(expression, values))), 1e-6)
            for expression in expressions.values()
        )
        return cls(expressions, ports, settings, units, types)

    def scores(self, x: Tensor, outputs: list[Tensor]) -> list[Tensor]:
        """Every score (n_events,) in real units."""
        values = {INPUT: x, **dict(zip(self.ports, outputs, strict=True))}
        return [render(e, values, self.types) for e in self.expressions.values()]

    def terms(self, x: Tensor, outputs: list[Tensor], offset: Tensor) -> Terms:
        """Terms for a batch; `offset` places the cuts, see `closure.quantiles`."""
        import tensorflow as tf

        relative = [
            score / unit for score, unit in zip(self.scores(x, outputs), self.units, strict=True)
        ]
        reconstruction = tf.add_n([tf.reduce_mean(score) for score in relative])
        zero = tf.zeros((), reconstruction.dtype)
        if len(relative) < 2:
            cuts = self.settings.closure.cuts
            return Terms(reconstruction, zero, zero, tf.zeros((cuts, cuts), zero.dtype))
        first, second = (self.transformed(score) for score in relative)
        term = self.settings.closure
        found = asymmetry(first, second, quantiles(term, offset), term.width)
        return Terms(
            reconstruction,
            disco(first, second) if self.settings.disco.weight else zero,
            tf.reduce_sum(pair_weights(term.cuts) * tf.abs(found)),
            found,
        )

    def transformed(self, relative: Tensor) -> Tensor:
        """Score as decorrelation sees it; scores of 0 stay finite."""
        import tensorflow as tf

        if self.settings.transform == "log":
            return tf.math.log(relative + 1e-3)
        return relative
