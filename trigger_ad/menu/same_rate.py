"""What other cuts find where they take as much background as the trigger does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu.figures import Rate, fraction, ratio
from trigger_ad.rates.figure import PairedFigure
from trigger_ad.rates.matched import matched
from trigger_ad.statistics.paired import difference
from trigger_ad.statistics.strata import Stratified

__all__ = ["Events", "Found", "at_same_rate"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """Events of one sample, with all that cuts on them need.

    Parameters
    ----------
    taken : ndarray (n_events,) of bool
        By the trigger.
    values : mapping of str to ndarray (n_events,) of integers
        What the other cuts are on.
    counts : ndarray (n_events,)
        How much each event counts, from 0 to 1.
    clusters : ndarray (n_events,)
        Equal for events that are not independent.
    drawn : Stratified or None
        Of background that was drawn in strata.
    """

    taken: NDArray[np.bool_]
    values: Mapping[str, NDArray[Any]]
    counts: Floats
    clusters: NDArray[Any]
    drawn: Stratified | None = None

    @property
    def weights(self) -> Floats:
        """(n_events,): what each counts of all events."""
        return self.counts if self.drawn is None else self.counts * self.drawn.weights


Chances = Callable[[Events], Floats]


@dataclass(frozen=True)
class Found:
    """What one cut takes.

    Parameters
    ----------
    name : str
        Of the trigger, or of what is cut on.
    threshold : int or None
        None of the trigger.
    part : float or None
        Of the events at the threshold that are taken, where that is not all; see
        `rates.matched`.
    background : Rate
        On the test sample.
    signal : dict of str to Rate
    difference : dict of str to PairedFigure, or None
        Efficiency of the trigger minus that of this cut, by signal; None of the trigger itself.
    """

    name: str
    threshold: int | None
    part: float | None
    background: Rate
    signal: dict[str, Rate]
    difference: dict[str, PairedFigure] | None


def at_same_rate(
    name: str,
    threshold: Events,
    test: Events,
    signals: Mapping[str, Events],
    least: int | None = None,
) -> list[Found]:
    """Compare a trigger with cuts that take as much background on the threshold sample.

    Parameters
    ----------
    name : str
        Of the trigger.
    threshold, test : Events
        Background: cuts come from the first, of which the trigger takes some, figures from the
        second.
    signals : mapping of str to Events
    least : int, optional
        Lowest threshold of a cut, see `rates.matched`.

    Returns
    -------
    list of Found
        The trigger first, then every cut in the order of the values.
    """
    wanted = float(threshold.weights[threshold.taken].sum())
    found = [_found(name, None, None, _trigger, test, signals)]
    for other, values in threshold.values.items():
        cut = matched(values, threshold.weights, wanted, least=least)

        def chances(events: Events, other: str = other, cut: Any = cut) -> Floats:
            return np.asarray(cut.chances(events.values[other]))

        found.append(_found(other, cut.threshold, cut.part, chances, test, signals))
    return found


def _trigger(events: Events) -> Floats:
    return events.taken.astype(np.float64)


def _found(
    name: str,
    threshold: int | None,
    part: float | None,
    chances: Chances,
    test: Events,
    signals: Mapping[str, Events],
) -> Found:
    background = fraction(chances(test) * test.counts, test.clusters, test.drawn)
    signal = {
        which: ratio(chances(of) * of.counts, of.counts, of.clusters)
        for which, of in signals.items()
    }
    beside = None
    if threshold is not None:
        beside = {which: _beside(of, chances(of)) for which, of in signals.items()}
    return Found(name, threshold, part, background, signal, beside)


def _beside(events: Events, chances: Floats) -> PairedFigure:
    found = difference(_trigger(events), chances, events.counts, events.clusters)
    return PairedFigure(**found.interval.to_json(), effective_events=found.effective)
