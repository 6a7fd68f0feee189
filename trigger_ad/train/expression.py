"""A score expression on TensorFlow tensors in real units.

Without port types the expression is that of float training: `shorten` and `saturate` do
nothing. With them it computes what the integers compute, and gradients pass straight through
the rounding, as in Bengio, Léonard and Courville, arXiv:1308.3432 (2013). Ranks, whose tables are
made after the training, are those among the events of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.operations import LARGEST_VARIANCE, Signal
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import RankScale

__all__ = ["render"]

Tensor = Any


def render(
    expression: Expression,
    values: Mapping[str, Tensor],
    types: Mapping[str, PortType] | None = None,
) -> Tensor:
    """Score events.

    Parameters
    ----------
    expression : Expression
        With one element as its result.
    values : mapping of str to tensor (n_events, size) of float
        Real values of every port.
    types : mapping of str to PortType, optional
        Fixed-point types of the ports; values must then lie on their grids.

    Returns
    -------
    tensor (n_events,)

    Raises
    ------
    FixedPointError
        If the expression has a table and no types are given.
    """
    score = None if types is None else Score("score", expression, types)

    def visit(node: Expression, arguments: tuple[Tensor, ...]) -> Tensor:
        if node.operation == "port":
            return values[node.name]
        if node.operation in _EXACT:
            return _EXACT[node.operation](*arguments)
        if node.operation == "offset":
            return arguments[0] + float(node.parameter)
        if node.operation == "rank":
            return _rank_in_batch(arguments[0], RankScale(node.name))
        if node.operation == "kl_of_variance":
            return _kl_of_variance(arguments[0])
        if score is not None:
            return _rounded(node, arguments[0], score.signal(node.arguments[0]))
        if node.operation == "table":
            raise FixedPointError(
                "a table in a score",
                "must be trained with the types of its ports",
                None,
                "write the score without tables, or give the types",
            )
        return arguments[0]

    return fold(expression, visit)[:, 0]


def _tf() -> Any:
    import tensorflow as tf

    return tf


_EXACT: dict[str, Callable[..., Tensor]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "maximum": lambda a, b: _tf().maximum(a, b),
    "minimum": lambda a, b: _tf().minimum(a, b),
    "dot": lambda a, b: _tf().reduce_sum(a * b, axis=1, keepdims=True),
    "absolute": lambda a: _tf().abs(a),
    "square": lambda a: a * a,
    "sum": lambda a: _tf().reduce_sum(a, axis=1, keepdims=True),
}


def _kl_of_variance(a: Tensor) -> Tensor:
    tf = _tf()
    value = tf.minimum(a, LARGEST_VARIANCE)
    return tf.math.expm1(value) - value


def _rank_in_batch(a: Tensor, scale: RankScale) -> Tensor:
    """Rank among the events of the batch, up to a factor what the table of `rank_map` will say.

    The gradient is that of the rank's course over the score, by differences over a hundredth of
    the events on either side; among equal scores it is 0.
    """
    tf = _tf()
    score = a[:, 0]
    count = tf.shape(score)[0]
    order = tf.argsort(score, stable=True)
    ascending, place = tf.gather(score, order), tf.range(count)
    accepted = tf.cast(count - place, a.dtype) / tf.cast(count, a.dtype)
    ranks = -tf.math.log(accepted) if scale is RankScale.TAIL else 1 - accepted
    reach = count // 100 + 1
    below, above = tf.maximum(place - reach, 0), tf.minimum(place + reach, count - 1)
    slopes = tf.math.divide_no_nan(
        tf.gather(ranks, above) - tf.gather(ranks, below),
        tf.gather(ascending, above) - tf.gather(ascending, below),
    )
    back = tf.argsort(order)
    rank, slope = (tf.stop_gradient(tf.gather(found, back)) for found in (ranks, slopes))
    return (rank + slope * (score - tf.stop_gradient(score)))[:, None]


def _rounded(node: Expression, a: Tensor, signal: Signal) -> Tensor:
    """Operations that need the raw integers of their argument."""
    tf = _tf()
    lsb = 2.0**-signal.fraction
    if node.operation == "shorten":
        step = lsb * 2**node.parameter
        return a + tf.stop_gradient(tf.floor(a / step) * step - a)
    if node.operation == "saturate":
        low, high = _saturation(node.parameter, signal)
        return tf.clip_by_value(a, low * lsb, high * lsb)
    return _table(node, a, min(signal.minimum), lsb)


def _saturation(width: int, signal: Signal) -> tuple[int, int]:
    """Raw bounds of `width` bits, signed where the signal can be negative."""
    if min(signal.minimum) < 0:
        return -(1 << (width - 1)), (1 << (width - 1)) - 1
    return 0, (1 << width) - 1


def _table(node: Expression, a: Tensor, minimum: int, lsb: float) -> Tensor:
    """Look up; the gradient is the slope of the line through the neighbouring entries."""
    tf = _tf()
    entries = np.asarray(node.values, dtype=np.float64) * 2.0**-node.parameter
    index = tf.cast(tf.round(a / lsb), tf.int32) - minimum
    index = tf.clip_by_value(index, 0, len(entries) - 1)
    slopes = np.gradient(entries, lsb) if len(entries) > 1 else np.zeros(1)
    looked_up = tf.gather(tf.constant(entries, a.dtype), index)
    slope = tf.gather(tf.constant(slopes, a.dtype), index)
    return tf.stop_gradient(looked_up) + tf.stop_gradient(slope) * (a - tf.stop_gradient(a))
