"""Whether the trigger top in HLS equals the trigger in Python after every crossing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.compare import RungComparison, compare
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.run.validation.crossings import stream
from trigger_ad.trigger.stream import SIGNALS, Stream, columns, replay

__all__ = ["SCORES", "compare_top"]

SCORES = ("score1", "score2")


def compare_top(
    project: Path, trigger: TriggerEmulator, words: NDArray[np.int32], seed: int
) -> dict[str, RungComparison]:
    """Send events through the top and through Python, with all that can happen around them.

    Parameters
    ----------
    project : Path
        HLS project with its compiled top.
    trigger : TriggerEmulator
        Fast emulator of the scores, with the registers of the run.
    words : ndarray (n_events, 57) of int32
    seed : int
        Of gaps, writes of registers and luminosity sections.

    Returns
    -------
    dict of str to RungComparison
        ``scores``; and ``state``: decision, counters and pseudo-random number after every
        crossing.
    """
    top = TopSimulation(project)
    crossings = stream(words, trigger.registers, seed)
    result = top.run(crossings, states=True)
    return _compare(_expected(trigger, top, crossings), result)


def _expected(
    trigger: TriggerEmulator, top: TopSimulation, crossings: Stream
) -> dict[str, NDArray[np.int64]]:
    scores = np.zeros((2, len(crossings)), dtype=np.int64)
    scores[:, crossings.valid] = list(
        trigger.scores_of_words(crossings.words[crossings.valid]).values()
    )
    rows = replay(crossings, scores[0], scores[1], top.interface.reset, top.interface.rule)
    return columns(rows, SIGNALS)


def _compare(reference: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, RungComparison]:
    parts = {"scores": SCORES, "state": [name for name in SIGNALS if name not in SCORES]}
    return {
        part: compare(
            "fast", {n: reference[n] for n in names}, "top", {n: result[n] for n in names}
        )
        for part, names in parts.items()
    }
