"""What ``invariance.json`` of a run holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from trigger_ad.display import Table
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.storage.record import FileRecord, Record

__all__ = [
    "REGION_A",
    "TENTH",
    "WORKING_POINT",
    "BinRates",
    "Changed",
    "ClosureInside",
    "Correlation",
    "GroupRates",
    "Inside",
    "InvarianceRecord",
    "Ratio",
    "Turned",
]

#: Name of the signal region beside those of the scores.
REGION_A = "A"

#: Pairs of cuts at which closure is measured: those that a tenth of all events passes each, and
#: the thresholds in the registers.
TENTH, WORKING_POINT = "tenth", "working_point"


class Changed(Record):
    """What one kind of transformation changes, on the events that were transformed.

    Parameters
    ----------
    kind : str
        ``turns`` about the beam, by every step but none; ``mirror``, phi to -phi; ``exchange`` of
        the beams, eta to -eta.
    transformations : int
    events : int
        That were transformed: all of the test split where no score changes.
    changed : int
        Of these, whose region is another one after at least one transformation.
    any, mean : EffectiveFigure
        Part of all events whose region changes: by at least one, and by one on average.
    any_of_a, mean_of_a : EffectiveFigure or None
        The same of those in region A; None where none is there.
    scores : mapping of str to int
        Largest change of each score, in counts.
    """

    kind: str
    transformations: int
    events: int
    changed: int
    any: EffectiveFigure
    mean: EffectiveFigure
    any_of_a: EffectiveFigure | None
    mean_of_a: EffectiveFigure | None
    scores: Mapping[str, int]

    @property
    def nothing(self) -> bool:
        """Whether no score of any event has changed."""
        return not any(self.scores.values())


class Turned(Record):
    """Events that were turned and mirrored.

    Parameters
    ----------
    steps : int
        Of a full turn; 0 without azimuth.
    events : int
        Of the test split.
    changed : tuple of Changed
        By each kind of transformation.
    """

    steps: int
    events: int
    changed: tuple[Changed, ...]

    @property
    def exact(self) -> tuple[Changed, ...]:
        """Kinds by which no score of any event of the test split has changed."""
        return tuple(row for row in self.changed if row.nothing and row.events == self.events)


class BinRates(Record):
    """Rates in one bin.

    Parameters
    ----------
    name : str
    events : int
    rates : mapping of str to EffectiveFigure
        Part of its events that are above the cut of each score, and in region ``A``.
    """

    name: str
    events: int
    rates: Mapping[str, EffectiveFigure]


class Ratio(Record):
    """A ratio of rates with its 95 % interval.

    `value` is None where one of the rates has fewer than 100 effective events; then the ends are
    what the others and their limits leave, and `high` is None where they leave all.
    """

    value: float | None
    low: float
    high: float | None


class GroupRates(Record):
    """Rates in the bins of what must not explain them.

    Parameters
    ----------
    by : str
        ``azimuth_KIND`` of the leading object of a kind, ``flavour``, ``pileup``, ``halves``.
    bins : tuple of BinRates
        Those that have events.
    ratios : mapping of str to Ratio
        Largest over smallest, of pile-up that of the last bin over the first. Empty where fewer
        than two bins have events.
    """

    by: str
    bins: tuple[BinRates, ...]
    ratios: Mapping[str, Ratio]


class Correlation(Record):
    """Distance correlation of the two scores, not squared, with its 95 % interval.

    Parameters
    ----------
    value, low, high : float
    events : int
        From which it was computed.
    """

    value: float
    low: float
    high: float
    events: int


class ClosureInside(Record):
    """Predicted over observed events of region A, with its 95 % interval; None without events.

    Of events that were drawn in strata, `observed` and `predicted` are those of as many events of
    a plain sample.
    """

    observed: float
    predicted: float | None
    ratio: float | None
    interval95: tuple[float, float] | None
    effective_events: float


class Inside(Record):
    """How the two scores depend on each other within a bin.

    Parameters
    ----------
    by : str
        As of `GroupRates`; ``all`` is all events.
    name : str
        Of the bin.
    events : int
    correlation : Correlation or None
        None with fewer than 100 effective events.
    closure : mapping of str to ClosureInside
        At the cuts ``tenth`` and ``working_point``.
    """

    by: str
    name: str
    events: int
    correlation: Correlation | None
    closure: Mapping[str, ClosureInside]


class InvarianceRecord(FileRecord):
    """What must not explain the scores, and how far it does, on the test split.

    Parameters
    ----------
    cuts : mapping of str to int
        Of each score, which about a tenth of all events passes.
    passing : mapping of str to float
        Part of all events of the threshold split that passes it.
    thresholds : mapping of str to int
        In the registers.
    flavours : mapping of str to float
        Least pT in GeV of a lepton, by kind.
    turned : Turned or None
        None where the words have neither azimuth nor pseudorapidity.
    groups : tuple of GroupRates
    inside : tuple of Inside
    """

    SCHEMA: ClassVar[str] = "invariance/1"

    cuts: Mapping[str, int]
    passing: Mapping[str, float]
    thresholds: Mapping[str, int]
    flavours: Mapping[str, float]
    turned: Turned | None
    groups: tuple[GroupRates, ...]
    inside: tuple[Inside, ...]

    @property
    def what(self) -> tuple[str, ...]:
        """Names of the rates: the scores above their cuts, and region ``A``."""
        return (*self.cuts, REGION_A)

    def ratios(self) -> Iterator[tuple[str, str, Ratio]]:
        """Every ratio: of what, by what."""
        for group in self.groups:
            for what, ratio in group.ratios.items():
                yield what, group.by, ratio

    def _display(self) -> Table:
        rows = ((by, what, _text(ratio)) for what, by, ratio in self.ratios())
        return Table("largest over smallest rate", ("by", "of", "ratio"), tuple(rows))


def _text(ratio: Ratio) -> str:
    high = "?" if ratio.high is None else f"{ratio.high:.3g}"
    value = "few events" if ratio.value is None else f"{ratio.value:.3g}"
    return f"{value} [{ratio.low:.3g}, {high}]"
