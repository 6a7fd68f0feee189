"""The prescaler of one seed: any number of fires at once, in chunks that know where they start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.trigger import random24, reference
from trigger_ad.trigger.decide import accepted_fires
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS
from trigger_ad.trigger.rule import Rule, random_cut, realised_prescale

__all__ = ["Prescaler", "PrescalerState", "hundredths"]

#: Crossings decided on at a time, so that what is in between stays in the cache.
_BLOCK = 1 << 16

_PERIOD = 2**random24.BITS - 1

Bools = NDArray[np.bool_]


def hundredths(prescale: float | str, name: str) -> int:
    """Give a prescale in the unit of the hardware.

    Parameters
    ----------
    prescale : float or str
        0 for off, or from 1 to 42,949,672.95 with at most two decimals.
    name : str
        Whose prescale it is, for the sentence.

    Raises
    ------
    ConfigError
        If it is anything else.

    Examples
    --------
    >>> hundredths(2.5, "a seed"), hundredths("0.0", "a seed")
    (250, 0)
    """
    text = str(prescale)
    try:
        exact = Decimal("nan" if "_" in text else text) * HUNDREDTHS
    except DecimalException:
        exact = Decimal("nan")
    if exact == 0:
        return 0
    if not exact.is_finite() or not HUNDREDTHS <= exact <= COUNTER_MAXIMUM or exact % 1:
        raise ConfigError(
            f"the prescale of {name}",
            f"must be 0 or from 1 to {COUNTER_MAXIMUM / HUNDREDTHS} with at most two decimals",
            prescale,
            "choose such a prescale",
        )
    return int(exact)


@dataclass(frozen=True)
class PrescalerState:
    """What a prescaler remembers.

    Parameters
    ----------
    counter : int
        In hundredths, 32 bits.
    random : int
        Pseudo-random number of the next crossing, from 1 to 2**24 - 1.
    """

    counter: int = 0
    random: int = 1


@dataclass(frozen=True)
class Prescaler:
    """A prescale with its rule.

    Parameters
    ----------
    prescale : int
        In hundredths: 0 is off, otherwise from 100, 32 bits.
    rule : Rule

    Raises
    ------
    ConfigError
        If the prescale is out of range.
    """

    prescale: int
    rule: Rule = Rule.CMS_COUNTER

    def __post_init__(self) -> None:
        hundredths(str(Decimal(self.prescale) / HUNDREDTHS), "a seed")

    @classmethod
    def every(cls, number: int) -> Prescaler:
        """Accept every `number`-th fire.

        This is the counter rule with an integer prescale: from phase 0 it accepts fires
        number `n`, `2n`, ..., and from phase `100 (n - 1)`, the largest, fires 1, `n + 1`, ...
        """
        return cls(hundredths(number, "a seed"))

    @property
    def realised(self) -> float:
        """Fires per accepted event in the long run; 0 is off."""
        return realised_prescale(self.prescale, self.rule)

    def start(self, phase: int = 0, random: int = 1) -> PrescalerState:
        """State at the start of a run.

        Parameters
        ----------
        phase : int
            First value of the counter, in hundredths, below the prescale.
        random : int
            Pseudo-random number of the first crossing.

        Raises
        ------
        ConfigError
            If the phase is negative or not below the prescale.
        """
        if phase < 0 or 0 < self.prescale <= phase:
            raise ConfigError(
                "the initial phase of a prescaler",
                f"must be from 0 to below its prescale, {self.prescale} hundredths",
                phase,
                "choose a smaller phase",
            )
        return PrescalerState(phase, random)

    def update(self, state: PrescalerState) -> PrescalerState:
        """State after the registers were written, which resets the counter of 2019."""
        return replace(state, counter=0) if self.rule is Rule.CMS_COUNTER_2019 else state

    def step(self, fired: bool, state: PrescalerState) -> tuple[bool, PrescalerState]:
        """Decide on one crossing: the rule itself, which `accepts` equals bit for bit."""
        accept, counter = False, state.counter
        if fired and self.prescale:
            accept, counter = reference.fire(counter, state.random, self.prescale, self.rule)
        return accept, PrescalerState(counter, random24.following(state.random))

    def accepts(self, fired: Bools, state: PrescalerState) -> tuple[Bools, PrescalerState]:
        """Decide on consecutive crossings.

        Parameters
        ----------
        fired : ndarray (n_crossings,) of bool
            Whether the seed fired.
        state : PrescalerState
            Before the first crossing.

        Returns
        -------
        ndarray (n_crossings,) of bool
        PrescalerState
            After the last crossing.
        """
        result = np.zeros(len(fired), dtype=np.bool_)
        if self.prescale and self.rule.counts:
            counter = state.counter
            for begin in range(0, len(fired), _BLOCK):
                part = slice(begin, begin + _BLOCK)
                counter = self._count(fired[part], result[part], counter)
        elif self.prescale:
            self._draw(fired, result, state.random)
        return result, self._after(int(np.count_nonzero(fired)), len(fired), state)

    def starts(
        self, fires: Sequence[int], crossings: Sequence[int], state: PrescalerState
    ) -> list[PrescalerState]:
        """State before each of several consecutive chunks, and after the last.

        Only the prefix sums of the fires and of the crossings enter. So fires are counted in
        parallel first, and decisions made in parallel then; how the crossings are cut into
        chunks does not matter.

        Parameters
        ----------
        fires, crossings : sequence of n int
            Of each chunk.
        state : PrescalerState
            Before the first chunk.

        Returns
        -------
        list of n + 1 PrescalerState
        """
        states = [state]
        for fired, passed in zip(fires, crossings, strict=True):
            states.append(self._after(fired, passed, states[-1]))
        return states

    def _count(self, fired: Bools, result: Bools, counter: int) -> int:
        """Fill in the decisions of one block by counting; return the counter after it."""
        events = int(np.count_nonzero(fired))
        taken, counter = accepted_fires(events, counter, self.prescale)
        result[taken if events == len(fired) else np.flatnonzero(fired)[taken]] = True
        return counter

    def _draw(self, fired: Bools, result: Bools, number: int) -> None:
        """Fill in all decisions from pseudo-random numbers, which repeat after their period."""
        numbers = random24.sequence(number, min(len(fired), _PERIOD))
        high = numbers >= random_cut(self.prescale)
        for begin in range(0, len(fired), _PERIOD):
            part = slice(begin, begin + _PERIOD)
            np.logical_and(fired[part], high[: len(fired[part])], out=result[part])

    def _after(self, fires: int, crossings: int, state: PrescalerState) -> PrescalerState:
        counter = state.counter
        if self.prescale and self.rule.counts:
            total = counter + HUNDREDTHS * fires
            counter = total - self.prescale * min(fires, total // self.prescale)
        return PrescalerState(counter, random24.after(state.random, crossings))
