"""What ``closure.json`` of a run holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from trigger_ad.abcd.closure import ClosurePoint
from trigger_ad.abcd.closure_map import ClosureMap
from trigger_ad.abcd.combined_kappa import CombinedKappa, corrected
from trigger_ad.abcd.significance import significance
from trigger_ad.display import Table
from trigger_ad.rates.corrected import Corrected
from trigger_ad.storage.record import FileRecord, Record

__all__ = ["ClosureRecord", "ClosureRow", "SignificanceRow"]


class ClosureRow(Record):
    """Closure of one model at one working point; see `abcd.closure.ClosurePoint`.

    Of events that were drawn in strata, `observed` and `predicted` are those of as many events of
    a plain sample. `corrected` is the same times kappa; None of earlier versions, and where too few
    events say what kappa is.
    """

    model: str
    sm_efficiency: float
    test_efficiency: float
    threshold1: int
    threshold2: int
    observed: int | float
    predicted: float
    predicted_error: float
    ratio: float
    ratio_error: float
    interval95: tuple[float, float]
    effective_events: float
    corrected: Corrected | None = None

    @classmethod
    def of(cls, point: ClosurePoint, kappa: CombinedKappa | None = None) -> ClosureRow:
        """Row of a measured closure, and what a non-closure factor makes of it."""
        found = point.estimate
        return cls(
            model=point.model,
            sm_efficiency=point.sm_efficiency,
            test_efficiency=point.efficiency,
            threshold1=int(point.point.threshold1),
            threshold2=int(point.point.threshold2),
            observed=found.observed,
            predicted=found.predicted,
            predicted_error=found.predicted_error,
            ratio=found.ratio,
            ratio_error=found.ratio_error,
            interval95=(found.low, found.high),
            effective_events=found.effective,
            corrected=None if kappa is None else corrected(found, kappa),
        )

    @property
    def significance(self) -> float:
        """Of the background sample alone, which comes from non-closure."""
        return significance(self.observed, self.predicted)

    @property
    def significance_with_kappa(self) -> float | None:
        """The same with kappa and with all errors; None where kappa is not known."""
        return None if self.corrected is None else self.corrected.significance


class SignificanceRow(Record):
    """Significance of an injected signal at one SM efficiency; see `abcd.significance`.

    Parameters
    ----------
    sm_efficiency : float
    uncorrected, corrected : float
        Background predicted from the other regions with their signal, and without it.
    known : float
        Background known.
    single : float or None
        Of the single autoencoder, its background known; None where none was trained.
    with_kappa : float or None
        As `uncorrected`, but with kappa, its error and those of the regions; None where kappa is
        not known.
    """

    sm_efficiency: float
    uncorrected: float
    corrected: float
    known: float
    single: float | None = None
    with_kappa: float | None = None


class ClosureRecord(FileRecord):
    """What ``closure.json`` holds: rows by model and efficiency, significances by signal.

    `map` is of the firmware, over cuts on both scores; None of earlier versions.
    """

    SCHEMA: ClassVar[str] = "closure/2"
    OLDER: ClassVar[tuple[str, ...]] = ("closure/1",)

    closure: tuple[ClosureRow, ...]
    significance: Mapping[str, tuple[SignificanceRow, ...]]
    map: ClosureMap | None = None

    def of(self, model: str) -> Iterator[ClosureRow]:
        """Rows of a model."""
        return (row for row in self.closure if row.model == model)

    def at(self, model: str, sm_efficiency: float) -> ClosureRow | None:
        """Row of a model at an efficiency, None where it was not measured there."""
        return next((row for row in self.of(model) if row.sm_efficiency == sm_efficiency), None)

    def _display(self) -> Table:
        rows = (
            (
                row.model,
                f"{row.sm_efficiency:g}",
                str(row.observed),
                f"{row.predicted:.1f}",
                f"{row.ratio:.3f}",
                f"{row.interval95[0]:.3f} to {row.interval95[1]:.3f}",
            )
            for row in self.closure
        )
        columns = ("model", "SM efficiency", "observed", "predicted", "ratio", "95 %")
        return Table("closure of the background estimate", columns, tuple(rows))
