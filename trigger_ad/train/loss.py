"""The loss: cost of each score, distance correlation and closure, Eq. 2 with a third term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import PortType
from trigger_ad.scorers.objective import Cost
from trigger_ad.sections.train import Train
from trigger_ad.train.closure import asymmetry, pair_weights, quantiles
from trigger_ad.train.disco import disco
from trigger_ad.train.events import mean
from trigger_ad.train.expression import render
from trigger_ad.train.flatness import PILEUP, slopes

__all__ = ["INPUT", "Loss", "Terms"]

#: Port of the event's inputs in a score.
INPUT = "input"

#: Events from which the units of the scores are taken.
SAMPLE = 20_000

#: Below it a score of constant outputs is no unit.
SMALLEST = 1e-6

Tensor = Any


@dataclass(frozen=True)
class Terms:
    """Terms of the loss before their weights, scalar tensors.

    Parameters
    ----------
    reconstruction : tensor
        Mean cost, summed over the scores, each in its unit. For an autoencoder the cost is the
        score, and the unit what a constant output equal to the mean input would score: between
        0 and 1 for a network that has learned anything, whatever the scale of the inputs and
        the kind of difference. So lambda means the same for all of them.
    disco : tensor
        Squared distance correlation of the transformed scores; 0 for a single score.
    closure : tensor
        Mean magnitude of the asymmetry, by `closure.pair_weights`; 0 for a single score.
    asymmetry : tensor (cuts, cuts)
        Of the ABCD prediction; 0 for a single score.
    flatness : tensor (scores,)
        Mean over the cuts of how the rate of each score follows pile-up; 0 where that is no term.
    """

    reconstruction: Tensor
    disco: Tensor
    closure: Tensor
    asymmetry: Tensor
    flatness: Tensor


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
        Of each score: its value for constant outputs, which are the mean input where they are as
        many as the inputs and 0 elsewhere; 1 where that is 0.
    types : mapping of str to PortType, optional
        For scores on integers, see `expression.render`.
    costs : mapping of str to tuple of Cost
        What is lowered for each score; a score without an entry is lowered itself.
    cost_units : mapping of str to tuple of float
        Of each of them, found as those of the scores from its first term.
    """

    expressions: Mapping[str, Expression]
    ports: tuple[str, ...]
    settings: Train
    units: tuple[float, ...]
    types: Mapping[str, PortType] | None = None
    costs: Mapping[str, tuple[Cost, ...]] = field(default_factory=dict)
    cost_units: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        expressions: Mapping[str, Expression],
        ports: tuple[str, ...],
        settings: Train,
        x: NDArray[np.float32],
        types: Mapping[str, PortType] | None = None,
        *,
        widths: Mapping[str, int] | None = None,
        costs: Mapping[str, tuple[Cost, ...]] | None = None,
        targets: Mapping[str, NDArray[np.float32]] | None = None,
        weights: NDArray[np.float32] | None = None,
    ) -> Loss:
        """Take the units from training events.

        Parameters
        ----------
        expressions, ports, settings, types, costs
            As of the class.
        x : ndarray (n_events, 57) of float32
        widths : mapping of str to int, optional
            Of each port; as many as there are inputs if it is not given.
        targets : mapping of str to ndarray (n_events, 1) of float32, optional
            What students learn, by port.
        weights : ndarray (n_events,) of float32, optional
            Of the events; all alike if they are not given.
        """
        import tensorflow as tf

        sample = np.asarray(x[:SAMPLE], dtype=np.float32)
        of_sample = None if weights is None else weights[:SAMPLE]
        centre = np.broadcast_to(_centre(x, weights), sample.shape)
        values = {INPUT: tf.constant(sample)}
        for port in ports:
            width = (widths or {}).get(port, x.shape[1])
            constant = centre if width == x.shape[1] else np.zeros((len(sample), width))
            values[port] = tf.constant(constant, tf.float32)
        for port, target in (targets or {}).items():
            values[port] = tf.constant(target[:SAMPLE])

        def unit(expression: Expression) -> float:
            found = float(mean(render(expression, values), of_sample))
            return found if found > SMALLEST else 1.0

        costs = costs or {}
        units = tuple(unit(expression) for expression in expressions.values())
        cost_units = {
            name: tuple(unit(terms[0].expression) for terms in several)
            for name, several in costs.items()
        }
        return cls(expressions, ports, settings, units, types, costs, cost_units)

    def scores(self, x: Tensor, outputs: list[Tensor]) -> list[Tensor]:
        """Every score (n_events,) in real units."""
        values = self._values(x, outputs)
        return [render(e, values, self.types) for e in self.expressions.values()]

    def costs_of(
        self,
        x: Tensor,
        outputs: list[Tensor],
        targets: Mapping[str, Tensor],
        relative: list[Tensor],
    ) -> list[Tensor]:
        """What is lowered for every score (n_events,), in its unit.

        `relative` are the scores in their units; a cost that is the score is that very tensor.
        """
        import tensorflow as tf

        values = self._values(x, outputs) | dict(targets)
        costs = list(relative)
        for index, name in enumerate(self.expressions):
            if name in self.costs:
                costs[index] = tf.add_n(
                    [
                        tf.add_n([t.weight * render(t.expression, values) for t in terms]) / unit
                        for terms, unit in zip(self.costs[name], self.cost_units[name], strict=True)
                    ]
                )
        return costs

    def relative(self, x: Tensor, outputs: list[Tensor]) -> list[Tensor]:
        """Every score (n_events,) in its unit."""
        scores = self.scores(x, outputs)
        return [score / unit for score, unit in zip(scores, self.units, strict=True)]

    def _values(self, x: Tensor, outputs: list[Tensor]) -> dict[str, Tensor]:
        return {INPUT: x, **dict(zip(self.ports, outputs, strict=True))}

    def terms(
        self,
        x: Tensor,
        outputs: list[Tensor],
        offset: Tensor,
        targets: Mapping[str, Tensor] | None = None,
        weights: Tensor = None,
    ) -> Terms:
        """Terms for a batch; `offset` places the cuts, see `closure.quantiles`.

        Where events have `weights`, (n_events,) of float32, every mean, quantile and count is
        that of weighted events.
        """
        import tensorflow as tf

        relative = self.relative(x, outputs)
        costs = self.costs_of(x, outputs, targets or {}, relative)
        reconstruction = tf.add_n([mean(cost, weights) for cost in costs])
        zero = tf.zeros((), reconstruction.dtype)
        term = self.settings.closure
        kept, seen = quantiles(term, offset), [self.transformed(score) for score in relative]
        flatness = tf.zeros((len(seen),), zero.dtype)
        if self.settings.pileup.weight:
            pileup = (targets or {})[PILEUP][:, 0]
            each = [slopes(score, pileup, kept, term.width, weights) for score in seen]
            flatness = tf.stack([tf.reduce_mean(found) for found in each])
        if len(relative) < 2:
            none = tf.zeros((term.cuts, term.cuts), zero.dtype)
            return Terms(reconstruction, zero, zero, none, flatness)
        first, second = seen
        found = asymmetry(first, second, kept, term.width, weights)
        return Terms(
            reconstruction,
            disco(first, second, weights) if self.settings.disco.weight else zero,
            tf.reduce_sum(pair_weights(term.cuts) * tf.abs(found)),
            found,
            flatness,
        )

    def transformed(self, relative: Tensor) -> Tensor:
        """Score as decorrelation sees it; scores of 0 stay finite."""
        import tensorflow as tf

        if self.settings.transform == "log":
            return tf.math.log(relative + 1e-3)
        return relative


def _centre(x: NDArray[np.float32], weights: NDArray[np.float32] | None) -> NDArray[np.float64]:
    """Mean input (n_in,)."""
    if weights is None:
        return np.asarray(x.mean(axis=0, dtype=np.float64))
    return np.asarray(np.average(x, axis=0, weights=weights.astype(np.float64)))
