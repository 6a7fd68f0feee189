"""Public names of version 0.1 that have moved since: found where they were, with a warning.

Names that the documentation of 0.1 had are here. They go with version 0.4.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Any

__all__ = ["MODULES", "NAMES", "attribute_of", "install"]

#: New names of modules by their old ones, below ``trigger_ad``; those of packages hold for all that
#: is in them.
MODULES: Mapping[str, str] = MappingProxyType(
    {
        "files": "storage.files",
        "expression": "ir.expression",
        "fixed": "ir.fixed",
        "network": "ir.network",
        "score": "ir.score",
        "fill": "lhc.fill",
        "dead_time": "lhc.dead_time",
        "events.adc2021": "events.readers.adc2021",
        "events.l1nano": "events.readers.l1nano",
        "events.source": "events.readers.source",
        "events.zerobias": "generate.zerobias",
        "events.generate": "generate.adc2021",
        "ledger.yosys": "ledger.synthesis.yosys",
        "rates.abcd": "abcd.estimate",
        "rates.closure": "abcd.closure",
        "rates.fidelity": "validate.fidelity",
        "rates.kappa": "abcd.kappa",
        "rates.likelihood": "abcd.likelihood",
        "rates.menu": "menu",
        "rates.nonclosure": "abcd.nonclosure",
        "rates.plane": "abcd.plane",
        "rates.prediction": "abcd.prediction",
        "rates.prescales": "abcd.prescales",
        "rates.significance": "abcd.significance",
        "rates.working_point": "abcd.working_point",
        "report.scan": "report",
        "report.scan.page": "report.rates_page",
        "shipped": "storage.shipped",
        "train.flow": "references.flow",
        "train.forest": "references.forest",
        "train.svdd": "references.svdd",
    }
)

#: Module and name by the old module, for names whose module is still there.
NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "config": {"Scorer": ("config", "ScorerSettings")},
        "ledger": {
            "ResourceRow": ("ledger.rows", "ResourceRow"),
            "Stage": ("ledger.rows", "ResourceStage"),
            "c_synthesis": ("ledger.reports", "c_synthesis"),
            "c_synthesis_text": ("ledger.reports", "c_synthesis_text"),
            "check_budget": ("ledger.budget", "check_budget"),
            "co_simulation": ("ledger.reports", "co_simulation"),
            "not_run": ("ledger.rows", "not_run"),
            "read": ("ledger.rows", "read"),
            "timing": ("ledger.reports", "timing"),
            "utilization": ("ledger.reports", "utilization"),
            "write": ("ledger.rows", "write"),
        },
        "ledger.rows": {"Stage": ("ledger.rows", "ResourceStage")},
        "lhc": {
            name: ("lhc.orbit", name)
            for name in (
                "BUNCHES_PER_ORBIT",
                "CLOCK_HZ",
                "Crossing",
                "ORBITS_PER_SECTION",
                "ORBIT_HZ",
                "SECTION_SECONDS",
                "colliding_rate_hz",
                "live_seconds",
            )
        },
        "run.emulation": {
            "SCORES_SCHEMA": ("run.folder.trigger", "SCORES_SCHEMA"),
            "build_emulator": ("run.steps.emulator", "build_emulator"),
            "load_scores": ("run.folder.trigger", "load_scores"),
            "load_trigger": ("run.folder.trigger", "load_trigger"),
        },
    }
)

_PACKAGE = "trigger_ad."


def _warn(old: str, new: str) -> None:
    warnings.warn(
        f"{_PACKAGE}{old} is {_PACKAGE}{new} since version 0.2; the old name goes with 0.4",
        FutureWarning,
        stacklevel=3,
    )


def _new_name(old: str) -> str | None:
    """New name of a module, below ``trigger_ad``; None for one that has not moved."""
    known = [name for name in MODULES if f"{old}.".startswith(f"{name}.")]
    if not known:
        return None
    longest = max(known, key=len)
    new = MODULES[longest] + old.removeprefix(longest)
    try:
        return new if find_spec(_PACKAGE + new) else None
    except ModuleNotFoundError:  # below a module that is no package
        return None


def attribute_of(module: str) -> Callable[[str], Any]:
    """``__getattr__`` of a module of which names have moved.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    """
    names = NAMES[module.removeprefix(_PACKAGE)]

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        place, now = names[name]
        _warn(f"{module.removeprefix(_PACKAGE)}.{name}", f"{place}.{now}")
        return getattr(import_module(_PACKAGE + place), now)

    return find


class _Finder(MetaPathFinder, Loader):
    """Asked last, when no file has the name."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        old = fullname.removeprefix(_PACKAGE)
        if old == fullname or _new_name(old) is None:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        old = module.__name__.removeprefix(_PACKAGE)
        new = str(_new_name(old))
        _warn(old, new)
        moved = import_module(_PACKAGE + new)
        vars(module).update(
            __doc__=moved.__doc__,
            __getattr__=lambda name: getattr(moved, name),
            __dir__=lambda: dir(moved),
        )


def install() -> None:
    """Find the modules of `MODULES` under their old names, too."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
