"""What libraries raise on damaged files: the border between their faults and ours."""

from __future__ import annotations

__all__ = ["ON_DAMAGE"]

#: Written for whole files, a library fails on damaged ones in any way. To be caught around its
#: call alone: a mistake of ours inside of such a block would be told as a mistake of the file.
ON_DAMAGE: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
