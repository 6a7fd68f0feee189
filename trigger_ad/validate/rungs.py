"""Every rung against another: outputs and scores, and the whole trigger in its other forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.compare import (
    MINIMUM_EVENTS,
    MINIMUM_SCORES,
    RungComparison,
    compare,
    distinct,
)
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.ir.score import Score
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.validate.record import FirstDifference, RungEquality
from trigger_ad.validate.top import Top, compare_tops

__all__ = ["AGAINST", "KINDS", "Result", "Rung", "compare_firmware", "compare_rungs"]

#: Every rung and the one it is compared with: a triangle, so that none vouches for itself.
AGAINST = {"fast": "qkeras", "csim": "fast", "qkeras": "csim"}

#: What is sent through every rung.
KINDS = ("events", "extremes")

#: ``outputs`` and ``scores``, each by name.
Result = Mapping[str, Mapping[str, NDArray[np.int64]]]

#: Bits from which on a score must have `MINIMUM_SCORES` different values.
WIDE = 12

Scores = Mapping[str, NDArray[np.int64]]

#: From scaled inputs, (n_events, n_in) of int32, or from words where it prepares these.
Rung = Callable[[NDArray[np.int32]], Result]


def compare_rungs(
    rungs: Mapping[str, Rung],
    given: Mapping[str, NDArray[np.int32]],
    scores: Mapping[str, Score] | None = None,
) -> dict[str, RungEquality]:
    """Compare outputs and scores of ``fast``, ``csim`` and ``qkeras``.

    Parameters
    ----------
    rungs : mapping of str to callable
    given : mapping of str to ndarray (n, size) of int32
        What they read, for each of `KINDS`.
    scores : mapping of str to Score, optional
        Of which those of few bits need no more than half of the values that they can have.

    Returns
    -------
    dict
        Parts of ``bit_exact`` of ``validation.json``, by rung.
    """
    found = {kind: {name: run(given[kind]) for name, run in rungs.items()} for kind in KINDS}
    return {rung: _record(found, rung, other, scores) for rung, other in AGAINST.items()}


def compare_firmware(
    tops: Mapping[str, Top],
    shared: SharedObject,
    trigger: TriggerEmulator,
    words: Mapping[str, NDArray[np.int32]],
    seed: int,
) -> dict[str, RungEquality]:
    """Compare trigger tops and shared object with the fast emulator and the rule.

    The tops are compared after every crossing, the shared object, which scores, on every event.

    Parameters
    ----------
    tops : mapping of str to Top
        By rung.
    shared : SharedObject
    trigger : TriggerEmulator
    words : mapping of str to ndarray (n, n_fields) of int32
        Hardware words, for each of `KINDS`.
    seed : int
        Of what happens around the events.

    Returns
    -------
    dict
        Parts of ``bit_exact`` of ``validation.json``, by rung; an event of a top is a crossing.
    """
    reference = {kind: trigger.scores_of_words(words[kind]) for kind in KINDS}
    found: dict[str, dict[str, Mapping[str, RungComparison]]] = {}
    for kind in KINDS:
        found[kind] = dict(compare_tops(tops, trigger, words[kind], seed))
        scored = compare("fast", reference[kind], "abi", shared.run(words[kind]))
        found[kind]["abi"] = {"scores": scored}
    values = distinct(*reference.values())
    enough = _enough(trigger.hardware, *reference.values())
    return {
        rung: _evidence("fast", found["events"][rung], found["extremes"][rung], values, enough)
        for rung in (*tops, "abi")
    }


def _enough(hardware: HardwareTrigger, *runs: Scores) -> bool:
    """Whether every score has enough different values: for few bits half of what it can have."""
    return all(
        _different(name, score, runs)
        for block in hardware.blocks
        for own, score in block.scores.items()
        for name in block.names_of(own)
    )


def _different(name: str, score: Score, runs: Sequence[Scores]) -> bool:
    found = distinct(*({name: run[name]} for run in runs))
    return found >= (MINIMUM_SCORES if score.type.width >= WIDE else -(-score.reach // 2))


def _record(
    found: Mapping[str, Mapping[str, Result]],
    rung: str,
    other: str,
    scores: Mapping[str, Score] | None,
) -> RungEquality:
    """Compare one rung with another."""
    events, ends = (
        {
            signals: compare(other, found[kind][other][signals], rung, found[kind][rung][signals])
            for signals in ("scores", "outputs")
        }
        for kind in KINDS
    )
    runs = [found[kind][other]["scores"] for kind in KINDS]
    values = distinct(*runs)
    enough = values >= MINIMUM_SCORES
    if scores is not None:
        enough = all(_different(name, score, runs) for name, score in scores.items())
    return _evidence(other, events, ends, values, enough)


def _evidence(
    other: str,
    events: Mapping[str, RungComparison],
    ends: Mapping[str, RungComparison],
    values: int,
    enough: bool,
) -> RungEquality:
    """Record of the comparisons of all signals; `values` are the different ones of a score.

    Equality is claimed if these are `enough`.
    """
    parts = [*events.values(), *ends.values()]
    first = next((part.first for part in parts if part.first is not None), None)
    return RungEquality(
        against=other,
        events=events["scores"].events,
        mismatches=max(part.mismatches for part in events.values()),
        distinct_scores=values,
        extremes=ends["scores"].events,
        extreme_mismatches=max(part.mismatches for part in ends.values()),
        first_difference=None if first is None else FirstDifference(**asdict(first)),
        claimed=events["scores"].events >= MINIMUM_EVENTS
        and enough
        and not any(part.mismatches for part in parts),
    )
