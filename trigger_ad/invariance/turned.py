"""Scores of events that were turned about the beam and mirrored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Ports
from trigger_ad.features.symmetry import transform, turns
from trigger_ad.invariance.rates import figures
from trigger_ad.invariance.record import Changed, Turned
from trigger_ad.invariance.sample import Sample
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.trigger.decide import region_of

__all__ = ["EVENTS", "Progress", "ScoreFunction", "transformations", "turned"]

#: Events that are turned of all, and besides these of region A.
EVENTS = 4000

#: Events whose words are held at once.
_BLOCK = 20_000

#: From words (n_events, n_fields) to the raw scores by name.
ScoreFunction = Callable[[NDArray[np.int32]], Mapping[str, NDArray[np.int64]]]

#: Takes the part done, from 0 to 1.
Progress = Callable[[float], None]

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

#: Steps to turn by, whether to exchange the beams, whether to mirror.
_Transformation = tuple[int, bool, bool]


@dataclass(frozen=True, eq=False)
class _Found:
    """What one kind of transformation does to some events.

    `any` and `mean` are about the region of each; `scores` the largest change.
    """

    any: Mask
    mean: NDArray[np.float64]
    scores: Mapping[str, int]


def transformations(layout: Ports) -> dict[str, list[_Transformation]]:
    """Every turn, and each mirror, that the words of a layout know."""
    found: dict[str, list[_Transformation]] = {}
    steps = turns(layout)
    if steps:
        found["turns"] = [(step, False, False) for step in range(1, steps)]
        found["mirror"] = [(0, False, True)]
    if any(layout.fields[index].width for index in layout.columns("eta")):
        found["exchange"] = [(0, True, False)]
    return found


def turned(
    scores: ScoreFunction,
    sample: Sample,
    layout: Ports,
    thresholds: tuple[int, int],
    progress: Progress = lambda part: None,  # noqa: ARG005
) -> Turned | None:
    """Turn events by every step and mirror them, and compare their scores and regions.

    Some events are, evenly spaced, and some of region A. Where none of their scores changes by any
    transformation, all events are, so that what holds exactly is known of each of them.

    Parameters
    ----------
    scores : callable
        From words to the two scores.
    sample : Sample
    layout : Ports
        Of its words.
    thresholds : tuple of int
    progress : callable, optional

    Returns
    -------
    Turned or None
        None where the words have nothing to turn.
    """
    kinds = transformations(layout)
    if not kinds:
        return None
    in_a = region_of(*sample.scores, *thresholds) == 0
    every = np.arange(len(sample))
    some, some_a = _spaced(every), _spaced(np.flatnonzero(in_a))
    rows = np.union1d(some, some_a)
    found = _compared(scores, sample, layout, thresholds, rows, kinds)
    if len(rows) < len(sample) and not any(any(f.scores.values()) for f in found.values()):
        rows = some = every
        some_a = np.flatnonzero(in_a)
        found = _compared(scores, sample, layout, thresholds, rows, kinds, progress)
    return Turned(
        steps=turns(layout),
        events=len(rows),
        of=len(sample),
        changed=tuple(
            _changed(kind, len(kinds[kind]), of, sample, rows, some, some_a)
            for kind, of in found.items()
        ),
    )


def _spaced(rows: Rows) -> Rows:
    if len(rows) <= EVENTS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, EVENTS).astype(np.int64)]


def _compared(
    scores: ScoreFunction,
    sample: Sample,
    layout: Ports,
    thresholds: tuple[int, int],
    rows: Rows,
    kinds: Mapping[str, list[_Transformation]],
    progress: Progress = lambda part: None,  # noqa: ARG005
) -> dict[str, _Found]:
    """Each kind of transformation on some events, block by block."""
    parts: dict[str, list[_Found]] = {kind: [] for kind in kinds}
    for start in range(0, len(rows), _BLOCK):
        progress(start / len(rows))
        words = sample.words[rows[start : start + _BLOCK]]
        for kind, of in kinds.items():
            parts[kind].append(_block(scores, words, layout, thresholds, of))
    return {kind: _joined(found) for kind, found in parts.items()}


def _block(
    scores: ScoreFunction,
    words: NDArray[np.int32],
    layout: Ports,
    thresholds: tuple[int, int],
    kind: list[_Transformation],
) -> _Found:
    before = scores(words)
    region = _region(before, thresholds)
    times = np.zeros(len(words), np.int64)
    largest = dict.fromkeys(before, 0)
    for turn, *flags in kind:
        exchange, mirror = (np.full(len(words), flag) for flag in flags)
        after = scores(transform(words, layout, np.full(len(words), turn), exchange, mirror))
        times += _region(after, thresholds) != region
        for name, values in after.items():
            change = int(np.abs(values - before[name]).max(initial=0))
            largest[name] = max(largest[name], change)
    return _Found(times > 0, times / len(kind), largest)


def _region(
    scores: Mapping[str, NDArray[np.int64]], thresholds: tuple[int, int]
) -> NDArray[np.uint8]:
    first, second = scores.values()
    return region_of(first, second, *thresholds)


def _joined(parts: list[_Found]) -> _Found:
    names = parts[0].scores
    return _Found(
        np.concatenate([part.any for part in parts]),
        np.concatenate([part.mean for part in parts]),
        {name: max(part.scores[name] for part in parts) for name in names},
    )


def _changed(
    kind: str, number: int, found: _Found, sample: Sample, rows: Rows, some: Rows, some_a: Rows
) -> Changed:
    values = np.zeros((len(sample), 2))
    values[rows] = np.stack([found.any, found.mean], axis=1)

    def parts(chosen: Rows) -> tuple[EffectiveFigure, EffectiveFigure]:
        events = np.zeros(len(sample), np.bool_)
        events[chosen] = True
        found = sample.drawn.inside(values, events)
        first, second = figures(found, sample.drawn.worth(events))
        return first, second

    every, mean = parts(some)
    any_of_a, mean_of_a = parts(some_a) if len(some_a) else (None, None)
    return Changed(
        kind=kind,
        transformations=number,
        events=int(found.any.sum()),
        any=every,
        mean=mean,
        any_of_a=any_of_a,
        mean_of_a=mean_of_a,
        scores=dict(found.scores),
    )
