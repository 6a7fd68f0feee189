"""Crossings in order, and what the trigger's rule says of each of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

__all__ = [
    "LOAD_GAP",
    "Stream",
    "columns",
    "decision_signals",
    "replay",
    "signals",
    "state_signals",
]

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


def decision_signals(regions: RegionRule) -> dict[str, int]:
    """Signals of a decision, with their elements."""
    names = ("out_valid", "fire", "accept", "region", *regions.score_names)
    return dict.fromkeys(names, 1)


def state_signals(regions: RegionRule) -> dict[str, int]:
    """Signals of the state after a crossing, with their elements."""
    counters = (
        "latched_before",
        "latched_after",
        "prescale_counter",
        "count_before",
        "count_after",
    )
    return {**dict.fromkeys(counters, regions.regions), "random": 1}


def signals(regions: RegionRule) -> dict[str, int]:
    """All signals of a crossing, in the order in which every form of the top gives them."""
    return {**decision_signals(regions), **state_signals(regions)}


def columns(rows: Integers, names: Mapping[str, int]) -> dict[str, Integers]:
    """Split rows of numbers into signals, each (n,) or (n, elements)."""
    found, start = {}, 0
    for name, size in names.items():
        found[name] = rows[:, start] if size == 1 else rows[:, start : start + size]
        start += size
    return found


def replay(
    stream: Stream,
    scores: Sequence[Integers],
    registers: Registers,
    rule: Rule = Rule.CMS_COUNTER,
    state: State | None = None,
    regions: RegionRule | None = None,
) -> Integers:
    """Let the rule in Python decide on a stream, crossing by crossing.

    Parameters
    ----------
    stream : Stream
    scores : sequence of ndarray (n,) of int64
        Of every crossing, in LSB.
    registers : Registers
        Before the first load.
    rule : Rule
    state : State, optional
        Before the first crossing; that after reset if not given.
    regions : RegionRule, optional
        Those that all scores span if not given.

    Returns
    -------
    ndarray (n, signals) of int64
        Every one of `signals` after each crossing. Without ``valid`` there is no decision, and
        all of it is 0.
    """
    regions = regions or RegionRule.of(len(scores))
    state = State.reset(regions.regions) if state is None else state
    result = np.empty((len(stream), sum(signals(regions).values())), dtype=np.int64)
    nothing = (0,) * len(decision_signals(regions))
    given, wait = iter(stream.registers), 0
    strobes = zip(stream.valid, stream.load, stream.section, strict=True)
    rows = zip(*(score.tolist() for score in scores), strict=True)
    for crossing, ((valid, load, section), row) in enumerate(zip(strobes, rows, strict=True)):
        wait = max(wait - 1, 0)
        if section:
            state = state.section()
        if load:
            new = next(given)
            if wait == 0:
                registers, state, wait = new, state.update(rule), LOAD_GAP
        decision = nothing
        if valid:
            region, accept, state = step(row, registers, state, rule, regions)
            decision = (1, 1 << region, accept << region, region, *row)
        result[crossing] = (*decision, *state.numbers())
    return result


#: Until version 0.3 the signals of two scores were constants.
_CONSTANTS = {"DECISION": decision_signals, "STATE": state_signals, "SIGNALS": signals}


def __getattr__(name: str) -> dict[str, int]:
    if name not in _CONSTANTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    now = _CONSTANTS[name]
    warnings.warn(
        f"{__name__}.{name} is {now.__name__}(regions) since version 0.4; the old name goes "
        "with 0.5",
        FutureWarning,
        stacklevel=2,
    )
    return now(PAIR)
