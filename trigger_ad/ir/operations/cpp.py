"""Pieces of C++ that several operations write."""

from __future__ import annotations

from collections.abc import Sequence

from trigger_ad.ir.operations.signal import Signal

__all__ = ["call", "integer", "loop"]


def integer(signal: Signal) -> str:
    """Raw type of a signal in C++."""
    return f"{'ap_int' if signal.signed else 'ap_uint'}<{signal.width}>"


def call(function: str, template: Sequence[object], arguments: Sequence[object]) -> str:
    """Call a function of ``score_ops.h``."""
    numbers, names = ", ".join(map(str, template)), ", ".join(map(str, arguments))
    gap = " " if numbers.endswith(">") else ""
    return f"score_ops::{function}<{numbers}{gap}>({names});"


def loop(count: int, body: str) -> str:
    """Lines for every index i, side by side in hardware."""
    lines = "".join(f"\n    {line}" for line in body.splitlines())
    return f"for (int i = 0; i < {count}; i++) {{\n    #pragma HLS UNROLL{lines}\n}}"
