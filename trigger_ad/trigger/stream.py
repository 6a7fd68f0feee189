"""Crossings in order, and what the trigger's rule says of each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

__all__ = ["DECISION", "LOAD_GAP", "SIGNALS", "STATE", "Stream", "columns", "replay"]

#: Signals of a decision, with their elements.
DECISION: Mapping[str, int] = dict.fromkeys(
    ("out_valid", "fire", "accept", "region", "score1", "score2"), 1
)

#: Signals of the state after a crossing.
STATE: Mapping[str, int] = {
    "latched_before": 4,
    "latched_after": 4,
    "prescale_counter": 4,
    "count_before": 4,
    "count_after": 4,
    "random": 1,
}

#: All signals of a crossing, in the order in which every form of the top gives them.
SIGNALS: Mapping[str, int] = {**DECISION, **STATE}

#: A load is ignored if fewer crossings lie between it and the last one taken, counting itself.
LOAD_GAP = 32

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stream:
    """Consecutive crossings with their strobes.

    Parameters
    ----------
    words : ndarray (n, words) of int32
        Hardware words; those of a crossing without ``valid`` do not matter.
    valid, load, section : ndarray (n,) of bool
    registers : tuple of Registers
        One for each load, in order.

    Raises
    ------
    ConversionError
        If shapes, types or the number of registers do not fit.
    """

    words: NDArray[np.int32]
    valid: Bools
    load: Bools
    section: Bools
    registers: tuple[Registers, ...]

    def __post_init__(self) -> None:
        if self.words.ndim != 2 or self.words.dtype.kind not in "iu":
            raise ConversionError(
                "the words of a stream",
                "must be integers of shape (n, words)",
                f"{self.words.dtype} of shape {self.words.shape}",
                "give one row a crossing",
            )
        for name in ("valid", "load", "section"):
            strobe = getattr(self, name)
            if strobe.dtype != np.bool_ or strobe.shape != (len(self),):
                raise ConversionError(
                    f"strobe {name} of a stream",
                    f"must be bool of shape ({len(self)},)",
                    f"{strobe.dtype} of shape {strobe.shape}",
                    "give one value a crossing",
                )
        if np.count_nonzero(self.load) != len(self.registers):
            raise ConversionError(
                "the registers of a stream",
                f"must be one for each of its {np.count_nonzero(self.load)} loads",
                len(self.registers),
                "give as many",
            )

    def __len__(self) -> int:
        return len(self.words)

    def pieces(self, size: int) -> Iterator[Stream]:
        """Split into streams of at most `size` crossings."""
        loads = np.concatenate([[0], np.cumsum(self.load)])
        for start in range(0, len(self), size):
            part = slice(start, min(start + size, len(self)))
            registers = self.registers[loads[part.start] : loads[part.stop]]
            strobes = (self.valid[part], self.load[part], self.section[part])
            yield Stream(self.words[part], *strobes, registers)


def columns(rows: Integers, names: Mapping[str, int]) -> dict[str, Integers]:
    """Split rows of numbers into signals, each (n,) or (n, elements)."""
    found, start = {}, 0
    for name, size in names.items():
        found[name] = rows[:, start] if size == 1 else rows[:, start : start + size]
        start += size
    return found


def replay(
    stream: Stream,
    score1: Integers,
    score2: Integers,
    registers: Registers,
    rule: Rule = Rule.CMS_COUNTER,
    state: State | None = None,
) -> Integers:
    """Let the rule in Python decide on a stream, crossing by crossing.

    Parameters
    ----------
    stream : Stream
    score1, score2 : ndarray (n,) of int64
        Of every crossing, in LSB.
    registers : Registers
        Before the first load.
    rule : Rule
    state : State, optional
        Before the first crossing; that after reset if not given.

    Returns
    -------
    ndarray (n, 27) of int64
        Every signal of `SIGNALS` after each crossing. Without
        ``valid`` there is no decision, and all of it is 0.
    """
    state = State() if state is None else state
    result = np.empty((len(stream), sum(SIGNALS.values())), dtype=np.int64)
    given, wait = iter(stream.registers), 0
    strobes = zip(stream.valid, stream.load, stream.section, strict=True)
    scores = zip(score1.tolist(), score2.tolist(), strict=True)
    for crossing, (strobe, (first, second)) in enumerate(zip(strobes, scores, strict=True)):
        valid, load, section = strobe
        wait = max(wait - 1, 0)
        if section:
            state = state.section()
        if load:
            new = next(given)
            if wait == 0:
                registers, state, wait = new, state.update(rule), LOAD_GAP
        decision = (0, 0, 0, 0, 0, 0)
        if valid:
            region, accept, state = step(first, second, registers, state, rule)
            decision = (1, 1 << region, accept << region, region, first, second)
        result[crossing] = (*decision, *_flat(state))
    return result


def _flat(state: State) -> Iterator[int]:
    four = (state.latched_before, state.latched_after, state.counter, state.before, state.after)
    return chain(*four, (state.random,))
