"""A flow as arrays: drawn, evaluated, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.references.flow import made
from trigger_ad.references.flow.settings import Settings
from trigger_ad.references.flow.spline import spline
from trigger_ad.storage import arrays

__all__ = ["Flow", "initial", "log_density"]

SCHEMA = "flow/1"

#: Events that are evaluated together.
BLOCK = 4096

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]
Tensor = Any


@dataclass(frozen=True)
class Flow:
    """A density over the inputs.

    Parameters
    ----------
    settings : Settings
    mean, deviation : ndarray (n_in,) of float64
        Of the inputs with the noise of a cell of their grid, so that none is constant.
    orders : ndarray (layers, n_in) of int64
        How each layer permutes its inputs before it bends them.
    weights : tuple of ndarray of float32
        As `made.shapes`, the first layer's before those of the second.
    """

    settings: Settings
    mean: Reals
    deviation: Reals
    orders: NDArray[np.int64]
    weights: tuple[Floats, ...]

    @property
    def cell(self) -> float:
        """Logarithm of the volume of a cell of the grid, in standardised units."""
        return float(np.sum(np.log(self.settings.lsb / self.deviation)))

    def standardise(self, x: NDArray[Any]) -> Floats:
        """Inputs as the first layer sees them, (n_events, n_in) float32."""
        return ((x - self.mean) / self.deviation).astype(np.float32)

    def scores(self, x: Floats) -> Reals:
        """How rare each event is: ``-log p``, larger is rarer.

        Eq. (7) of arXiv:2106.10164 with its sign turned and without its scale, which depends on
        the sample that it is taken from; the order of events is the same. The density is that
        at the middle of the event's cell of the grid, times the volume of the cell: nearly
        the probability of exactly these inputs.

        Parameters
        ----------
        x : ndarray (n_events, n_in) of float32
            Inputs on the grid.

        Returns
        -------
        ndarray (n_events,) of float64
            In nats.
        """
        return -self.log_densities(self.standardise(x))

    def log_densities(self, z: Floats) -> Reals:
        """Logarithm of the density at any place, times the volume of a cell of the grid.

        Parameters
        ----------
        z : ndarray (n_events, n_in) of float32
            Standardised.

        Returns
        -------
        ndarray (n_events,) of float64
        """
        import tensorflow as tf

        function = _compiled(self.settings)
        orders, weights = tf.constant(self.orders), [tf.constant(w) for w in self.weights]
        result = np.empty(len(z))
        block = np.zeros((BLOCK, len(self.mean)), np.float32)  # one shape, traced once
        for start in range(0, len(z), BLOCK):
            part = z[start : start + BLOCK]
            block[: len(part)] = part
            found = np.asarray(function(orders, weights, tf.constant(block)))
            result[start : start + BLOCK] = found[: len(part)]
        return result + self.cell

    def save(self, path: Path) -> None:
        """Write one NPZ file of schema ``flow/1``."""
        named: dict[str, NDArray[Any]] = {
            f"weight{i}": array for i, array in enumerate(self.weights)
        }
        named |= {"mean": self.mean, "deviation": self.deviation, "orders": self.orders}
        arrays.save(path, SCHEMA, {"settings": self.settings.to_json()}, named)

    @classmethod
    def load(cls, path: Path) -> Flow:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file is missing, broken, has another schema, or its arrays do not fit.
        """
        header, named = arrays.load(path, SCHEMA)
        settings = Settings.from_json(header["settings"])
        try:
            weights = tuple(named[f"weight{index}"] for index in range(len(named) - 3))
            flow = cls(settings, named["mean"], named["deviation"], named["orders"], weights)
        except KeyError:
            fits = False
        else:
            fits = _fits(flow)
        if not fits:
            raise SchemaError(
                path, "must hold the arrays of its settings", "others", "train the flow again"
            )
        return flow


def _fits(flow: Flow) -> bool:
    layers, n_in = flow.settings.layers, flow.mean.size
    return (
        flow.mean.shape == flow.deviation.shape == (n_in,)
        and flow.orders.shape == (layers, n_in)
        and bool((np.sort(flow.orders) == np.arange(n_in)).all())
        and [w.shape for w in flow.weights] == made.shapes(flow.settings, n_in) * layers
    )


def initial(settings: Settings, x: Floats, seed: int) -> Flow:
    """Flow before training: the standardised inputs, independent of each other.

    Parameters
    ----------
    settings : Settings
    x : ndarray (n_events, n_in) of float32
        Inputs on the grid; their mean and deviation are kept.
    seed : int
        Of permutations and weights; those of a layer follow from the seed and its index.
    """
    n_in = x.shape[1]
    deviation = np.sqrt(np.var(x, axis=0, dtype=np.float64) + settings.lsb**2 / 12)
    streams = [np.random.default_rng((seed, layer)) for layer in range(settings.layers)]
    orders = np.stack([stream.permutation(n_in) for stream in streams])
    weights = [array for stream in streams for array in made.initial(settings, n_in, stream)]
    return Flow(settings, np.mean(x, axis=0, dtype=np.float64), deviation, orders, tuple(weights))


def log_density(settings: Settings, orders: Tensor, weights: Sequence[Tensor], z: Tensor) -> Tensor:
    """Logarithm of the density of standardised inputs, Eqs. (4) and (6) of arXiv:2106.10164.

    What the last layer gives is compared with independent logistic distributions: a spectrum
    that falls exponentially keeps its slope outside the box.

    Parameters
    ----------
    settings : Settings
    orders : tensor (layers, n_in) of int64
    weights : sequence of tensor of float32
        See `Flow`.
    z : tensor (n_events, n_in) of float32

    Returns
    -------
    tensor (n_events,) of float32
    """
    import tensorflow as tf

    count, total = len(weights) // settings.layers, tf.zeros_like(z[:, 0])
    for layer in range(settings.layers):
        own = weights[layer * count : (layer + 1) * count]
        z = tf.gather(z, orders[layer], axis=1)
        z, logarithm = spline(z, made.evaluate(settings, own, z), settings.box)
        total += tf.reduce_sum(logarithm, axis=1)
    return total - tf.reduce_sum(z + 2 * tf.nn.softplus(-z), axis=1)


@cache
def _compiled(settings: Settings) -> Any:
    import tensorflow as tf

    def evaluate(orders: Tensor, weights: Sequence[Tensor], z: Tensor) -> Tensor:
        return log_density(settings, orders, weights, z)

    return tf.function(evaluate, autograph=False)
