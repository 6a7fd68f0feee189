"""Public names of version 0.3 that have moved since: found where they were, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

__all__ = ["NAMES", "attribute_of"]

#: Module and name by the old module.
NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "features.layout": {
            "LAYOUTS": ("features.layouts.table", "LAYOUTS"),
            "SLOTS": ("features.layouts.cms_level1", "SLOTS"),
            "layout": ("features.layouts.table", "layout"),
        }
    }
)

_PACKAGE = "trigger_ad."


def attribute_of(module: str) -> Callable[[str], Any]:
    """``__getattr__`` of a module of which names have moved.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    """
    old = module.removeprefix(_PACKAGE)
    names = NAMES[old]

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        place, now = names[name]
        warnings.warn(
            f"{_PACKAGE}{old}.{name} is {_PACKAGE}{place}.{now} since version 0.4; "
            "the old name goes with 0.5",
            FutureWarning,
            stacklevel=2,
        )
        return getattr(import_module(_PACKAGE + place), now)

    return find
