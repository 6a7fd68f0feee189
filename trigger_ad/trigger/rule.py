"""The versioned record of how events are prescaled, shared by all that count or estimate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trigger_ad.trigger.registers import HUNDREDTHS, REGIONS, Registers

__all__ = ["CMS_COUNTER", "PrescaleRule"]

#: Fractional counter of the CMS global trigger as it works since the end of 2022: neither a
#: luminosity section nor a change of prescale resets it (firmware and GlobalBoard in CMSSW,
#: https://github.com/cms-sw/cmssw/pull/40158).
CMS_COUNTER = "cms_counter/reset_at_run_start"


@dataclass(frozen=True)
class PrescaleRule:
    """Semantics of the prescales and live time of a set of decisions.

    Parameters
    ----------
    rule : str
        Name and version. ``cms_counter``: each fire adds 100 to a counter; once it has
        reached the prescale in hundredths the event is accepted and the prescale is taken off.
    phase : int
        What the counters start from, in hundredths; one number for all regions.
    reset : str
        When counters go back to the phase.
    realised : dict of str to float
        Fires per accepted event in the long run, by region; 0 is off. This rule realises
        exactly what is asked for.
    live_fraction : float
        Part of the time in which the trigger could accept; the same for all regions.
    """

    rule: str
    phase: int
    reset: str
    realised: dict[str, float]
    live_fraction: float = 1.0

    @classmethod
    def of(cls, registers: Registers, phase: int = 0) -> PrescaleRule:
        """Rule record of this project's prescaler with these registers."""
        realised = {
            region: value / HUNDREDTHS if active else 0.0
            for region, value, active in zip(
                REGIONS, registers.prescale, registers.active, strict=True
            )
        }
        return cls(CMS_COUNTER, phase, "run_start", realised)

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, for the run folder."""
        return {"schema": "prescale_rule/1", **asdict(self)}
