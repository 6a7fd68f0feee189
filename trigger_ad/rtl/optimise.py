"""Traced values as a circuit in which what is equal stands once, with the same numbers.

See docs/decisions/0026-circuits-that-the-optimiser-changes.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from alkaid.trace import FVariable
from alkaid.trace import trace as alkaid_trace
from alkaid.trace.passes import common_subexpr_elimin, dead_code_elimin, null_quant_elimin, optimize
from alkaid.trace.passes.canon import canonicalize_outputs, const_propagation
from alkaid.trace.passes.order import canonical_sort, topo_bandwidth_sort
from alkaid.trace.passes.surrogate import add_surrogate
from alkaid.types import CombLogic

from trigger_ad.errors import ConversionError

__all__ = ["optimised"]

#: Codes of a constant, and of its addition, in alkaid's programs.
_CONSTANT, _ADD_CONSTANT = 5, 4

#: Codes of a choice by the highest bit of its third argument, of some bits of a number, and of
#: sums, differences and products.
_CHOICE, _BITS, _ARITHMETIC = 6, 3, (0, 1, _ADD_CONSTANT, 7, 11)

#: Of the words with which the optimised circuit is held to the plain one, and how many of a kind.
_SEED, _SAMPLE = 1, 1000


def optimised(inputs: Sequence[FVariable], outputs: Sequence[FVariable]) -> CombLogic:
    """Circuit between traced values.

    Parameters
    ----------
    inputs, outputs : sequence of FVariable
        Inputs that are not used stay.

    Returns
    -------
    CombLogic

    Raises
    ------
    ConversionError
        If a constant has more bits than the traced representation carries.
    """
    plain = alkaid_trace(inputs, outputs, optimize=False, keep_dead_inputs=True)
    _check_constants(plain)
    logic = optimize(plain, keep_dead_inputs=True)
    if _loses_a_sign(logic) or _moves_a_bit(plain) or not _equal(plain, logic):
        logic = _merged(plain)
    _check_constants(logic)
    return logic


def _merged(plain: CombLogic) -> CombLogic:
    """What `optimize` does, without the two steps of it that can change a number.

    These find intervals anew, and take a shifted bit for the highest one of its number.
    """
    logic = canonicalize_outputs(const_propagation(plain))
    logic = dead_code_elimin(logic, keep_dead_inputs=True)
    for merge in (common_subexpr_elimin, null_quant_elimin):
        logic = dead_code_elimin(merge(logic), keep_dead_inputs=True)
    return topo_bandwidth_sort(canonical_sort(add_surrogate(canonical_sort(logic))))


def _equal(plain: CombLogic, logic: CombLogic) -> bool:
    """Whether two circuits give the same for words at random and at the ends of their ports."""
    rng = np.random.default_rng(_SEED)
    low, high, lsb = np.array(plain.inp_qint, dtype=np.float64).T
    shape = (_SAMPLE, len(lsb))
    inside = low + lsb * rng.integers(0, (high - low) / lsb, shape, endpoint=True)
    ends = np.where(rng.random(shape) < 0.5, low, high)
    absent = np.where(rng.random(shape) < 0.5, inside, np.clip(0, low, high))
    words = np.concatenate([inside, ends, absent])
    first, second = (circuit.predict(words, n_threads=1) for circuit in (plain, logic))
    return np.array_equal(first, second)


def _moves_a_bit(plain: CombLogic) -> bool:
    """Whether a bit of a number, shifted, has the weight of the number's own highest bit.

    The optimiser would take the highest bit instead.
    """
    for op in plain.ops:
        one_bit = op.qint.min == 0 and op.qint.max == op.qint.step
        if op.opcode == _BITS and op.data[0] != 0 and one_bit:
            signed, integer, _ = plain.ops[op.addr[0]].qint.kif
            if op.qint.step == 2.0 ** (integer + int(signed) - 1):
                return True
    return False


def _loses_a_sign(logic: CombLogic) -> bool:
    """Whether something is chosen by the highest bit of a number that is never negative.

    The optimiser finds narrower intervals when it merges what is equal: a difference may lose its
    sign then, and the choice would look at the highest bit of what is left of it. What is not
    chosen by a sign is chosen by one bit.
    """
    conditions = (logic.ops[op.addr[2]] for op in logic.ops if op.opcode == _CHOICE)
    return any(
        op.qint.min >= 0 and (op.opcode in _ARITHMETIC or op.qint.max > op.qint.step)
        for op in conditions
    )


def _check_constants(logic: CombLogic) -> None:
    """Refuse a constant that lost bits on its way through float32; its interval has them all."""
    for operation in logic.ops:
        low = operation.qint.min
        if operation.opcode == _CONSTANT:
            kept = operation.data[0] * operation.qint.step
        elif operation.opcode == _ADD_CONSTANT:
            value, fraction = operation.data
            kept = value * 2.0**-fraction
            low -= logic.ops[operation.addr[0]].qint.min
        else:
            continue
        if kept != low:
            raise ConversionError(
                "a constant of the circuit",
                "must have at most 24 bits",
                low,
                "use narrower weights and biases",
            )
