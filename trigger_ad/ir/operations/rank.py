"""Ranks among background events, which become tables when those events have their scores.

Training sees a rank among the events of its batch. Until `trigger_ad.scorers.ranked.resolve` there
are no integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trigger_ad.ir.operations.late import no_circuit, no_statement, refuse
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["RANK", "TAIL"]

#: Name of the scale with equal steps in the logarithm of the efficiency.
TAIL = "tail"


def _bound(call: Call) -> Signal:
    refuse(call)


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    refuse(call)


def _in_batch(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    """Rank among the events of the batch, up to a factor what the table of `rank_map` will say.

    The gradient is that of the rank's course over the score, by differences over a hundredth of
    the events on either side; among equal scores it is 0.
    """
    (a,) = tensors
    score = a[:, 0]
    count = tf.shape(score)[0]
    order = tf.argsort(score, stable=True)
    ascending, place = tf.gather(score, order), tf.range(count)
    accepted = tf.cast(count - place, a.dtype) / tf.cast(count, a.dtype)
    ranks = -tf.math.log(accepted) if node.name == TAIL else 1 - accepted
    reach = count // 100 + 1
    below, above = tf.maximum(place - reach, 0), tf.minimum(place + reach, count - 1)
    slopes = tf.math.divide_no_nan(
        tf.gather(ranks, above) - tf.gather(ranks, below),
        tf.gather(ascending, above) - tf.gather(ascending, below),
    )
    back = tf.argsort(order)
    rank, slope = (tf.stop_gradient(tf.gather(found, back)) for found in (ranks, slopes))
    return (rank + slope * (score - tf.stop_gradient(score)))[:, None]


RANK = Operation("rank", 1, _bound, _compute, no_statement, no_circuit, _in_batch)
