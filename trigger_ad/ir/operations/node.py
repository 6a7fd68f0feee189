"""One operation and its arguments, without a way to write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

__all__ = ["Node"]


@dataclass(frozen=True)
class Node:
    """An operation and its arguments; see `trigger_ad.ir.expression.Expression`.

    Parameters
    ----------
    operation : str
    arguments : tuple of Node
    name : str
    parameter : int
    values : tuple of int
    """

    operation: str
    arguments: tuple[Any, ...] = ()
    name: str = ""
    parameter: int = 0
    values: tuple[int, ...] = ()

    def apply(
        self,
        operation: str,
        *others: Self,
        name: str = "",
        parameter: int = 0,
        values: tuple[int, ...] = (),
    ) -> Self:
        """Write an operation of this name whose first argument is this one."""
        return type(self)(operation, (self, *others), name, parameter, values)
