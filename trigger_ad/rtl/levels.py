"""Logic levels of a traced circuit, estimated from its operations: where to cut it into stages.

Look-up tables have six inputs, and an adder is a table and a carry chain, so two levels, as the
ledger counts them. Gates, choices and ReLUs are counted although a mapper often merges them with
what follows; the cuts only have to divide the levels evenly.
"""

from __future__ import annotations

import math

from alkaid.trace.passes import canonical_sort
from alkaid.types import CombLogic, Op, QInterval

__all__ = ["TABLE_INPUTS", "with_levels"]

#: Inputs of a look-up table.
TABLE_INPUTS = 6


def with_levels(logic: CombLogic) -> CombLogic:
    """The same program, the latency of each operation being its levels from the inputs."""
    ops: list[Op] = []
    for op in logic.ops:
        arrival = max((ops[i].latency for i in op.input_ids), default=0.0)
        sources = [ops[i].qint for i in op.input_ids]
        ops.append(op._replace(latency=arrival + _levels(op, sources)))
    return canonical_sort(
        CombLogic(
            logic.shape,
            logic.inp_shifts,
            logic.out_idxs,
            logic.out_shifts,
            logic.out_negs,
            ops,
            logic.carry_size,
            logic.adder_size,
            logic.lookup_tables,
        )
    )


def _levels(op: Op, sources: list[QInterval]) -> float:
    match op.opcode:  # of alkaid's programs
        case 0 | 1:  # sum, difference
            return 0.0 if op.opcode == 0 and _joins(sources[0], sources[1], op.data[0]) else 2.0
        case -2:  # negation
            return 2.0 if _bits(op.qint) > 1 else 0.0
        case 4:  # sum with a constant
            return 2.0
        case 7:  # product
            return 2.0 * math.ceil(math.log2(max(min(map(_bits, sources)), 2)))
        case 2:  # ReLU
            return 1.0 if sources[0].min < 0 else 0.0
        case 6 | 10:  # choice by a bit, gate on every bit
            return 1.0
        case 9:  # gate over all bits of a number
            return float(math.ceil(math.log(max(_bits(sources[0]), 2), TABLE_INPUTS)))
        case 8:  # table
            return float(max(_bits(sources[0]) - TABLE_INPUTS, 0) // 2 + 1)
        case _:  # inputs, constants, bits taken out of a number
            return 0.0


def _bits(interval: QInterval) -> int:
    return int(sum(interval.kif))


def _joins(first: QInterval, second: QInterval, shift: int) -> bool:
    """Whether the sum of two numbers, the second being shifted, only puts their bits in a row.

    The upper one must begin above the lower one, and the lower one have no sign.
    """
    a, b = first.kif, second.kif
    return (not a.signed and a.integers <= shift - b.fractional) or (
        not b.signed and b.integers + shift <= -a.fractional
    )
