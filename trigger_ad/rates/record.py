"""What ``rates.json`` of a run holds: registers, working point, rates and the thresholds of scans.

Registers are the one source of the prescales of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import pydantic

from trigger_ad.display import DASH, Table
from trigger_ad.events.strata import Strata
from trigger_ad.rates.corrected import Corrected
from trigger_ad.rates.figure import EffectiveFigure, SeedFigure
from trigger_ad.storage.record import FileRecord, Record, as_json
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule

__all__ = [
    "COARSE",
    "BandwidthRecord",
    "Ends",
    "MeasuredClosure",
    "NormalisationRecord",
    "PlaneEdges",
    "PureRate",
    "RatesRecord",
    "Realised",
    "RegionRow",
    "RunRegisters",
    "RunRule",
    "StratumRow",
    "TotalRow",
    "WorkingPointRecord",
    "Yields",
    "strata_of",
    "stratum_rows",
]

#: Relative distance from a wanted rate beyond which the steps of the scores are said to be coarse.
COARSE = 0.2

#: What predicts region A: events that are read out, or counters before prescale.
Yields = Literal["accepted", "counters"]

#: Low and high end of a 95 % interval.
Ends = tuple[float, float]

#: Registers and prescale rule as fields of a record.
RunRegisters = Annotated[Registers, *as_json(Registers, Registers.from_json)]
RunRule = Annotated[PrescaleRule, *as_json(PrescaleRule, PrescaleRule.from_json)]


class PureRate(Record):
    """A wanted pure rate of a seed of a menu, and what it is on two splits."""

    menu: str
    seed: str
    wanted_hz: float
    threshold_hz: float
    test: EffectiveFigure
    test_hz: EffectiveFigure

    @property
    def found(self) -> SeedFigure:
        """On the test split, in both units."""
        return SeedFigure(efficiency=self.test, hz=self.test_hz)


class BandwidthRecord(Record):
    """The bandwidth that prescales were chosen for.

    Parameters
    ----------
    wanted_hz : float
        All regions after prescale, at most.
    threshold_hz : float
        What that is on the threshold split with the prescales that were chosen.
    precision : float
        Error of the prediction of region A from the yields of the record, in units of the square
        root of the events in A.
    """

    wanted_hz: float
    threshold_hz: float
    precision: float


class Realised(Record):
    """Efficiency of region A on two splits."""

    threshold: float
    test: float


class WorkingPointRecord(Record):
    """Thresholds and what they were chosen for.

    Parameters
    ----------
    sm_efficiency : float
        Wanted; where a pure rate was wanted, what it took on the threshold split.
    pure : PureRate or None
        None where none was wanted.
    thresholds : mapping of str to int
        By score, in counts.
    lsb : mapping of str to float
        Value of one count, by score.
    realised : Realised
    score2_efficiency : float or None
        Wanted of the cut of score 2; None of a diagonal cut.
    """

    sm_efficiency: float
    pure: PureRate | None = None
    thresholds: Mapping[str, int]
    lsb: Mapping[str, float]
    realised: Realised
    score2_efficiency: float | None = None

    @property
    def missed(self) -> float | None:
        """How far region A on the threshold split is from what was wanted, relative to that.

        None where that is no more than `COARSE`, which is due to the steps of the scores.
        """
        wanted, found = self.sm_efficiency, self.realised.threshold
        if self.pure is not None:
            wanted, found = self.pure.wanted_hz, self.pure.threshold_hz
        off = found / wanted - 1
        return off if abs(off) > COARSE else None


class StratumRow(Record):
    """A stratum: its part of all events, and its events among those that were counted.

    `error` is the relative standard deviation of that part, where it was measured itself.
    """

    name: str
    probability: float
    events: int
    error: float = 0.0


def stratum_rows(strata: Strata, events: Sequence[int]) -> tuple[StratumRow, ...]:
    """Strata with their events."""
    errors = strata.errors or [0.0] * len(strata.names)
    rows = zip(strata.names, strata.probabilities, events, errors, strict=True)
    return tuple(StratumRow(name=n, probability=p, events=e, error=d) for n, p, e, d in rows)


def strata_of(rows: Sequence[StratumRow]) -> Strata:
    """Undo `stratum_rows`."""
    errors = tuple(row.error for row in rows)
    return Strata(
        tuple(row.name for row in rows),
        tuple(row.probability for row in rows),
        tuple(row.events for row in rows),
        errors if any(errors) else (),
    )


class RegionRow(Record):
    """A region on the test split: events before and after prescale, and its rate.

    `fires` are events as they were counted, of strata all together; `accepts`, of emulated
    prescalers, is then None. All else is of events as they come.
    """

    fires: int
    efficiency: float
    efficiency_interval: Ends
    prescale: float
    accepts: int | None
    accepted_fraction: float
    effective_events: float | None = None
    upper_limit: float | None = None
    hz: float | None
    hz_upper_limit: float | None = None


class TotalRow(Record):
    """All regions after prescale; `paper_4_epsilon` is four times the efficiency of A.

    `emulated_fraction` is what emulated prescalers accept, None of events of several strata.
    """

    accepted_fraction: float
    accepted_fraction_interval: Ends
    emulated_fraction: float | None
    effective_events: float | None = None
    upper_limit: float | None = None
    hz: float | None
    hz_upper_limit: float | None = None
    paper_4_epsilon: float


class NormalisationRecord(Record):
    """How rates in Hz are normalised, or why there are none."""

    kind: str
    hz_refused: str | None
    printed: str


class MeasuredClosure(Record):
    """Prediction of region A from the others at the working point, beside what is observed.

    Of events that were drawn in strata both are those of as many events of a plain sample.
    `corrected` is the same times kappa; None of earlier versions, and where too few events say what
    kappa is.
    """

    observed: int | float
    predicted: float
    error: float
    ratio: float
    ratio_error: float
    interval95: Ends | None = None
    effective_events: float | None = None
    corrected: Corrected | None = None


class PlaneEdges(Record):
    """Thresholds at which a scan of rates counts, in counts of the scores."""

    edges1: tuple[int, ...]
    edges2: tuple[int, ...]


class RatesRecord(FileRecord):
    """What ``rates.json`` holds.

    Parameters
    ----------
    registers : Registers
        Thresholds and prescales; all that needs a prescale of the run reads it here.
    rule : PrescaleRule
    working_point : WorkingPointRecord
    regions : mapping of str to RegionRow
        By name.
    total : TotalRow
    normalisation : NormalisationRecord
    abcd : MeasuredClosure
    signals : mapping of str to mapping of str to float
        Share of each signal in each region.
    plane : PlaneEdges or None
        None of earlier versions.
    strata : tuple of StratumRow, or None
        Of the test split; None where its events were drawn alike.
    bandwidth : BandwidthRecord or None
        None where prescales were given.
    yields : str
        Of B, C and D in a prediction: ``accepted``, of the events that are read out, or
        ``counters``, of the counters before prescale.
    """

    SCHEMA: ClassVar[str] = "rates/2"
    OLDER: ClassVar[tuple[str, ...]] = ("rates/1",)

    registers: RunRegisters
    rule: RunRule
    working_point: WorkingPointRecord
    regions: Mapping[str, RegionRow]
    total: TotalRow
    normalisation: NormalisationRecord
    abcd: MeasuredClosure
    signals: Mapping[str, Mapping[str, float]] = {}
    plane: PlaneEdges | None = None
    strata: tuple[StratumRow, ...] | None = None
    bandwidth: BandwidthRecord | None = None
    yields: Yields = "accepted"

    @pydantic.model_validator(mode="after")
    def _one_prescale(self) -> Self:
        """Rule and regions have the prescales of the registers."""
        wanted = PrescaleRule.of(self.registers, rule=self.rule.rule).realised
        shown = {region: row.prescale for region, row in self.regions.items()}
        if not wanted == self.rule.realised == shown:
            raise ValueError("one whose rule or regions have other prescales than its registers")
        return self

    def to_json(self) -> dict[str, Any]:
        """As of any record, but without what was not asked for."""
        tree = super().to_json()
        if self.bandwidth is None:
            del tree["bandwidth"]
        if self.yields == "accepted":
            del tree["yields"]
        if self.working_point.score2_efficiency is None:
            del tree["working_point"]["score2_efficiency"]
        return tree

    def _display(self) -> Table:
        rows = [
            (
                name,
                str(row.fires),
                f"{row.prescale:g}",
                DASH if row.accepts is None else str(row.accepts),
                f"{row.accepted_fraction:.4g}",
                _hz(row),
            )
            for name, row in self.regions.items()
        ]
        total = self.total
        rows.append(("total", "", "", "", f"{total.accepted_fraction:.4g}", _hz(total)))
        return Table(
            "rates on the test split",
            ("region", "fires", "prescale", "accepts", "accepted", "Hz"),
            tuple(rows),
            self.normalisation.hz_refused or self.normalisation.printed,
        )


def _hz(row: RegionRow | TotalRow) -> str:
    if row.hz_upper_limit is not None:
        return f"< {row.hz_upper_limit:.3g}"
    return DASH if row.hz is None else f"{row.hz:.4g}"
