"""Whether a form of the trigger top equals the trigger in Python after every crossing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.compare import RungComparison, compare
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import SIGNALS, Stream, columns, replay
from trigger_ad.validate.crossings import stream

__all__ = ["SCORES", "Top", "compare_tops"]

SCORES = ("score1", "score2")

Signals = Mapping[str, NDArray[np.int64]]


class Top(Protocol):
    """A simulated trigger top."""

    interface: TopInterface

    def reset(self) -> None:
        """Back to the state after reset."""

    def run(self, stream: Stream, states: bool = False) -> dict[str, NDArray[np.int64]]:
        """Signals of every crossing."""


def compare_tops(
    tops: Mapping[str, Top], trigger: TriggerEmulator, words: NDArray[np.int32], seed: int
) -> dict[str, dict[str, RungComparison]]:
    """Send events through tops and through Python, with all that can happen around them.

    Parameters
    ----------
    tops : mapping of str to Top
        By name of the rung; all of one trigger. They are reset first.
    trigger : TriggerEmulator
        Fast emulator of the scores, with the registers of the run.
    words : ndarray (n_events, n_fields) of int32
    seed : int
        Of gaps, writes of registers and luminosity sections.

    Returns
    -------
    dict of str to dict of str to RungComparison
        For each rung ``scores``; and ``state``: decision, counters and pseudo-random number
        after every crossing.
    """
    crossings = stream(words, trigger.registers, seed)
    scores = np.zeros((2, len(crossings)), dtype=np.int64)
    scores[:, crossings.valid] = list(
        trigger.scores_of_words(crossings.words[crossings.valid]).values()
    )
    interface = next(iter(tops.values())).interface
    rows = replay(crossings, scores[0], scores[1], interface.reset, interface.rule)
    expected = columns(rows, SIGNALS)
    found = {}
    for rung, top in tops.items():
        top.reset()
        found[rung] = _compare(expected, rung, top.run(crossings, states=True))
    return found


def _compare(reference: Signals, rung: str, result: Signals) -> dict[str, Any]:
    parts = {"scores": SCORES, "state": [name for name in SIGNALS if name not in SCORES]}
    return {
        part: compare("fast", {n: reference[n] for n in names}, rung, {n: result[n] for n in names})
        for part, names in parts.items()
    }
