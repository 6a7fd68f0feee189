"""Counts of a scan, read back for the choice of prescales."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pydantic
from pydantic import Field

from trigger_ad.errors import RunFolderError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.storage.files import read_json

__all__ = ["ScanCounts", "read"]

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


class ScanCounts(_Record):
    """What a scan counted in the regions, and how it is normalised."""

    events: Annotated[int, Field(ge=1, lt=2**63)]
    regions: _Regions
    normalisation: str
    input_rate_hz: Annotated[float, Field(gt=0)] | None
    live_fraction: Annotated[float, Field(gt=0, le=1)] | None = None

    @property
    def fires(self) -> tuple[int, int, int, int]:
        """Events of A, B, C and D."""
        four = self.regions
        return four.A.fires, four.B.fires, four.C.fires, four.D.fires


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
    try:
        counts = ScanCounts.model_validate(record)
    except pydantic.ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise _refused(path, "must have the counts of a scan", f"such a value of {key}") from None
    if sum(counts.fires) != counts.events:
        raise _refused(path, f"must have {counts.events} events in its regions", sum(counts.fires))
    return counts


def _refused(path: Path, rule: str, found: object) -> RunFolderError:
    return RunFolderError(path, rule, found, "scan the events again")
