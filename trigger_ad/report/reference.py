"""What a trigger does on a reference sample: zero bias by stratum, and signals in its menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from trigger_ad.abcd.estimate import Estimate
from trigger_ad.errors import RunFolderError
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.menu.record import GainRecord, MenuRatesRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.figure import EffectiveFigure, Figure
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.storage.files import read_json
from trigger_ad.storage.record import FileRecord, Record

__all__ = [
    "BACKGROUND",
    "GAIN",
    "INVARIANCE",
    "SIGNALS",
    "Reach",
    "ReachRecord",
    "Reference",
    "reach",
]

#: Files beside the card of a model; the last came later.
BACKGROUND, SIGNALS = "reference.json", "reference_signals.json"
GAIN = "reference_gain.json"

#: The same of what must not explain the scores, where it was measured.
INVARIANCE = "reference_invariance.json"


class Reach(Record):
    """Parts of the events of a signal that are taken, each with its 95 % interval.

    Parameters
    ----------
    events : int
    region_a : Figure
        By region A.
    alone : EffectiveFigure or None
        By region A as a seed of the menu and by no other seed; None without a menu.
    """

    events: int
    region_a: Figure
    alone: EffectiveFigure | None


class ReachRecord(FileRecord):
    """Signals by name."""

    SCHEMA: ClassVar[str] = "reference_signals/1"

    signals: Mapping[str, Reach]


@dataclass(frozen=True)
class Reference:
    """Zero bias and signals of a reference sample.

    Parameters
    ----------
    background : ScanRecord
    signals : mapping of str to Reach
    invariance : InvarianceRecord or None
        None where it was not measured.
    gain : GainRecord or None
        What the trigger adds to its menu, beside other seeds of the same pure rate.
    """

    background: ScanRecord
    signals: Mapping[str, Reach]
    invariance: InvarianceRecord | None = None
    gain: GainRecord | None = None

    @classmethod
    def of(cls, model: Path) -> Reference | None:
        """What lies beside the card of a model; None where there is nothing.

        Raises
        ------
        RunFolderError, SchemaError
            If a file is broken or of another version.
        """
        if not (model / BACKGROUND).exists():
            return None
        signals = ReachRecord.read(model / SIGNALS).signals
        path = model / INVARIANCE
        invariance = InvarianceRecord.read(path) if path.exists() else None
        return cls(ScanRecord.read(model / BACKGROUND), signals, invariance, _gain(model / GAIN))

    @property
    def closure(self) -> Estimate | None:
        """Prediction of region A beside what was counted; None where a region is empty."""
        return Scan(self.background).closure


def _gain(path: Path) -> GainRecord | None:
    if not path.exists():
        return None
    return GainRecord.from_json(read_json(path, *GainRecord.SCHEMAS), path)


def reach(record: ScanRecord) -> Reach:
    """What a scan of a signal says.

    Raises
    ------
    RunFolderError
        If its menu has no seed of region A.
    """
    return Reach(
        events=record.events,
        region_a=record.regions["A"].before.efficiency,
        alone=None if record.menu is None else _alone(record.menu),
    )


def _alone(menu: MenuRatesRecord) -> EffectiveFigure:
    for seed in menu.seeds:
        if seed.region == "A":
            return seed.pure.efficiency
    raise RunFolderError(
        f"the menu {menu.menu}", "must have a seed of region A", None, "add one to it"
    )
