"""What can be changed in the trigger while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trigger_ad.errors import ConfigError, SchemaError

if TYPE_CHECKING:
    from trigger_ad.sections.prescales import Prescales

__all__ = ["COUNTER_MAXIMUM", "HUNDREDTHS", "REGIONS", "Registers"]

SCHEMA = "registers/1"

#: Regions by their code: both scores at or above threshold, score 1 only, score 2 only, neither.
REGIONS = ("A", "B", "C", "D")

#: Prescales are held in hundredths.
HUNDREDTHS = 100

#: Counters and prescales have 32 bits.
COUNTER_MAXIMUM = 2**32 - 1


@dataclass(frozen=True)
class Registers:
    """Run-time registers of the trigger top.

    Parameters
    ----------
    threshold1, threshold2 : int
        In LSB of score 1 and score 2, compared with ``>=``.
    prescale : tuple of 4 int
        Of regions A, B, C, D in hundredths, 32 bits unsigned: 0 is off, otherwise from 100.
    enable : tuple of 4 bool
        A region that is not enabled accepts nothing and its prescale counter stands still;
        its events are counted.

    Raises
    ------
    ConfigError
        If a threshold is no integer or a prescale is out of range.
    """

    threshold1: int
    threshold2: int
    prescale: tuple[int, int, int, int] = (100, 100, 100, 100)
    enable: tuple[bool, bool, bool, bool] = (True, True, True, True)

    def __post_init__(self) -> None:
        for name in ("threshold1", "threshold2"):
            if not isinstance(getattr(self, name), int):
                raise ConfigError(
                    f"register {name}",
                    "must be an integer in LSB of the score",
                    getattr(self, name),
                    "derive it from integer scores",
                )
        for region, value in zip(REGIONS, self.prescale, strict=True):
            if value != 0 and not HUNDREDTHS <= value <= COUNTER_MAXIMUM:
                raise ConfigError(
                    f"the prescale of region {region}",
                    f"must be 0 or from {HUNDREDTHS} to {COUNTER_MAXIMUM} hundredths",
                    value,
                    "choose such a prescale",
                )

    @classmethod
    def from_prescales(cls, threshold1: int, threshold2: int, prescales: Prescales) -> Registers:
        """Give the registers for a configuration's prescales, all regions enabled."""
        a, b, c, d = (round(prescales.by_region[region] * HUNDREDTHS) for region in REGIONS)
        return cls(threshold1, threshold2, (a, b, c, d))

    @cached_property
    def active(self) -> tuple[bool, ...]:
        """Whether each region can accept at all."""
        return tuple(e and p > 0 for e, p in zip(self.enable, self.prescale, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Registers:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema.
        """
        if record.get("schema") != SCHEMA:
            raise SchemaError(
                "registers",
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "write them again with this version",
            )
        pa, pb, pc, pd = record["prescale"]
        ea, eb, ec, ed = record["enable"]
        return cls(record["threshold1"], record["threshold2"], (pa, pb, pc, pd), (ea, eb, ec, ed))
