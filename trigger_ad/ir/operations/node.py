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

    def __hash__(self) -> int:
        """Hash that is computed once, for parts are shared and would be hashed again and again."""
        if "_hash" not in self.__dict__:
            own = (self.operation, self.arguments, self.name, self.parameter, self.values)
            self.__dict__["_hash"] = hash(own)
        return int(self.__dict__["_hash"])

    def __getstate__(self) -> dict[str, Any]:
        """Fields alone: another process hashes names in another way."""
        return {name: value for name, value in self.__dict__.items() if name != "_hash"}

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
