"""What can be changed in the trigger while it runs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.trigger.regions import MOST_AXES, PAIR, region_names

if TYPE_CHECKING:
    from trigger_ad.sections.prescales import Prescales

__all__ = ["COUNTER_MAXIMUM", "HUNDREDTHS", "REGIONS", "Registers"]

SCHEMA = "registers/2"

#: With a key for each of two thresholds; still read.
_EARLIER = "registers/1"

#: Regions of two scores by their code: both at or above threshold, score 1 only, score 2 only,
#: neither.
REGIONS = PAIR.names

#: Prescales are held in hundredths.
HUNDREDTHS = 100

#: Counters and prescales have 32 bits.
COUNTER_MAXIMUM = 2**32 - 1


@dataclass(frozen=True)
class Registers:
    """Run-time registers of the trigger top.

    Parameters
    ----------
    thresholds : tuple of n int
        Of each axis of the regions, in LSB of its score, compared with ``>=``.
    prescale : tuple of 2**n int, optional
        Of each region, A first, in hundredths, 32 bits unsigned: 0 is off, otherwise from 100.
        Without it every event is accepted.
    enable : tuple of 2**n bool, optional
        A region that is not enabled accepts nothing and its prescale counter stands still;
        its events are counted. All are enabled if it is left out.

    Raises
    ------
    ConfigError
        If a threshold is no integer, a prescale is out of range, or there is not one prescale and
        one enable for each region.
    """

    thresholds: tuple[int, ...]
    prescale: tuple[int, ...] = ()
    enable: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        self._check_thresholds()
        regions = 2 ** len(self.thresholds)
        for name, open_ in (("prescale", HUNDREDTHS), ("enable", True)):
            given = getattr(self, name)
            object.__setattr__(self, name, tuple(given) or (open_,) * regions)
            if len(getattr(self, name)) != regions:
                raise ConfigError(
                    f"register {name}",
                    f"must have a value for each of the {regions} regions",
                    f"{len(given)} values",
                    f"give one for each of {', '.join(region_names(regions))}",
                )
        for region, value in zip(self.regions, self.prescale, strict=True):
            if value != 0 and not HUNDREDTHS <= value <= COUNTER_MAXIMUM:
                raise ConfigError(
                    f"the prescale of region {region}",
                    f"must be 0 or from {HUNDREDTHS} to {COUNTER_MAXIMUM} hundredths",
                    value,
                    "choose such a prescale",
                )

    def _check_thresholds(self) -> None:
        given: object = self.thresholds  # whatever was typed
        if not isinstance(given, Sequence) or not 1 <= len(given) <= MOST_AXES:
            raise ConfigError(
                "the thresholds of the registers",
                f"must be a tuple of one to {MOST_AXES} integers",
                repr(given),
                "give one for each axis of the regions",
            )
        object.__setattr__(self, "thresholds", tuple(given))
        for number, value in enumerate(self.thresholds, 1):
            if not isinstance(value, int):
                raise ConfigError(
                    f"register threshold{number}",
                    "must be an integer in LSB of the score",
                    value,
                    "derive it from integer scores",
                )

    @classmethod
    def from_prescales(cls, thresholds: Sequence[int], prescales: Prescales) -> Registers:
        """Give the registers for a configuration's prescales of two scores, all enabled."""
        values = (round(prescales.by_region[region] * HUNDREDTHS) for region in REGIONS)
        return cls(tuple(thresholds), tuple(values))

    @property
    def regions(self) -> tuple[str, ...]:
        """Letters of the regions that the thresholds make, by their codes."""
        return region_names(2 ** len(self.thresholds))

    @property
    def pair(self) -> tuple[int, int]:
        """Both thresholds, for what is defined for the regions of two scores only.

        Raises
        ------
        ConfigError
            If there are not two.
        """
        if len(self.thresholds) != len(PAIR.axes):
            raise ConfigError(
                "the regions of the trigger",
                "must be those of two thresholds here",
                f"of {len(self.thresholds)}",
                "cut on two scores, or count its regions with emulate",
            )
        first, second = self.thresholds
        return first, second

    @property
    def threshold1(self) -> int:
        """First threshold, under its name until version 0.3."""
        return self._old(0)

    @property
    def threshold2(self) -> int:
        """Second threshold, under its name until version 0.3."""
        return self._old(1)

    def _old(self, place: int) -> int:
        warnings.warn(
            f"Registers.threshold{place + 1} is Registers.thresholds[{place}] since version 0.4; "
            "the old name goes with 0.5",
            FutureWarning,
            stacklevel=3,
        )
        return self.thresholds[place]

    @cached_property
    def active(self) -> tuple[bool, ...]:
        """Whether each region can accept at all."""
        return tuple(e and p > 0 for e, p in zip(self.enable, self.prescale, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Registers:
        """Rebuild from `to_json`, of this version or of the one with two thresholds.

        Raises
        ------
        SchemaError
            If the record has another schema.
        """
        schema = record.get("schema")
        if schema not in (SCHEMA, _EARLIER):
            raise SchemaError(
                "registers",
                f"must have schema {SCHEMA} or {_EARLIER}",
                schema,
                "write them again with this version",
            )
        if schema == SCHEMA:
            thresholds = tuple(record["thresholds"])
        else:
            thresholds = record["threshold1"], record["threshold2"]
        return cls(thresholds, tuple(record["prescale"]), tuple(record["enable"]))
