"""What ``menu.json`` of a run holds: rates of the seeds, gain of the trigger, its staircase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from trigger_ad.display import DASH, Table
from trigger_ad.rates.figure import (
    EffectiveFigure,
    PairedFigure,
    SeedFigure,
    figure_text,
    interval_text,
)
from trigger_ad.storage.record import FileRecord, Record

__all__ = [
    "ClassRow",
    "CompositionRecord",
    "GainRecord",
    "MenuBin",
    "MenuRatesRecord",
    "NotSimulated",
    "RunMenuRecord",
    "SeedGainRow",
    "SeedInBin",
    "SeedRow",
    "SharedRow",
    "Staircase",
    "share_texts",
]

#: Columns that are shown where there is little room.
_BRIEF = ("seed", "before", "prescale", "after", "pure", "proportional")

#: Figures of all pairs of seeds.
Matrix = tuple[tuple[EffectiveFigure, ...], ...]


class SeedRow(Record):
    """Rates of a seed; see `menu.rates.SeedRates`. Earlier files do not know its region."""

    name: str
    prescale: str
    before: SeedFigure
    after: SeedFigure
    pure: SeedFigure
    proportional: SeedFigure
    region: str | None = None


class NotSimulated(Record):
    """A seed that no sample stands for, and its prescale."""

    name: str
    prescale: str


class SeedInBin(Record):
    """Rates of a seed in a bin of pile-up."""

    name: str
    after: SeedFigure
    pure: SeedFigure


class MenuBin(Record):
    """Rates of a menu in a bin of pile-up; see `menu.pileup.PileupRates`."""

    low: int = Field(alias="from")
    high: int | None = Field(alias="to")
    events: int
    total: SeedFigure
    seeds: tuple[SeedInBin, ...]


class MenuRatesRecord(Record):
    """What `menu.rates.MenuRates` is in a file."""

    schema_: Literal["menu_rates/3", "menu_rates/2"] = Field("menu_rates/3", alias="schema")
    menu: str
    events: int
    normalisation: str
    total_before: SeedFigure
    total: SeedFigure
    seeds: tuple[SeedRow, ...]
    overlap_seeds: tuple[str, ...] | None = None  # all of them in earlier files
    overlap_before: Matrix
    overlap_after: Matrix
    pileup: tuple[MenuBin, ...] | None
    not_simulated: tuple[NotSimulated, ...] = ()  # came later

    @property
    def table(self) -> Table:
        """All seeds that are counted, and their total at the end."""
        rows = [_row(seed) for seed in self.seeds]
        total = self.total
        rows.append(
            (
                "total",
                figure_text(self.total_before),
                "",
                figure_text(total),
                interval_text(total),
                "",
                "",
                "",
                f"{self.total_before.efficiency.effective_events:.0f}",
            )
        )
        return Table(
            f"menu {self.menu}, {'kHz' if total.hz else 'efficiencies'}",
            (
                "seed",
                "before",
                "prescale",
                "after",
                "95 % interval",
                "pure",
                "95 % interval",
                "proportional",
                "effective events",
            ),
            tuple(rows),
            self.normalisation,
        )

    def left_out(self, regions: Iterable[str]) -> tuple[str, ...]:
        """Those of these regions of the trigger that are no seed of the menu."""
        known = {seed.region for seed in self.seeds}
        return tuple(region for region in regions if region not in known)

    @property
    def listed(self) -> str:
        """The seeds that are not simulated, in words; empty if there are none."""
        names = [f"{s.name} (prescale {s.prescale})" for s in self.not_simulated]
        return f"not simulated, not in the total: {', '.join(names)}" if names else ""

    def _display(self) -> Table:
        """Without intervals, for which a line has no room; the total first, as rows may be cut."""
        table = self.table
        kept = [table.columns.index(name) for name in _BRIEF]
        rows = tuple(tuple(row[n] for n in kept) for row in (table.rows[-1], *table.rows[:-1]))
        note = "; ".join(filter(None, (self.listed, table.note)))
        return Table(table.title, _BRIEF, rows, note)


def _row(seed: SeedRow) -> tuple[str, ...]:
    return (
        seed.name,
        figure_text(seed.before),
        _prescale(seed.prescale),
        figure_text(seed.after),
        interval_text(seed.after),
        figure_text(seed.pure),
        interval_text(seed.pure),
        figure_text(seed.proportional),
        f"{seed.before.efficiency.effective_events:.0f}",
    )


def _prescale(written: str) -> str:
    return "off" if written == "0" else written


class SeedGainRow(Record):
    """What a seed takes that no conventional one takes; see `menu.same_rate.Found`."""

    name: str
    threshold: int | None
    part: float | None = None  # came later
    pure: EffectiveFigure
    signal: Mapping[str, EffectiveFigure]
    difference: Mapping[str, PairedFigure] | None = None  # came later


class GainRecord(Record):
    """The anomaly seed first, then its rivals of the same pure rate."""

    #: Those that are read.
    SCHEMAS: ClassVar[tuple[str, ...]] = ("menu_gain/2", "menu_gain/1")

    schema_: Literal["menu_gain/2", "menu_gain/1"] = Field("menu_gain/2", alias="schema")
    gain: tuple[SeedGainRow, ...]


class Staircase(Record):
    """Region A along the diagonal on the threshold split.

    Parameters
    ----------
    events : int
        Of the split.
    threshold1, threshold2 : tuple of int
        Of each step.
    total : tuple of int or float
        Events in A at each step; of a background that was drawn in strata those of as many
        events of a plain sample.
    pure : tuple of float
        What of them no other seed takes after prescale.
    chosen : int
        Step of the working point.
    effective, effective_pure : tuple of float, or None
        Of a background that was drawn in strata, events of a plain sample that say as much.
    """

    events: int
    threshold1: tuple[int, ...]
    threshold2: tuple[int, ...]
    total: tuple[int | float, ...]
    pure: tuple[float, ...]
    chosen: int
    effective: tuple[float, ...] | None = None
    effective_pure: tuple[float, ...] | None = None


class ClassRow(Record):
    """Part of region A in one class of events.

    Parameters
    ----------
    group : str
        Of classes that are told apart by one thing; they add up to all of A.
    name : str
    region : EffectiveFigure
        Part of the events in A.
    pure : EffectiveFigure or None
        Part of those that no seed without prescale takes; None where there is none.
    """

    group: str
    name: str
    region: EffectiveFigure
    pure: EffectiveFigure | None


class SharedRow(Record):
    """Part of region A that another seed takes too, before its prescale and after it."""

    seed: str
    fires: EffectiveFigure
    accepts: EffectiveFigure


class CompositionRecord(Record):
    """What region A is made of on the test split, and what of it other seeds take.

    Parameters
    ----------
    effective_events : float
        In A.
    pure : EffectiveFigure
        Part of A that no conventional seed accepts.
    classes : tuple of ClassRow
    seeds : tuple of SharedRow
        Conventional ones.
    """

    effective_events: float
    pure: EffectiveFigure
    classes: tuple[ClassRow, ...]
    seeds: tuple[SharedRow, ...]

    @property
    def table(self) -> Table:
        """Classes of events."""
        rows = tuple(
            (row.group, row.name, *share_texts(row.region), *share_texts(row.pure))
            for row in self.classes
        )
        return Table(
            f"region A on the test split, {self.effective_events:.0f} effective events",
            ("by", "class", "part of A", "95 % interval", "of its pure events", "95 % interval"),
            rows,
            "pure events: no seed without prescale takes them",
        )

    @property
    def shared(self) -> Table:
        """Seeds of the menu that take events of region A."""
        rows = [
            (row.seed, *share_texts(row.fires), *share_texts(row.accepts)) for row in self.seeds
        ]
        rows.append(("no conventional seed", "", "", *share_texts(self.pure)))
        return Table(
            "what other seeds take of region A",
            ("seed", "before prescale", "95 % interval", "after", "95 % interval"),
            tuple(rows),
        )

    def _display(self) -> Table:
        return self.table


def share_texts(figure: EffectiveFigure | None) -> tuple[str, str]:
    """Write a part in percent, or its limit, and beside it its interval."""
    if figure is None:
        return DASH, ""
    if figure.value is None:
        return f"< {100 * figure.highest:.3g} %", ""
    low, high = 100 * figure.lowest, 100 * figure.highest
    return f"{100 * figure.value:.3g} %", f"[{low:.3g}, {high:.3g}]"


class RunMenuRecord(FileRecord):
    """What ``menu.json`` holds.

    Parameters
    ----------
    menu : str
        Its name.
    seeds : tuple of str
        In words.
    rates : MenuRatesRecord
    input_rate_hz : float or None
        None without a normalisation.
    gain : GainRecord or None
    gain_refused : str or None
        Why there is no gain.
    staircase : Staircase
    composition : CompositionRecord or None
        None of earlier files, and where no test event is in region A.
    """

    SCHEMA: ClassVar[str] = "run_menu/2"
    OLDER: ClassVar[tuple[str, ...]] = ("run_menu/1",)

    menu: str
    seeds: tuple[str, ...]
    rates: MenuRatesRecord
    input_rate_hz: float | None
    gain: GainRecord | None
    gain_refused: str | None
    staircase: Staircase
    composition: CompositionRecord | None = None
