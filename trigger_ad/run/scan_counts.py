"""Counts of a scan, read back for the choice of prescales."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pydantic
from pydantic import Field

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.kappa_record import Cut, KappaRecord
from trigger_ad.errors import NormalisationError, RunFolderError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.storage.files import read_json

__all__ = ["ScanCounts", "kappa_of", "read"]

Events = Annotated[int, Field(ge=0, lt=2**63)]


class _Record(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class _Region(_Record):
    fires: Events


class _Regions(_Record):
    A: _Region
    B: _Region
    C: _Region
    D: _Region


class _Stratum(_Record):
    name: str
    probability: Annotated[float, Field(gt=0, le=1)]
    events: Annotated[int, Field(ge=1, lt=2**63)]


#: Events of A, B, C and D in each group of clusters.
Groups = list[Annotated[list[Events], Field(min_length=4, max_length=4)]]


class _Grouped(_Record):
    groups: Groups


class _InStrata(_Record):
    strata: dict[str, _Grouped]


class _Counts(_Record):
    regions: _InStrata


class ScanCounts(_Record):
    """What a scan counted in the regions, and how it is normalised."""

    events: Annotated[int, Field(ge=1, lt=2**63)]
    regions: _Regions
    normalisation: str
    input_rate_hz: Annotated[float, Field(gt=0)] | None
    live_fraction: Annotated[float, Field(gt=0, le=1)] | None = None
    strata: list[_Stratum] | None = None
    yields: Literal["accepted", "counters"] = "accepted"
    counts: _Counts | None = None

    @property
    def fires(self) -> tuple[int, int, int, int]:
        """Events of A, B, C and D."""
        four = self.regions
        return four.A.fires, four.B.fires, four.C.fires, four.D.fires

    @property
    def expected(self) -> tuple[float, ...]:
        """Events of A, B, C and D among as many events that are drawn alike.

        Of events in strata the sum over the strata of their probability times the fraction within.
        """
        if self.strata is None or self.counts is None:
            return tuple(float(fires) for fires in self.fires)
        parts = self.counts.regions.strata
        fires = np.array([np.sum(parts[row.name].groups, axis=0) for row in self.strata])
        part = np.array([row.probability / row.events for row in self.strata])
        return tuple((self.events * (part @ fires)).tolist())

    def rate_hz(self, use: str) -> float:
        """Rate of all events that could be accepted, needed for `use`.

        Raises
        ------
        NormalisationError
            If the scan has no rate in Hz.
        """
        if self.input_rate_hz is None:
            raise NormalisationError(
                use,
                "must come with a scan in Hz",
                self.normalisation,
                f"scan with a normalisation, or leave {use} out",
            )
        return self.input_rate_hz * (self.live_fraction or 1.0)


def read(path: Path) -> ScanCounts:
    """Read the record of a scan; what the choice does not need is passed over.

    Raises
    ------
    RunFolderError
        If it is unreadable or not whole, or its regions do not add up to its events.
    SchemaError
        If it has another schema.
    """
    record = read_json(path, ScanRecord.SCHEMA, *ScanRecord.OLDER)
    if record.get("strata") is None:  # then counts are those of the regions
        record = {key: value for key, value in record.items() if key != "counts"}
    try:
        counts = ScanCounts.model_validate(record)
    except pydantic.ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise _refused(path, "must have the counts of a scan", f"such a value of {key}") from None
    if sum(counts.fires) != counts.events:
        raise _refused(path, f"must have {counts.events} events in its regions", sum(counts.fires))
    _check_strata(path, counts)
    return counts


def kappa_of(path: Path, scan: Path) -> Kappa:
    """Read a kappa that must be of the thresholds of a scan.

    A scan does not name what its scores are computed by, so that is not looked at.

    Raises
    ------
    ConfigError, RunFolderError, SchemaError
        If a file is unusable, unreadable, of another version or of other thresholds.
    """
    found = KappaRecord.read(path)
    thresholds = ScanRecord.read(scan).registers.pair
    Cut(thresholds, found.scores, found.menu).require(found.cut, path)
    return found.kappa


def _check_strata(path: Path, counts: ScanCounts) -> None:
    """Refuse strata whose counts are not those of the regions."""
    if counts.strata is None:
        return
    parts = {} if counts.counts is None else counts.counts.regions.strata
    for row in counts.strata:
        found = parts.get(row.name)
        events = 0 if found is None else int(np.sum(found.groups))
        if events != row.events:
            raise _refused(path, f"must have {row.events} events of stratum {row.name}", events)


def _refused(path: Path, rule: str, found: object) -> RunFolderError:
    return RunFolderError(path, rule, found, "scan the events again")
