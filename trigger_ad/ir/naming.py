"""Names that reach C++, Tcl, SystemVerilog or a path."""

from __future__ import annotations

import re

from trigger_ad.config import NAME_PATTERN
from trigger_ad.errors import ConversionError

__all__ = ["RESERVED", "check_name", "cpp_namespace"]

#: C++ keywords (ISO/IEC 14882:2017, 5.11 and 5.13), and namespaces the project includes.
_WORDS = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t
    char32_t class compl const const_cast constexpr continue decltype default delete do double
    dynamic_cast else enum explicit export extern false float for friend goto if inline int
    long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
    public register reinterpret_cast return short signed sizeof static static_assert
    static_cast struct switch template this thread_local throw true try typedef typeid
    typename union unsigned using virtual void volatile wchar_t while xor xor_eq
    main nnet std hls score_ops
"""
RESERVED = frozenset(_WORDS.split())


def cpp_namespace(name: str) -> str:
    """C++ namespace of a network; not its name, which its top function already has.

    hls4ml's test bench opens the namespace and would not know which of the two is meant.
    """
    return f"{name}_ns"


def check_name(what: str, name: str) -> None:
    """Refuse a name that C++, Tcl or a path cannot carry.

    Raises
    ------
    ConversionError
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise ConversionError(
            what, f"must match {NAME_PATTERN}", repr(name), "use letters, digits and underscores"
        )
    if name in RESERVED:
        raise ConversionError(what, "must not be a word of C++", repr(name), "choose another name")
