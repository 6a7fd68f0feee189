"""What the trigger remembers from one crossing to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trigger_ad.errors import ConfigError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, REGIONS, Registers
from trigger_ad.trigger.rule import Rule

__all__ = ["State"]

Four = tuple[int, int, int, int]


@dataclass(frozen=True)
class State:
    """Counters of the four regions, 32 bits unsigned, and the pseudo-random register.

    Parameters
    ----------
    counter : tuple of 4 int
        Prescale counters, in hundredths.
    before, after : tuple of 4 int
        Events in each region and accepted events of this luminosity section; they stop at
        2**32 - 1.
    latched_before, latched_after : tuple of 4 int
        The same of the section before.
    random : int
        Pseudo-random number of the next crossing, from 1 to 2**24 - 1.
    """

    counter: Four = (0, 0, 0, 0)
    before: Four = (0, 0, 0, 0)
    after: Four = (0, 0, 0, 0)
    latched_before: Four = (0, 0, 0, 0)
    latched_after: Four = (0, 0, 0, 0)
    random: int = 1

    @classmethod
    def start(cls, registers: Registers, phase: int = 0) -> State:
        """State at the start of a run.

        Parameters
        ----------
        registers : Registers
        phase : int
            Start of all prescale counters, in hundredths, below every prescale in use.

        Raises
        ------
        ConfigError
            If the phase is negative or not below a prescale in use.
        """
        for region, value in zip(REGIONS, registers.prescale, strict=True):
            if phase < 0 or 0 < value <= phase:
                raise ConfigError(
                    "the initial phase of the prescalers",
                    f"must be from 0 to below the prescale of region {region}, {value} hundredths",
                    phase,
                    "choose a smaller phase",
                )
        return cls(counter=(phase, phase, phase, phase))

    def count(self, counter: list[int], fires: list[int], accepts: list[int], random: int) -> State:
        """Return the state after `fires` and `accepts` more events in each region."""
        return State(
            _four(counter),
            _add(self.before, fires),
            _add(self.after, accepts),
            self.latched_before,
            self.latched_after,
            random,
        )

    def section(self) -> State:
        """Return the state at the start of a luminosity section: counts latched and cleared."""
        zero = (0, 0, 0, 0)
        return replace(
            self, before=zero, after=zero, latched_before=self.before, latched_after=self.after
        )

    def update(self, rule: Rule) -> State:
        """Return the state after the registers were written; `rule` may reset the prescalers."""
        if rule is Rule.CMS_COUNTER_2019:
            return replace(self, counter=(0, 0, 0, 0))
        return self


def _four(values: list[int]) -> Four:
    a, b, c, d = values
    return a, b, c, d


def _add(counts: Four, more: list[int]) -> Four:
    return _four([min(n + m, COUNTER_MAXIMUM) for n, m in zip(counts, more, strict=True)])
