"""JSON as others write it: whatever is wrong with it is one kind of error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

__all__ = ["MAX_DEPTH", "NoJsonError", "loads"]

#: Levels of lists and objects; records are shallow.
MAX_DEPTH = 64

#: States of random generators have 128 bits; nothing has more.
_BITS = 128


class NoJsonError(ValueError):
    """A text is no JSON that can be used; its text says why, as the end of ``not ...``."""


def loads(text: str, *, finite: bool = True) -> Any:
    """Read one value.

    Parameters
    ----------
    text : str
    finite : bool
        Refuse NaN, infinities and endless integers; else whoever knows their keys has to.

    Raises
    ------
    NoJsonError

    Examples
    --------
    >>> loads('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> loads("[1e999]")
    Traceback (most recent call last):
    trigger_ad.storage.json_text.NoJsonError: the number inf
    """
    try:
        tree = json.loads(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise NoJsonError("something else") from None
    _check(tree, finite)
    return tree


def _check(tree: Any, finite: bool) -> None:
    level = [tree]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return
        for value in level if finite else ():
            _number(value)
        level = [value for node in level for value in _below(node)]
    raise _too_deep()


def _below(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _number(value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise NoJsonError(f"the number {value}")
    if isinstance(value, int) and value.bit_length() > _BITS:
        raise NoJsonError(f"a whole number of {value.bit_length()} bits")


def _too_deep() -> NoJsonError:
    return NoJsonError(f"lists in lists beyond {MAX_DEPTH} deep")
