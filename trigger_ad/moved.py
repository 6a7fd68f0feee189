"""Public names that have moved: found where they were for one release, with a warning."""

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
        "ir.network": {
            "Cast": ("ir.layers.cast", "Cast"),
            "Dense": ("ir.layers.linear", "Linear"),
            "HardwareNetwork": ("ir.layers.network", "HardwareNetwork"),
            "Interval": ("ir.layers.interval", "Interval"),
            "Layer": ("ir.layers.table", "Layer"),
            "accumulator_needed": ("ir.layers.linear", "accumulator_needed"),
            "accumulator_range": ("ir.layers.linear", "accumulator_range"),
            "partial_sum": ("ir.layers.linear", "partial_sum"),
            "product_range": ("ir.layers.linear", "product_range"),
            "rounded": ("ir.layers.interval", "rounded"),
        },
        "scorers.branch": {
            "Branch": ("layers.architecture", "chain"),
            "FloatModel": ("scorers.float_model", "FloatModel"),
            "Weights": ("scorers.float_model", "Weights"),
        },
        "features.layout": {
            "LAYOUTS": ("features.layouts.table", "LAYOUTS"),
            "SLOTS": ("features.layouts.cms_level1", "SLOTS"),
            "layout": ("features.layouts.table", "layout"),
        },
    }
)

#: Version without the old names, by module.
_GONE = {"features.layout": "0.5", "ir.network": "0.6", "scorers.branch": "0.6"}

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
            f"{_PACKAGE}{old}.{name} is {_PACKAGE}{place}.{now}; "
            f"the old name goes with version {_GONE[old]}",
            FutureWarning,
            stacklevel=2,
        )
        return getattr(import_module(_PACKAGE + place), now)

    return find
