"""What an operation is: its integers, its cost, and how every back end writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.signal import Signal

__all__ = ["Array", "BoundCall", "Call", "Cost", "Gates", "Operation", "one_size"]

Array = NDArray[Any]
Tensor = Any
Wire = Any


@dataclass(frozen=True)
class Call:
    """An operation with the intervals of its arguments.

    Parameters
    ----------
    node : Node
    inputs : tuple of Signal
        Of the arguments.
    place : str
        What it is a part of, as in ``score score1``.
    """

    node: Node
    inputs: tuple[Signal, ...]
    place: str

    @property
    def title(self) -> str:
        """How errors call it."""
        return f"{self.node.operation} in {self.place}"

    @property
    def first(self) -> Signal:
        """Interval of the first argument."""
        return self.inputs[0]


@dataclass(frozen=True)
class BoundCall(Call):
    """The same with the interval of the result.

    Parameters
    ----------
    result : Signal
    """

    result: Signal

    @property
    def shifts(self) -> tuple[int, ...]:
        """Shifts to the left that bring the arguments to the binary point of the result."""
        return tuple(self.result.fraction - signal.fraction for signal in self.inputs)


class Cost(NamedTuple):
    """Look-up tables and DSP slices."""

    lut: int = 0
    dsp: int = 0


class Gates(Protocol):
    """What a traced circuit is made of; wires are numbers in real units that know +, - and *."""

    def argument(self, index: int) -> list[Wire]:
        """Elements of an argument."""

    def terms(self, index: int) -> tuple[list[Wire], list[Wire]]:
        """Elements of an argument as sums of a number and a carry, which may be missing."""

    def render(self, node: Any) -> list[Wire]:
        """Elements of another expression over the same ports."""

    def constant(self, value: float) -> Wire:
        """A number."""

    def floor(self, value: Wire, fraction: int) -> Wire:
        """Drop the bits below ``2**-fraction``, towards minus infinity."""

    def low_bits(self, value: Wire, above: int, fraction: int) -> Wire:
        """Bits from ``2**(above - 1)`` down to ``2**-fraction``, as an unsigned number."""

    def wrap(self, value: Wire, width: int, fraction: int) -> Wire:
        """Keep so many bits from ``2**-fraction`` up, as a signed number."""

    def saturate(self, value: Wire, width: int, fraction: int, signed: bool) -> Wire:
        """Clip to the range of a type."""

    def lookup(self, value: Wire, fraction: int, first: int, entries: Array) -> Wire:
        """Entry, a real number, of a raw value that starts at `first`."""

    def sign_and_magnitude(self, value: Wire) -> tuple[Wire, Wire]:
        """Two numbers whose sum is the magnitude; the first is the sign bit as an LSB."""

    def add_up(self, values: list[Wire], carries: list[Wire]) -> Wire:
        """Sum of all."""

    def maximum(self, a: Wire, b: Wire) -> Wire:
        """Larger of two."""

    def minimum(self, a: Wire, b: Wire) -> Wire:
        """Smaller of two."""

    def negative(self, value: Wire) -> Wire:
        """1 where a value is below 0, else 0."""

    def any(self, value: Wire) -> Wire:
        """1 where a value is not 0, else 0."""

    def positive(self, value: Wire) -> Wire:
        """The value, or 0 where it is negative."""

    def merge(self, values: list[Wire]) -> Wire:
        """Sum of numbers that have no bit in common, none of them negative."""

    def select(self, condition: Wire, yes: Wire, no: Wire, low: float, high: float) -> Wire:
        """Choose by a bit; what is chosen is known to lie from `low` to `high`."""


def one_size(call: Call) -> None:
    """Refuse arguments of several sizes.

    Raises
    ------
    FixedPointError
    """
    sizes = {signal.size for signal in call.inputs}
    if len(sizes) > 1:
        raise FixedPointError(
            call.title,
            "must have arguments of one size",
            " and ".join(map(str, sorted(sizes))),
            "give ports of one size",
        )


def _nothing(call: BoundCall) -> Mapping[str, Signal]:
    return {}


def _free(call: BoundCall) -> Cost:
    return Cost()


@dataclass(frozen=True)
class Operation:
    """An operation on vectors of integers.

    Parameters
    ----------
    name : str
        As expressions have it.
    arguments : int
        Number of them.
    bound : callable
        ``(Call) -> Signal``: interval of the result; it refuses what it is not defined for.
    compute : callable
        ``(BoundCall, arrays, events, out) -> array``: raw integers (n_events, size), exactly, in
        the dtype of the arguments, which holds all that `bound` and `on_the_way` say. `out` is
        None or an array of the result's shape that may be used for it.
    hls : callable
        ``(BoundCall, names, target) -> str``: C++ statements that fill the array `target`, of
        the result's raw type, from the arrays `names`.
    trace : callable
        ``(BoundCall, Gates) -> list of wires``: the elements of the result.
    tensor : callable
        ``(tf, node, tensors, inputs) -> tensor``: real numbers (n_events, size), as training
        sees them. `inputs` are the intervals of the arguments, where types are known; the result
        then equals the integers, and gradients pass straight through the rounding.
    sizes : callable
        ``(Call)``: refuses arguments of sizes that do not go together; by default all are equal.
    on_the_way : callable
        ``(BoundCall) -> {what: Signal}``: what `compute` computes besides the result.
    declared : callable
        ``(BoundCall) -> {what: Signal}``: what the types in the C++ statements are for, in their
        order there.
    cost : callable
        ``(BoundCall) -> Cost``: estimated logic.
    even : bool
        The sign of the argument is of no consequence, so that a circuit may turn it.
    antisymmetric : bool
        Arguments in the other order give the negative result.
    terms : callable, optional
        ``(BoundCall, Gates) -> (wires, carries)``: the result for a circuit that adds it up.
    entries : callable, optional
        ``(node, Signal) -> tuple of int``: the table that hardware has in place of the operation,
        for each raw value of its argument.
    """

    name: str
    arguments: int
    bound: Callable[[Call], Signal]
    compute: Callable[[BoundCall, Sequence[Array], int, Array | None], Array]
    hls: Callable[[BoundCall, Sequence[str], str], str]
    trace: Callable[[BoundCall, Gates], list[Wire]]
    tensor: Callable[[Any, Node, Sequence[Tensor], Sequence[Signal] | None], Tensor]
    sizes: Callable[[Call], None] = field(default=one_size, kw_only=True)
    on_the_way: Callable[[BoundCall], Mapping[str, Signal]] = field(default=_nothing, kw_only=True)
    declared: Callable[[BoundCall], Mapping[str, Signal]] = field(default=_nothing, kw_only=True)
    cost: Callable[[BoundCall], Cost] = field(default=_free, kw_only=True)
    even: bool = field(default=False, kw_only=True)
    antisymmetric: bool = field(default=False, kw_only=True)
    terms: Callable[[BoundCall, Gates], tuple[list[Wire], list[Wire]]] | None = field(
        default=None, kw_only=True
    )
    entries: Callable[[Node, Signal], tuple[int, ...]] | None = field(default=None, kw_only=True)
