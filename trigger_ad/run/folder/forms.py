"""A form of the networks of a run: what its scores read, and the background events behind tables.

Float, rounded, trained and hardware networks have other outputs for the same words. What is read
off background events is made of the outputs of the form that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.score import Score
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.preparation import Reading
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.scorers.ranked import Events
from trigger_ad.scorers.tabulate import Background

__all__ = ["Values", "events_of", "scores_of", "values_of"]

Array = NDArray[Any]

#: From words (n_events, n_fields) of int32 to the raw integers of every port, (n_events, size).
Values = Callable[[NDArray[np.int32]], Mapping[str, Array]]

#: Events at a time: what is computed on the way to a score stays small.
_BLOCK = 16_384


def values_of(
    reading: Reading, beside: Collection[str], outputs: Callable[[Array], Mapping[str, Array]]
) -> Values:
    """Ports of a form of networks, and vectors beside them.

    Parameters
    ----------
    reading : Reading
    beside : collection of str
        Names of the vectors.
    outputs : callable
        From the raw inputs of the networks (n_events, n_in) to the ports of the form.
    """
    return lambda words: {**outputs(reading.raw(words)), **reading.beside(words, beside)}


def scores_of(
    values: Values, scores: Mapping[str, Score], words: NDArray[np.int32]
) -> dict[str, NDArray[np.int64]]:
    """Scores (n_events,) of a form by name."""
    found = {name: np.empty(len(words), np.int64) for name in scores}
    for block in _blocks(len(words)):
        given = values(words[block])
        for name, score in scores.items():
            found[name][block] = score.evaluate(given)
    return found


def events_of(values: Values, data: Callable[[], Dataset], finer: int = 0) -> Events:
    """Background events with the values of a form.

    Parameters
    ----------
    values : callable
    data : callable
        Gives the words of the run, which are read only where a score needs events.
    finer : int
        Bits that the last table of a score has more than in hardware.
    """

    def scores(score: Score) -> NDArray[np.int64]:
        found = scores_of(values, {score.name: score}, data().plain_words("threshold"))
        return found[score.name]

    @cache
    def background() -> Background:
        words, weights = data().words(BACKGROUND, "train"), data().weights("train")
        pieces = [values(words[block]) for block in _blocks(len(words))]
        known = {name: _narrow(np.concatenate([p[name] for p in pieces])) for name in pieces[0]}
        counts = None if weights is None else weights.astype(np.float64)
        return Background(known, counts, finer)

    return Events(scores, background)


def _blocks(events: int) -> Iterator[slice]:
    """Places of events, at least one block even if there are none."""
    return (slice(start, start + _BLOCK) for start in range(0, max(events, 1), _BLOCK))


def _narrow(values: Array) -> Array:
    """The same numbers in half of the memory where they fit."""
    half = np.iinfo(np.int32)
    fit = values.size == 0 or (values.min() >= half.min and values.max() <= half.max)
    return values.astype(np.int32) if fit else values
