"""What is read off background events: operations that become tables once these are known.

Until `trigger_ad.scorers.tabulate.tabulated` has made tables of them there are no integers, and no
training goes through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trigger_ad.ir.operations.late import no_circuit, no_statement, refuse
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Operation
from trigger_ad.ir.operations.segments import E
from trigger_ad.ir.operations.signal import Signal

__all__ = ["CONDITIONAL", "DENSITY", "TAIL", "conditional", "density", "tail"]


def density(vector: E, bits: int, fraction: int, prior: int) -> E:
    """Minus the binary logarithm of how often all elements have these values together.

    Parameters
    ----------
    vector : Expression
        Of few values: their combinations address one table.
    bits : int
        Of the result, which stays at its largest number beyond.
    fraction : int
        Of these, right of the binary point.
    prior : int
        Part, in thousandths, of the product of the frequencies of each element, which is added to
        the frequency of a combination: it orders those that no event has.
    """
    return vector.apply("density", parameter=fraction, values=(bits, prior))


def tail(vector: E, bits: int, fraction: int) -> E:
    """Minus the binary logarithm of how often an element is as large or larger, element by element.

    Parameters
    ----------
    vector : Expression
    bits : int
        Of the result, which stays at its largest number beyond.
    fraction : int
        Of these, right of the binary point.
    """
    return vector.apply("tail", parameter=fraction, values=(bits,))


def conditional(second: E, first: E, bits: int, fraction: int, least: int) -> E:
    """Tail of a score among background events of like another score.

    Parameters
    ----------
    second, first : Expression
        Of one element each, `first` not negative.
    bits : int
        Of the result, which stays at its largest number beyond.
    fraction : int
        Of these, right of the binary point.
    least : int
        Effective events of a group of `first`.
    """
    return second.apply("conditional", first, parameter=fraction, values=(bits, least))


def _bound(call: Call) -> Signal:
    refuse(call)


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    refuse(call)


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    refuse(Call(node, (), "a training"))


def _late(name: str, arguments: int) -> Operation:
    return Operation(name, arguments, _bound, _compute, no_statement, no_circuit, _tensor)


DENSITY, TAIL, CONDITIONAL = _late("density", 1), _late("tail", 1), _late("conditional", 2)
