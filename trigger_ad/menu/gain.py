"""What a seed adds to a menu: signal that no other seed takes, at the same pure rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, WorkingPointError
from trigger_ad.menu.figures import Rate, fraction, ratio
from trigger_ad.menu.fires import fires, quantity
from trigger_ad.menu.integers import IntegerMenu, JetSum, Leading
from trigger_ad.menu.patterns import Patterns, has
from trigger_ad.menu.untaken import untaken
from trigger_ad.rates.baselines import HT_ETA, HT_MINIMUM
from trigger_ad.statistics.strata import Stratified

__all__ = ["RIVALS", "SCHEMA", "Gain", "Sample", "gain", "sample", "to_json"]

SCHEMA = "menu_gain/1"

#: Conventional seeds that could be added instead, by name; their thresholds are scanned.
RIVALS: dict[str, JetSum | Leading] = {"ht": JetSum(HT_MINIMUM, HT_ETA), "met": Leading("met")}


@dataclass(frozen=True)
class Sample:
    """Events as a menu sees them.

    Parameters
    ----------
    patterns : ndarray (n_events, words) of uint64
        Fires of the menu.
    untaken : ndarray (n_events,) of float64
        Probability that no conventional seed accepts the event, after prescale.
    rivals : dict of str to ndarray (n_events,) of int32
        Values of `RIVALS`.
    clusters : ndarray (n_events,)
        Equal for events that are not independent.
    drawn : Stratified or None
        Of background that was drawn in strata.
    """

    patterns: Patterns
    untaken: NDArray[np.float64]
    rivals: dict[str, NDArray[np.int32]]
    clusters: NDArray[Any]
    drawn: Stratified | None = None

    @property
    def left(self) -> NDArray[np.float64]:
        """(n_events,): what each event counts of those that no conventional seed takes."""
        return self.untaken if self.drawn is None else self.untaken * self.drawn.weights


Takes = Callable[[Sample], NDArray[np.bool_]]


def sample(
    words: NDArray[Any],
    scores: Mapping[str, NDArray[Any]],
    clusters: NDArray[Any],
    menu: IntegerMenu,
    drawn: Stratified | None = None,
) -> Sample:
    """Apply a menu to events; parameters as in `fires.fires` and `Sample`."""
    patterns = fires(words, menu, scores)
    rivals = {name: quantity(words, menu, what) for name, what in RIVALS.items()}
    return Sample(patterns, untaken(patterns, menu), rivals, clusters, drawn)


@dataclass(frozen=True)
class Gain:
    """One seed added to the conventional ones, without prescale.

    Parameters
    ----------
    name : str
        The anomaly seed, or one of `RIVALS`.
    threshold : int or None
        In counts of 0.5 GeV, of a rival.
    pure : Rate
        Fraction of the background that only this seed takes, on the test sample.
    signal : dict of str to Rate
        Efficiency among the events of each signal that no conventional seed takes.
    """

    name: str
    threshold: int | None
    pure: Rate
    signal: dict[str, Rate]

    def to_json(self) -> dict[str, Any]:
        """Row of the record."""
        return {
            "name": self.name,
            "threshold": self.threshold,
            "pure": self.pure.to_json(),
            "signal": {name: rate.to_json() for name, rate in self.signal.items()},
        }


def gain(
    menu: IntegerMenu, seed: str, threshold: Sample, test: Sample, signals: Mapping[str, Sample]
) -> list[Gain]:
    """Compare an anomaly seed with HT and MET seeds of the same pure rate.

    The threshold of each rival is the integer whose pure rate on the threshold sample is nearest
    to that of the anomaly seed; integers are steps, so the pure rate of each is quoted.

    Parameters
    ----------
    menu : IntegerMenu
        With the conventional seeds, their prescales, and the anomaly seed.
    seed : str
        Name of the anomaly seed.
    threshold, test : Sample
        Background: thresholds come from the first, figures from the second.
    signals : mapping of str to Sample

    Returns
    -------
    list of Gain
        The anomaly seed first, then `RIVALS`.

    Raises
    ------
    ConfigError
        If the menu has no such anomaly seed.
    WorkingPointError
        If the anomaly seed has no pure events on the threshold sample.
    """
    names = [s.name for s in menu.seeds if s.anomaly]
    if seed not in names:
        raise ConfigError(
            f"seed {seed}",
            f"must be an anomaly seed of menu {menu.name}",
            "another one",
            "choose from " + (", ".join(names) or "a menu that has one"),
        )
    place = menu.names.index(seed)
    wanted = float(threshold.left[has(threshold.patterns, place)].sum())
    if wanted <= 0:
        raise WorkingPointError(
            f"seed {seed}",
            "must have pure events on the threshold sample",
            None,
            "lower its thresholds or give more events",
        )
    rows = [_row(seed, None, _takes_seed(place), test, signals)]
    for name in RIVALS:
        cut = _nearest(threshold.rivals[name], threshold.left, wanted)
        rows.append(_row(name, cut, _takes_rival(name, cut), test, signals))
    return rows


def _takes_seed(place: int) -> Takes:
    return lambda events: has(events.patterns, place)


def _takes_rival(name: str, cut: int) -> Takes:
    return lambda events: events.rivals[name] >= cut


def _row(
    name: str, cut: int | None, takes: Takes, test: Sample, signals: Mapping[str, Sample]
) -> Gain:
    pure = fraction(takes(test) * test.untaken, test.clusters, test.drawn)
    found = {
        signal: ratio(takes(events) * events.untaken, events.untaken, events.clusters)
        for signal, events in signals.items()
    }
    return Gain(name, cut, pure, found)


def to_json(rows: list[Gain]) -> dict[str, Any]:
    """Record of schema ``menu_gain/1``."""
    return {"schema": SCHEMA, "gain": [row.to_json() for row in rows]}


def _nearest(values: NDArray[np.int32], weights: NDArray[np.float64], wanted: float) -> int:
    """Integer at or above which the events weigh most nearly `wanted`; the highest such."""
    above = np.cumsum(np.bincount(values, weights)[::-1])[::-1]
    distance = np.abs(above[1:] - wanted)
    return int(len(above) - 1 - np.argmin(distance[::-1]))
