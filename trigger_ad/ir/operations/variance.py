"""``exp(v) - v - 1``, which hardware has as a table.

It is used by the variational autoencoder alone, yet stands here and not with that scorer: a score
over the outputs of a float network is evaluated before anything is bound, also from a file that
is read where no scorer was ever imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trigger_ad.ir.operations.late import no_circuit, no_statement
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["KL_OF_VARIANCE", "LARGEST_VARIANCE", "kl_of_variance"]

#: Logarithm of the variance above which the function is flat, and none is drawn from.
LARGEST_VARIANCE = 8.0


def kl_of_variance(raw: Array, signal: Signal, fraction: int) -> Array:
    """Compute the operation of this name, whose result is rounded to its binary point.

    Parameters
    ----------
    raw : ndarray of integers
        Values of `signal`: logarithms of variances.
    signal : Signal
    fraction : int
        Bits right of the binary point of the result.

    Returns
    -------
    ndarray of int64
        It falls to 0 at 0 and rises from there: its largest value in any interval is at an end.
    """
    value = np.minimum(np.asarray(raw, dtype=np.float64) * 2.0**-signal.fraction, LARGEST_VARIANCE)
    return np.asarray(np.rint((np.expm1(value) - value) * 2.0**fraction).astype(np.int64))


def _bound(call: Call) -> Signal:
    signal, fraction = call.first, call.node.parameter
    ends = [kl_of_variance(np.asarray(pair), signal, fraction) for pair in signal.pairs]
    return Signal(
        tuple(
            0 if lo <= 0 <= hi else int(end.min())
            for (lo, hi), end in zip(signal.pairs, ends, strict=True)
        ),
        tuple(int(end.max()) for end in ends),
        fraction,
    )


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (raw,) = arrays
    return kl_of_variance(raw, call.first, call.node.parameter).astype(raw.dtype)


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    value = tf.minimum(tensors[0], LARGEST_VARIANCE)
    return tf.math.expm1(value) - value


def _entries(node: Node, signal: Signal) -> tuple[int, ...]:
    codes = np.arange(signal.low, signal.high + 1)
    return tuple(kl_of_variance(codes, signal, node.parameter).tolist())


KL_OF_VARIANCE = Operation(
    "kl_of_variance", 1, _bound, _compute, no_statement, no_circuit, _tensor, entries=_entries
)
