"""The prescalers of a menu, event by event: which fires of a stream are accepted."""

from __future__ import annotations

import numpy as np

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.patterns import WORD, Patterns, has
from trigger_ad.trigger.decide import accepted_fires

__all__ = ["accept", "start"]


def start(menu: IntegerMenu, phases: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Counters at the start of a run, in hundredths.

    Parameters
    ----------
    menu : IntegerMenu
    phases : tuple of int, optional
        One for each seed, from 0 to below its prescale; all 0 without them.

    Raises
    ------
    ConfigError
        If a phase is out of range.
    """
    phases = phases or (0,) * len(menu.seeds)
    for seed, phase in zip(menu.seeds, phases, strict=True):
        if not 0 <= phase < max(seed.prescale, 1):
            raise ConfigError(
                f"the initial phase of seed {seed.name}",
                f"must be from 0 to below its prescale, {seed.prescale} hundredths",
                phase,
                "choose a smaller phase",
            )
    return phases


def accept(
    patterns: Patterns, menu: IntegerMenu, counters: tuple[int, ...]
) -> tuple[Patterns, tuple[int, ...]]:
    """Accept fires of consecutive events by the rule ``cms_counter/reset_at_run_start``.

    A stream in pieces, with the counters carried on, gives the same as the whole stream.

    Parameters
    ----------
    patterns : ndarray (n_events, words) of uint64
        Fires.
    menu : IntegerMenu
    counters : tuple of int
        From `start`, or from the piece before.

    Returns
    -------
    accepted : ndarray (n_events, words) of uint64
    counters : tuple of int
    """
    accepted = np.zeros_like(patterns)
    after = list(counters)
    for index, seed in enumerate(menu.seeds):
        if not seed.prescale:
            continue
        events = np.flatnonzero(has(patterns, index))
        taken, after[index] = accepted_fires(len(events), counters[index], seed.prescale)
        word, bit = divmod(index, WORD)
        accepted[events[taken], word] |= np.uint64(1 << bit)
    return accepted, tuple(after)
