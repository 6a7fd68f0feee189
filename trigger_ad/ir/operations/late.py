"""What operations have in place of hardware that become tables before they reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.operation import BoundCall, Call, Gates

__all__ = ["no_circuit", "no_statement", "refuse"]


def refuse(call: Call) -> NoReturn:
    """Refuse an operation that is not a table yet.

    Raises
    ------
    FixedPointError
        Always.
    """
    raise FixedPointError(
        call.title,
        "must have become a table before it reaches hardware",
        None,
        "bind the scores to a network",
    )


def no_statement(call: BoundCall, names: Sequence[str], target: str) -> str:
    """Refuse to be written in C++."""
    refuse(call)


def no_circuit(call: BoundCall, gates: Gates) -> list[Any]:
    """Refuse to be traced."""
    refuse(call)
