"""The file of a measured kappa: what it is, of what, and what it was combined from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from trigger_ad.abcd.combined_kappa import CombinedKappa
from trigger_ad.abcd.kappa import KAPPA_SCHEMA, Kappa
from trigger_ad.abcd.pileup_kappa import PileupSlope
from trigger_ad.display import Table
from trigger_ad.errors import ConfigError
from trigger_ad.rates.corrected import KappaSource
from trigger_ad.storage.files import read_json
from trigger_ad.storage.record import FileRecord, Record, as_json

__all__ = ["Cut", "KappaRecord", "PileupBinRow", "PileupSlopeRow", "load_kappa"]


@dataclass(frozen=True)
class Cut:
    """What a kappa is of; it holds for nothing else.

    Parameters
    ----------
    thresholds : tuple of 2 int
        In counts of the scores.
    scores : str
        SHA-256 of what the scores are computed by.
    menu : str or None
        Digest of the menu that thresholds were chosen in; None without one.
    """

    thresholds: tuple[int, int]
    scores: str
    menu: str | None

    def require(self, found: Cut, source: object) -> None:
        """Refuse a kappa of another cut.

        Raises
        ------
        ConfigError
        """
        for what, own, other in (
            ("the thresholds", self.thresholds, found.thresholds),
            ("the scores", self.scores[:12], found.scores[:12]),
            ("the menu", _short(self.menu), _short(found.menu)),
        ):
            if own != other:
                raise ConfigError(
                    source,
                    f"must be of {what} {_text(own)}",
                    _text(other),
                    "measure kappa of this trigger with trigger-ad kappa",
                )


def _short(digest: str | None) -> str:
    return "none" if digest is None else digest[:12]


def _text(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, tuple) else str(value)


class PileupBinRow(Record):
    """A bin of pile-up; see `abcd.pileup_kappa.PileupBin`."""

    low: int
    high: int
    pileup: float
    value: float
    error: float
    effective_events: float


class PileupSlopeRow(Record):
    """Relative change of kappa with pile-up; see `abcd.pileup_kappa.PileupSlope`."""

    slope: float
    error: float
    reference: float
    bins: tuple[PileupBinRow, ...]

    @classmethod
    def of(cls, found: PileupSlope) -> PileupSlopeRow:
        """Row of a fitted slope."""
        bins = tuple(PileupBinRow(**vars(one)) for one in found.bins)
        return cls(slope=found.slope, error=found.error, reference=found.reference, bins=bins)


def _line(tree: dict[str, Any]) -> Kappa:
    return Kappa(**{name: value for name, value in tree.items() if name != "schema"})


class KappaRecord(FileRecord):
    """What a file of a measured kappa holds.

    Parameters
    ----------
    thresholds, scores, menu
        See `Cut`.
    kappa : Kappa
        The line in pile-up that predictions take.
    disagreement : float
        Relative part of its error that comes from planes that disagree.
    sources : tuple of KappaSource
    pileup : PileupSlopeRow or None
        None where pile-up is not known.
    """

    SCHEMA: ClassVar[str] = "kappa/2"

    thresholds: tuple[int, int]
    scores: str
    menu: str | None
    kappa: Annotated[Kappa, *as_json(Kappa, _line)]
    disagreement: float
    sources: tuple[KappaSource, ...]
    pileup: PileupSlopeRow | None

    @classmethod
    def of(cls, cut: Cut, found: CombinedKappa) -> KappaRecord:
        """Record of what was measured for a cut."""
        return cls(
            thresholds=cut.thresholds,
            scores=cut.scores,
            menu=cut.menu,
            kappa=found.line,
            disagreement=found.disagreement,
            sources=found.sources,
            pileup=None if found.pileup is None else PileupSlopeRow.of(found.pileup),
        )

    @property
    def cut(self) -> Cut:
        """What it is of."""
        return Cut(self.thresholds, self.scores, self.menu)

    @property
    def combined(self) -> CombinedKappa:
        """What a prediction is multiplied by, without the slope in pile-up."""
        line = self.kappa
        return CombinedKappa(line.value, line.value_error, self.disagreement, self.sources)

    def _display(self) -> Table:
        rows = [
            (
                one.name,
                f"{one.value:.3f}",
                f"{one.error:.3f}",
                f"{one.effective_events:.0f}",
                _used(one.used),
            )
            for one in self.sources
        ]
        rows.append(("kappa", f"{self.kappa.value:.3f}", f"{self.kappa.value_error:.3f}", "", ""))
        for one in self.pileup.bins if self.pileup else ():
            name = f"planes at pile-up {one.low} to {one.high}"
            events = f"{one.effective_events:.0f}"
            rows.append((name, f"{one.value:.3f}", f"{one.error:.3f}", events, "for the slope"))
        columns = ("measured in", "kappa", "error", "effective events", "used")
        return Table(f"kappa of thresholds {_text(self.thresholds)}", columns, tuple(rows))


def _used(used: bool) -> str:
    return "yes" if used else "no, too few"


def load_kappa(path: Path, cut: Cut | None = None) -> Kappa:
    """Read a kappa of either schema.

    Parameters
    ----------
    path : Path
    cut : Cut, optional
        That it must be of; a file of the earlier schema does not say that, and is then refused.

    Raises
    ------
    ConfigError, RunFolderError, SchemaError
        If it is unusable, unreadable, of another version or of another cut.
    """
    if read_json(path, KAPPA_SCHEMA, KappaRecord.SCHEMA)["schema"] == KAPPA_SCHEMA:
        if cut is not None:
            raise ConfigError(
                path,
                "must say of which thresholds and scores it is",
                KAPPA_SCHEMA,
                "measure kappa of this trigger with trigger-ad kappa",
            )
        return Kappa.load(path)
    record = KappaRecord.read(path)
    if cut is not None:
        cut.require(record.cut, path)
    return record.kappa
