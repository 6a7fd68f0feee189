"""What the trigger remembers from one event to the next."""

from __future__ import annotations

from dataclasses import dataclass

from trigger_ad.errors import ConfigError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, REGIONS, Registers

__all__ = ["State"]

Four = tuple[int, int, int, int]


@dataclass(frozen=True)
class State:
    """Counters of the four regions; all have 32 bits, unsigned.

    Parameters
    ----------
    counter : tuple of 4 int
        Prescale counters, in hundredths.
    before : tuple of 4 int
        Events in each region, before prescale; they stop at 2**32 - 1.
    after : tuple of 4 int
        Accepted events; they stop at 2**32 - 1.
    """

    counter: Four = (0, 0, 0, 0)
    before: Four = (0, 0, 0, 0)
    after: Four = (0, 0, 0, 0)

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
                    phase, "choose a smaller phase",
                )  # fmt: skip
        return cls(counter=(phase, phase, phase, phase))

    def count(self, counter: list[int], fires: list[int], accepts: list[int]) -> State:
        """Return the state after `fires` and `accepts` more events in each region."""
        return State(_four(counter), _add(self.before, fires), _add(self.after, accepts))


def _four(values: list[int]) -> Four:
    a, b, c, d = values
    return a, b, c, d


def _add(counts: Four, more: list[int]) -> Four:
    return _four([min(n + m, COUNTER_MAXIMUM) for n, m in zip(counts, more, strict=True)])
