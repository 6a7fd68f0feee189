"""Whether a form of the trigger top equals the trigger in Python after every crossing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.compare import RungComparison, compare
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import Stream, columns, replay, signals
from trigger_ad.validate.crossings import stream

__all__ = ["Top", "compare_tops"]

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
    interface = next(iter(tops.values())).interface
    regions = interface.regions
    scores = np.zeros((regions.scores, len(crossings)), dtype=np.int64)
    scores[:, crossings.valid] = list(
        trigger.scores_of_words(crossings.words[crossings.valid]).values()
    )
    rows = replay(crossings, list(scores), interface.reset, interface.rule, regions=regions)
    expected = columns(rows, signals(regions))
    found = {}
    for rung, top in tops.items():
        top.reset()
        result = top.run(crossings, states=True)
        found[rung] = _compare(expected, rung, result, regions.score_names)
    return found


def _compare(
    reference: Signals, rung: str, result: Signals, scores: tuple[str, ...]
) -> dict[str, Any]:
    parts = {"scores": scores, "state": [name for name in reference if name not in scores]}
    return {
        part: compare("fast", {n: reference[n] for n in names}, rung, {n: result[n] for n in names})
        for part, names in parts.items()
    }
