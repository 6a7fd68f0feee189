"""What a scan of event files says: rates of the regions and of seeds, with all its counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from trigger_ad.display import Table
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.rates.corrected import Corrected
from trigger_ad.rates.figure import QuotedFigure, figure_text, unit_of
from trigger_ad.rates.record import RunRegisters, RunRule, StratumRow, Yields
from trigger_ad.storage.record import FileRecord, Record

__all__ = ["PileupRow", "ScanRecord", "ScannedFile", "ScannedRegion", "ScannedTotal"]


class ScannedFile(Record):
    """An input of a scan.

    Parameters
    ----------
    path : str
    events : int
    sha256 : str
        Of its content.
    origin : str
        Of its events, in words; empty in earlier files.
    """

    path: str
    events: int
    sha256: str
    origin: str = ""


class ScannedRegion(Record):
    """A region: its fires, realised prescale, emulated accepts, and rates before and after.

    There are no accepts of events of several strata, which come in no order.
    """

    fires: int
    prescale: float
    accepts: int | None
    before: QuotedFigure
    after: QuotedFigure


class ScannedTotal(Record):
    """All regions after prescale."""

    accepts: int | None
    after: QuotedFigure


class PileupRow(Record):
    """Rates of a fill in which every crossing has a pile-up of the bin.

    Parameters
    ----------
    low : int
        First pile-up of the bin.
    high : int or None
        First above it; None for the last bin.
    events : int
    before : mapping of str to QuotedFigure
        By region.
    after_total : QuotedFigure
    """

    low: int = Field(alias="from")
    high: int | None = Field(alias="to")
    events: int
    before: Mapping[str, QuotedFigure]
    after_total: QuotedFigure


class ScanRecord(FileRecord):
    """What a scan writes.

    Parameters
    ----------
    model : str
        SHA-256 of all that the counts depend on besides the events.
    files : tuple of ScannedFile
    split : str or None
        Of the run's background, if only its events were counted.
    events : int
    registers : Registers
    rule : PrescaleRule
    normalisation : str
        In words.
    input_rate_hz, live_fraction : float or None
        None without a normalisation.
    regions : mapping of str to ScannedRegion
        By name.
    total : ScannedTotal
    pileup : tuple of PileupRow, or None
        None where files do not know it.
    pileup_unknown : int or None
        Events in no bin; None in earlier files.
    menu : MenuRatesRecord or None
    counts : mapping of str to mapping
        By name of the counter, in the form of each.
    strata : tuple of StratumRow, or None
        None for events that were drawn alike.
    corrected : Corrected or None
        Prediction of region A times a kappa that was given; None without one.
    score2_efficiency : float or None
        That the cut of score 2 was chosen for; None of a diagonal cut.
    yields : str
        Of B, C and D in a prediction, as the run has them.
    """

    SCHEMA: ClassVar[str] = "rates_scan/4"
    #: 2 does not say how many events have no pile-up, and up to 3 the counts of a menu are lists.
    OLDER: ClassVar[tuple[str, ...]] = ("rates_scan/2", "rates_scan/3")

    model: str
    files: tuple[ScannedFile, ...]
    split: str | None
    events: int
    registers: RunRegisters
    rule: RunRule
    normalisation: str
    input_rate_hz: float | None
    live_fraction: float | None
    regions: Mapping[str, ScannedRegion]
    total: ScannedTotal
    pileup: tuple[PileupRow, ...] | None
    pileup_unknown: int | None = None
    menu: MenuRatesRecord | None
    counts: Mapping[str, Mapping[str, Any]]
    strata: tuple[StratumRow, ...] | None = None
    corrected: Corrected | None = None
    score2_efficiency: float | None = None
    yields: Yields = "accepted"

    def to_json(self) -> dict[str, Any]:
        """As of any record, but without what the run did not ask for."""
        tree = super().to_json()
        if self.corrected is None:
            del tree["corrected"]
        if self.yields == "accepted":
            del tree["yields"]
        if self.score2_efficiency is None:
            del tree["score2_efficiency"]
        return tree

    def _display(self) -> Table:
        rows = [
            (
                name,
                str(region.fires),
                f"{region.prescale:g}",
                "" if region.accepts is None else str(region.accepts),
                figure_text(region.before),
                figure_text(region.after),
            )
            for name, region in self.regions.items()
        ]
        total = self.total
        accepts = "" if total.accepts is None else str(total.accepts)
        rows.append(("total", "", "", accepts, "", figure_text(total.after)))
        unit = unit_of(total.after)
        return Table(
            f"rates of {self.events:,} events: {self.normalisation}",
            ("region", "fires", "prescale", "accepts", f"before, {unit}", f"after, {unit}"),
            tuple(rows),
            "" if self.menu is None else f"in the menu {self.menu.menu}, see .menu",
        )
