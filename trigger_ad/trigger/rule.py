"""The versioned record of how events are prescaled, shared by all that count or estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from trigger_ad.storage.record import dataclass_of
from trigger_ad.trigger.registers import HUNDREDTHS, Registers

__all__ = [
    "RANDOM_RANGE",
    "PrescaleRule",
    "Rule",
    "prescale_ports",
    "random_cut",
    "realised_prescale",
]

#: A 24-bit pseudo-random number that is never 0 is below this.
RANDOM_RANGE = 2**24


class Rule(StrEnum):
    """How a prescaler chooses among the fires of its region, with version.

    ``CMS_COUNTER`` is the fractional counter of the CMS global trigger as it works since the
    end of 2022: neither a luminosity section nor a change of prescale resets it (firmware and
    GlobalBoard in CMSSW, https://github.com/cms-sw/cmssw/pull/40158). With
    ``CMS_COUNTER_2019`` every update of the registers resets all counters. ``ATLAS_RANDOM``
    accepts a fire whose crossing has a 24-bit pseudo-random number at or above a cut.
    """

    CMS_COUNTER = "cms_counter/reset_at_run_start"
    CMS_COUNTER_2019 = "cms_counter/reset_at_update"
    ATLAS_RANDOM = "atlas_random/24_bits"

    @property
    def counts(self) -> bool:
        """Whether fires are counted, not drawn."""
        return self is not Rule.ATLAS_RANDOM


def random_cut(prescale: int) -> int:
    """Smallest accepted pseudo-random number, round(2^24 - (2^24 - 1) / PS).

    Parameters
    ----------
    prescale : int
        In hundredths, at least 100.

    Returns
    -------
    int
        1, where every number is accepted, to 2**24 - 1 for the largest finite prescale;
        2**24 above it, where none is.
    """
    taken = (2 * (RANDOM_RANGE - 1) * HUNDREDTHS + prescale) // (2 * prescale)
    return RANDOM_RANGE - taken


def prescale_ports(registers: Registers, rule: Rule) -> tuple[int, ...]:
    """Values of the 32-bit prescale ports of the firmware, one for each region.

    A counting prescaler takes hundredths, 0 for off; a pseudo-random one its cut, 2**24 for off.
    Enables have ports of their own.
    """
    if rule.counts:
        return registers.prescale
    return tuple(random_cut(value) if value else RANDOM_RANGE for value in registers.prescale)


@dataclass(frozen=True)
class PrescaleRule:
    """Semantics of the prescales and live time of a set of decisions.

    Parameters
    ----------
    rule : Rule
        Name and version.
    phase : int
        What the counters start from, in hundredths; one number for all regions.
    reset : str
        When counters go back to the phase.
    realised : dict of str to float
        Fires per accepted event in the long run, by region; 0 is off. Counters realise
        exactly what is asked for, pseudo-random numbers only multiples of their LSB.
    live_fraction : float
        Part of the time in which the trigger could accept; the same for all regions.
    """

    rule: Rule
    phase: int
    reset: str
    realised: dict[str, float]
    live_fraction: float = 1.0

    @classmethod
    def of(
        cls, registers: Registers, phase: int = 0, rule: Rule = Rule.CMS_COUNTER
    ) -> PrescaleRule:
        """Rule record of this project's prescaler with these registers."""
        realised = {
            region: realised_prescale(value, rule) if active else 0.0
            for region, value, active in zip(
                registers.regions, registers.prescale, registers.active, strict=True
            )
        }
        reset = {
            Rule.CMS_COUNTER: "run_start",
            Rule.CMS_COUNTER_2019: "update",
            Rule.ATLAS_RANDOM: "never",
        }[rule]
        return cls(rule, phase, reset, realised)

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, for the run folder."""
        return {"schema": "prescale_rule/1", **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> PrescaleRule:
        """Rebuild from `to_json`.

        Raises
        ------
        ValueError
            If a value is missing or of another type.
        """
        return dataclass_of(cls, record)


def realised_prescale(prescale: int, rule: Rule) -> float:
    """Fires per accepted event in the long run, for a prescale in hundredths; 0 is off."""
    if rule.counts or not prescale:
        return prescale / HUNDREDTHS
    taken = RANDOM_RANGE - random_cut(prescale)
    return (RANDOM_RANGE - 1) / taken if taken else 0.0
