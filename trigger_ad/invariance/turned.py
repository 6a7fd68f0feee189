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
from trigger_ad.statistics.strata import Stratified
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
    transformation of a kind, all events are, so that what holds exactly is known of each of them.

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
    at = _At(scores, sample, layout, thresholds, progress)
    changed = tuple(at.changed(kind, of) for kind, of in kinds.items())
    return Turned(steps=turns(layout), events=len(sample), changed=changed)


@dataclass(frozen=True)
class _At:
    """Events and thresholds at which scores are compared."""

    scores: ScoreFunction
    sample: Sample
    layout: Ports
    thresholds: tuple[int, int]
    progress: Progress

    def changed(self, kind: str, of: list[_Transformation]) -> Changed:
        """What one kind of transformation changes."""
        every = np.arange(len(self.sample))
        in_a = np.flatnonzero(region_of(*self.sample.scores, *self.thresholds) == 0)
        some, some_a = _spaced(every), _spaced(in_a)
        rows = np.union1d(some, some_a)
        found = self.found(rows, of)
        if len(rows) < len(every) and not any(found.scores.values()):
            rows, some, some_a = every, every, in_a
            found = self.found(rows, of)
        return _changed(kind, len(of), found, self.sample.drawn, (rows, some, some_a))

    def found(self, rows: Rows, of: list[_Transformation]) -> _Found:
        """Transform some events, block by block."""
        parts = []
        for start in range(0, len(rows), _BLOCK):
            self.progress(start / len(rows))
            words = self.sample.words[rows[start : start + _BLOCK]]
            parts.append(self.block(words, of))
        return _joined(parts)

    def block(self, words: NDArray[np.int32], of: list[_Transformation]) -> _Found:
        """Transform events that are held at once."""
        before = self.scores(words)
        region = self.region(before)
        times = np.zeros(len(words), np.int64)
        largest = dict.fromkeys(before, 0)
        for turn, *flags in of:
            exchange, mirror = (np.full(len(words), flag) for flag in flags)
            step = np.full(len(words), turn)
            after = self.scores(transform(words, self.layout, step, exchange, mirror))
            times += self.region(after) != region
            for name, values in after.items():
                change = int(np.abs(values - before[name]).max(initial=0))
                largest[name] = max(largest[name], change)
        return _Found(times > 0, times / len(of), largest)

    def region(self, scores: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """Region of each event."""
        first, second = scores.values()
        return region_of(first, second, *self.thresholds)


def _spaced(rows: Rows) -> Rows:
    if len(rows) <= EVENTS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, EVENTS).astype(np.int64)]


def _joined(parts: list[_Found]) -> _Found:
    names = parts[0].scores
    return _Found(
        np.concatenate([part.any for part in parts]),
        np.concatenate([part.mean for part in parts]),
        {name: max(part.scores[name] for part in parts) for name in names},
    )


def _changed(
    kind: str, number: int, found: _Found, drawn: Stratified, chosen: tuple[Rows, Rows, Rows]
) -> Changed:
    """The same as a record: of the rows chosen, of some of all events, and of some of region A."""
    rows, some, some_a = chosen
    values = np.zeros((len(drawn), 2))
    values[rows] = np.stack([found.any, found.mean], axis=1)

    def parts(chosen: Rows) -> tuple[EffectiveFigure, EffectiveFigure]:
        events = np.zeros(len(drawn), np.bool_)
        events[chosen] = True
        first, second = figures(drawn.inside(values, events), drawn.worth(events))
        return first, second

    every, mean = parts(some)
    any_of_a, mean_of_a = parts(some_a) if len(some_a) else (None, None)
    return Changed(
        kind=kind,
        transformations=number,
        events=len(rows),
        changed=int(found.any.sum()),
        any=every,
        mean=mean,
        any_of_a=any_of_a,
        mean_of_a=mean_of_a,
        scores=dict(found.scores),
    )
