"""What ``validation.json`` of a run holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from trigger_ad.display import Table
from trigger_ad.rates.figure import EffectiveFigure, PairedFigure
from trigger_ad.storage.record import FileRecord, Record, as_json
from trigger_ad.validate.fidelity import Fidelity

__all__ = [
    "ByModel",
    "BySignal",
    "Claim",
    "Ends",
    "EndsBySignal",
    "FirstDifference",
    "Flips",
    "LayerError",
    "RateShift",
    "RungEquality",
    "SameRateRow",
    "SampleSizes",
    "StudentFidelity",
    "ValidationRecord",
]

#: Low and high end of a 95 % interval.
Ends = tuple[float, float]

#: Figures of every model, and those of every signal.
ByModel = Mapping[str, float]
BySignal = Mapping[str, ByModel]

#: The same with intervals.
EndsBySignal = Mapping[str, Mapping[str, Ends]]


class SampleSizes(Record):
    """Events of the splits of the background, and of the signals."""

    sm: Mapping[str, int]
    signals: Mapping[str, int]


class FirstDifference(Record):
    """The first value in which two rungs differ; see `emulate.compare.Difference`."""

    event: int
    signal: str
    reference: int
    result: int


class RungEquality(Record):
    """One form of the trigger against another.

    Parameters
    ----------
    against : str
        The other form.
    events, mismatches : int
        Compared, and those in which anything differs.
    distinct_scores : int
        Different values of the score that has fewest.
    extremes, extreme_mismatches : int
        Inputs at the ends of the ports, and those in which anything differs.
    first_difference : FirstDifference or None
    claimed : bool
        Whether equality is claimed: nothing differs, and the evidence is enough.
    """

    against: str
    events: int
    mismatches: int
    distinct_scores: int
    extremes: int
    extreme_mismatches: int
    first_difference: FirstDifference | None
    claimed: bool

    @property
    def wrong(self) -> int:
        """Events and extremes that differ."""
        return self.mismatches + self.extreme_mismatches


class Flips(Record):
    """Decisions per million that differ between float and firmware, by whose thresholds."""

    shared_thresholds: float
    rederived_thresholds: float


class RateShift(Record):
    """Fraction in region A at the same thresholds, and their ratio."""

    in_float: float = Field(alias="float")
    firmware: float
    ratio: float


class LayerError(Record):
    """What quantisation does to the output of a layer, in LSB of it."""

    branch: str
    layer: str
    type: str | None = None
    lsb: float
    mean_abs_error_lsb: float
    max_abs_error_lsb: float
    fraction_saturated: float


class StudentFidelity(Record):
    """What the student behind a score keeps of its teacher, by model."""

    teacher: str
    models: Mapping[str, Annotated[Fidelity, *as_json(Fidelity, Fidelity.from_json)]]


class Claim(Record):
    """A claim of a paper beside what this sample gives; None is not decided."""

    claim: str
    here: str
    confirmed: bool | None


class SameRateRow(Record):
    """What a cut finds that takes as much background as region A; see `menu.same_rate.Found`.

    Parameters
    ----------
    name : str
        ``region_a``, a score or a baseline.
    threshold : int or None
        None of region A.
    part : float or None
        Of the events at the threshold that are taken; None for all.
    background : EffectiveFigure
        On the test split.
    signal : mapping of str to EffectiveFigure
    difference : mapping of str to PairedFigure, or None
        Region A minus this cut, on the same events; None of region A itself.
    """

    name: str
    threshold: int | None
    part: float | None
    background: EffectiveFigure
    signal: Mapping[str, EffectiveFigure]
    difference: Mapping[str, PairedFigure] | None


class ValidationRecord(FileRecord):
    """What ``validation.json`` holds.

    Parameters
    ----------
    name : str
        Of the configuration.
    samples : SampleSizes
    bit_exact, bit_exact_single_autoencoder : mapping of str to RungEquality
        By rung.
    auc, auc_interval : mapping
        Area under the ROC curve of the combined score, by signal and model.
    auc_single, auc_single_interval : mapping
        Of one score alone, by signal, score and model.
    auc_baseline : mapping
        By signal and quantity.
    same_rate : tuple of SameRateRow
        Region A, each score alone and every baseline at the rate of the working point; earlier
        files have none.
    tpr_at_fpr, tpr_at_fpr_interval : mapping
        Signal efficiency, by signal, background efficiency and model.
    auc_published : mapping or None
        Of the published size by signal and score; None where it is left out.
    decision_flips_per_million : Flips
    rate_shift : RateShift
    layers : tuple of LayerError
    dcor : mapping of str to float
        Distance correlation of the two scores by model.
    fidelity : mapping of str to StudentFidelity
        By score.
    claims : tuple of Claim
    warnings : tuple of str
        Sentences on negative results.
    """

    SCHEMA: ClassVar[str] = "validation/1"

    name: str
    samples: SampleSizes
    bit_exact: Mapping[str, RungEquality]
    bit_exact_single_autoencoder: Mapping[str, RungEquality] = {}
    auc: BySignal
    auc_interval: EndsBySignal
    auc_single: Mapping[str, BySignal]
    auc_single_interval: Mapping[str, EndsBySignal] = {}
    auc_baseline: BySignal
    same_rate: tuple[SameRateRow, ...] = ()
    tpr_at_fpr: Mapping[str, BySignal]
    tpr_at_fpr_interval: Mapping[str, EndsBySignal]
    auc_published: BySignal | None = None
    decision_flips_per_million: Flips
    rate_shift: RateShift
    layers: tuple[LayerError, ...]
    dcor: ByModel
    fidelity: Mapping[str, StudentFidelity] = {}
    claims: tuple[Claim, ...]
    warnings: tuple[str, ...]

    def _display(self) -> Table:
        rows = (
            (name, row.against, str(row.events), str(row.wrong), "yes" if row.claimed else "no")
            for name, row in self.bit_exact.items()
        )
        warnings = f"{len(self.warnings)} warnings, see .warnings" if self.warnings else ""
        columns = ("form", "against", "events", "differ", "equality claimed")
        return Table(f"validation of {self.name}", columns, tuple(rows), warnings)

    def to_json(self) -> dict[str, Any]:
        """As of every record; without figures of the published size where it is left out."""
        return {
            name: value
            for name, value in super().to_json().items()
            if name != "auc_published" or value is not None
        }
