"""Expressions over named ports: what a score is made of, whoever computes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from trigger_ad.errors import SchemaError
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.table import OPERATIONS

__all__ = ["OPERATIONS", "PORT", "Expression", "constant", "fold", "port", "walk"]

#: What an expression begins with: no operation, but a name.
PORT = "port"

T = TypeVar("T")


@dataclass(frozen=True, eq=False)  # equality and hash are those of a node
class Expression(Node):
    """One operation and its arguments; write it from `port` and `constant` on.

    The common operations are methods. Those of a file in `trigger_ad.ir.operations` are functions
    there, as in ``wrap(port("phi").subtract(port("lepton_phi")), 144)``.

    Parameters
    ----------
    operation : str
        A key of `OPERATIONS`, or `PORT`.
    arguments : tuple of Expression
    name : str
        Of a port, or of the scale of a rank.
    parameter : int
        Of ``shorten``: how many low bits are dropped. Of ``saturate``: the width kept. Of
        ``offset``: the integer that is added. Of ``rank``: its bits. Where there are `values`,
        and of ``kl_of_variance`` and ``log2``: bits right of a binary point. Of segments: their
        size.
    values : tuple of int
        Of ``table``: the entries, from the smallest raw argument to the largest. Of ``constant``
        and ``wrap``: raw numbers. Of ``take``: places.
    """

    arguments: tuple[Expression, ...] = ()

    def add(self, other: Expression) -> Expression:
        """Elementwise sum; binary points are aligned to the finer one."""
        return Expression("add", (self, other))

    def subtract(self, other: Expression) -> Expression:
        """Elementwise difference; binary points are aligned to the finer one."""
        return Expression("subtract", (self, other))

    def multiply(self, other: Expression) -> Expression:
        """Elementwise product."""
        return Expression("multiply", (self, other))

    def maximum(self, other: Expression) -> Expression:
        """Elementwise larger value."""
        return Expression("maximum", (self, other))

    def minimum(self, other: Expression) -> Expression:
        """Elementwise smaller value."""
        return Expression("minimum", (self, other))

    def dot(self, other: Expression) -> Expression:
        """Sum of the elementwise products."""
        return Expression("dot", (self, other))

    def absolute(self) -> Expression:
        """Elementwise magnitude."""
        return Expression("absolute", (self,))

    def square(self) -> Expression:
        """Elementwise square."""
        return Expression("square", (self,))

    def sum(self) -> Expression:
        """Sum of all elements."""
        return Expression("sum", (self,))

    def offset(self, value: int) -> Expression:
        """Add an integer, in real units, to every element."""
        return Expression("offset", (self,), parameter=value)

    def kl_of_variance(self, fraction: int) -> Expression:
        """Elementwise ``exp(v) - v - 1``, flat above v = 8, with `fraction` fraction bits.

        With v the log variance it is what a latent variable's variance adds, twice, to its
        Kullback-Leibler divergence from the normal distribution (Kingma and Welling,
        arXiv:1312.6114, App. B). Hardware has it as a table, see `trigger_ad.convert.binding`.
        """
        return Expression("kl_of_variance", (self,), parameter=fraction)

    def rank(self, bits: int, scale: str) -> Expression:
        """Rank among background events, an integer of so many bits; see `scorers.rank_map`.

        It becomes a table when those events are there: `trigger_ad.scorers.ranked.resolve`.
        """
        return Expression("rank", (self,), name=scale, parameter=bits)

    def shorten(self, bits: int) -> Expression:
        """Drop low bits, rounding towards minus infinity."""
        return Expression("shorten", (self,), parameter=bits)

    def saturate(self, width: int) -> Expression:
        """Clip to the range of `width` bits, signed where the argument can be negative."""
        return Expression("saturate", (self,), parameter=width)

    def table(self, values: tuple[int, ...], fraction: int = 0) -> Expression:
        """Look up a raw integer; the argument is used by its raw value above its minimum."""
        return Expression("table", (self,), parameter=fraction, values=values)

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        record: dict[str, Any] = {"operation": self.operation}
        if self.arguments:
            record["arguments"] = [argument.to_json() for argument in self.arguments]
        for key in ("name", "parameter"):
            if getattr(self, key):
                record[key] = getattr(self, key)
        if self.values:
            record["values"] = list(self.values)
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Expression:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If an operation is unknown or has the wrong number of arguments.
        """
        return cls.checked(
            record["operation"],
            tuple(cls.from_json(argument) for argument in record.get("arguments", ())),
            record.get("name", ""),
            record.get("parameter", 0),
            tuple(record.get("values", ())),
        )

    @classmethod
    def checked(
        cls,
        operation: str,
        arguments: tuple[Expression, ...],
        name: str,
        parameter: int,
        values: tuple[int, ...],
    ) -> Expression:
        """Make an operation that was read.

        Raises
        ------
        SchemaError
            If it is unknown or has the wrong number of arguments.
        """
        known = OPERATIONS.get(operation)
        expected = 0 if operation == PORT else known.arguments if known else None
        if expected != len(arguments):
            raise SchemaError(
                "a score expression",
                f"must be made of {', '.join((PORT, *OPERATIONS))} with their arguments",
                f"{operation!r} with {len(arguments)}",
                "write the score again with this version",
            )
        return cls(operation, arguments, name, parameter, values)


def port(name: str) -> Expression:
    """Name a vector of integers that comes from outside the score."""
    return Expression(PORT, name=name)


def constant(values: Iterable[int], fraction: int = 0) -> Expression:
    """Raw integers that are the same for each event, with so many bits behind the binary point."""
    return Expression("constant", parameter=fraction, values=tuple(values))


def walk(
    expressions: Iterable[Expression], known: Collection[Expression] = ()
) -> Iterator[Expression]:
    """Every part of some expressions once, arguments first, without those that are `known`."""
    seen: set[Expression] = set()

    def visit(node: Expression) -> Iterator[Expression]:
        if node in seen or node in known:
            return
        for argument in node.arguments:
            yield from visit(argument)
        seen.add(node)
        yield node

    for expression in expressions:
        yield from visit(expression)


def fold(expression: Expression, visit: Callable[[Expression, tuple[T, ...]], T]) -> T:
    """Evaluate an expression from its leaves, each shared part once."""
    done: dict[Expression, T] = {}
    for node in walk([expression]):
        done[node] = visit(node, tuple(done[argument] for argument in node.arguments))
    return done[expression]
