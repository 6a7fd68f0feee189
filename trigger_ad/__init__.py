"""Anomaly scores from collision data to an FPGA trigger, equal bit for bit in Python, C++ and RTL.

Each room is a namespace and is imported by name. What one needs in a notebook is here as well, and
is loaded when it is first asked for: importing the package itself loads nothing.
"""

from importlib import import_module
from types import MappingProxyType
from typing import Any

__version__ = "0.5.0"

#: Modules of the names that are found here. Type checkers read them in ``__init__.pyi``. There is
#: no ``__all__``: pdoc takes it for all that is in a package, and would leave out the rooms.
_PLACES = MappingProxyType(
    {
        "Figures": "figures",
        "Run": "run",
        "load_config": "loading",
        "load_model": "loading",
        "load_run": "loading",
        "load_scan": "loading",
        "models": "loading",
        "open_events": "loading",
        "run_config": "loading",
        "samples": "loading",
    }
)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"trigger_ad.notebook.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*_PLACES, "__version__"])
