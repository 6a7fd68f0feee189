"""What the trigger remembers from one crossing to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from trigger_ad.errors import ConfigError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import Rule

__all__ = ["State"]

#: One number for each region.
Counts = tuple[int, ...]


@dataclass(frozen=True)
class State:
    """Counters of the regions, 32 bits unsigned, and the pseudo-random register.

    Parameters
    ----------
    counter : tuple of int
        Prescale counter of each region, in hundredths.
    before, after : tuple of int, optional
        Events in each region and accepted events of this luminosity section; they stop at
        2**32 - 1. Zeros if left out.
    latched_before, latched_after : tuple of int, optional
        The same of the section before.
    random : int
        Pseudo-random number of the next crossing, from 1 to 2**24 - 1.

    Raises
    ------
    ConfigError
        If there is not one number for each region.
    """

    counter: Counts
    before: Counts = ()
    after: Counts = ()
    latched_before: Counts = ()
    latched_after: Counts = ()
    random: int = 1

    def __post_init__(self) -> None:
        regions = len(self.counter)
        for name in ("before", "after", "latched_before", "latched_after"):
            given = getattr(self, name)
            if len(given) not in (0, regions):
                raise ConfigError(
                    f"the counters {name}",
                    f"must be one for each of the {regions} regions",
                    len(given),
                    "give as many as prescale counters",
                )
            object.__setattr__(self, name, given or (0,) * regions)

    @classmethod
    def reset(cls, regions: int) -> State:
        """State after reset: all counters of so many regions 0, the pseudo-random number 1."""
        return cls((0,) * regions)

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
        for region, value in zip(registers.regions, registers.prescale, strict=True):
            if phase < 0 or 0 < value <= phase:
                raise ConfigError(
                    "the initial phase of the prescalers",
                    f"must be from 0 to below the prescale of region {region}, {value} hundredths",
                    phase,
                    "choose a smaller phase",
                )
        return cls((phase,) * len(registers.prescale))

    def count(
        self, counter: Sequence[int], fires: Sequence[int], accepts: Sequence[int], random: int
    ) -> State:
        """Return the state after `fires` and `accepts` more events in each region."""
        return State(
            tuple(counter),
            _add(self.before, fires),
            _add(self.after, accepts),
            self.latched_before,
            self.latched_after,
            random,
        )

    def section(self) -> State:
        """Return the state at the start of a luminosity section: counts latched and cleared."""
        return replace(
            self, before=(), after=(), latched_before=self.before, latched_after=self.after
        )

    def update(self, rule: Rule) -> State:
        """Return the state after the registers were written; `rule` may reset the prescalers."""
        if rule is Rule.CMS_COUNTER_2019:
            return replace(self, counter=(0,) * len(self.counter))
        return self

    def numbers(self) -> Iterator[int]:
        """All of it in the order of the ports, as `stream.state_signals` names them."""
        counters = (self.latched_before, self.latched_after, self.counter, self.before, self.after)
        return chain(*counters, (self.random,))


def _add(counts: Counts, more: Sequence[int]) -> Counts:
    return tuple(min(n + m, COUNTER_MAXIMUM) for n, m in zip(counts, more, strict=True))
