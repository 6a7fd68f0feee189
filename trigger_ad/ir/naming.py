"""Names that reach C++, Tcl, SystemVerilog or a path."""

from __future__ import annotations

import re

from trigger_ad.errors import ConversionError
from trigger_ad.sections.reserved import is_free
from trigger_ad.sections.section import NAME_PATTERN

__all__ = ["check_name", "cpp_namespace"]


def cpp_namespace(name: str) -> str:
    """C++ namespace of a network; not its name, which its top function already has.

    hls4ml's test bench opens the namespace and would not know which of the two is meant.
    """
    return f"{name}_ns"


def check_name(what: str, name: str, *, rtl: bool = False) -> None:
    """Refuse a name that C++, Tcl or a path cannot carry.

    Parameters
    ----------
    what : str
        Begins the sentence.
    name : str
    rtl : bool
        Whether the name reaches SystemVerilog, too.

    Raises
    ------
    ConversionError
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise ConversionError(
            what, f"must match {NAME_PATTERN}", repr(name), "use letters, digits and underscores"
        )
    if not is_free(name, rtl=rtl):
        rule = "must not be a word of C++" + " or SystemVerilog" * rtl
        raise ConversionError(what, rule, repr(name), "choose another name")
