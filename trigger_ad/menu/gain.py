"""What a seed adds to a menu: signal that no other seed takes, at the same pure rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, WorkingPointError
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.patterns import Patterns, has
from trigger_ad.menu.rivals import rivals
from trigger_ad.menu.same_rate import Events, Found, at_same_rate
from trigger_ad.menu.untaken import untaken
from trigger_ad.rates.filled import Filled
from trigger_ad.statistics.strata import Stratified

__all__ = ["SCHEMA", "Sample", "gain", "sample", "to_json"]

SCHEMA = "menu_gain/2"


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
        From `rivals.rivals`.
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

    def beside(self, place: int) -> Events:
        """The same for a comparison with the seed of this place."""
        taken = has(self.patterns, place)
        return Events(taken, self.rivals, self.untaken, self.clusters, self.drawn)


def sample(
    words: NDArray[Any],
    scores: Mapping[str, NDArray[Any]],
    clusters: NDArray[Any],
    menu: IntegerMenu,
    drawn: Stratified | None = None,
    filled: Filled | None = None,
) -> Sample:
    """Apply a menu to events; parameters as in `fires.fires`, `rivals.rivals` and `Sample`."""
    patterns = fires(words, menu, scores)
    others = rivals(words, menu, filled)
    return Sample(patterns, untaken(patterns, menu), others, clusters, drawn)


def gain(
    menu: IntegerMenu, seed: str, threshold: Sample, test: Sample, signals: Mapping[str, Sample]
) -> list[Found]:
    """Compare an anomaly seed with conventional seeds of the same pure rate.

    The threshold of each rival is such that its pure rate on the threshold sample is that of the
    anomaly seed, see `rates.matched`; a rival that is too rare for that takes all it can. The pure
    rate of each on the test sample is quoted. Seeds have no prescale here.

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
    list of Found
        The anomaly seed first, then the rivals. `background` is the pure rate, `signal` the
        efficiency among the events that no conventional seed takes.

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
    events = threshold.beside(place)
    if float(events.weights[events.taken].sum()) <= 0:
        raise WorkingPointError(
            f"seed {seed}",
            "must have pure events on the threshold sample",
            None,
            "lower its thresholds or give more events",
        )
    beside = {name: of.beside(place) for name, of in signals.items()}
    return at_same_rate(seed, events, test.beside(place), beside, least=1)


def to_json(rows: list[Found]) -> dict[str, Any]:
    """Record of schema ``menu_gain/2``."""
    return {"schema": SCHEMA, "gain": [_row(row) for row in rows]}


def _row(row: Found) -> dict[str, Any]:
    beside = row.difference
    return {
        "name": row.name,
        "threshold": row.threshold,
        "part": row.part,
        "pure": row.background.to_json(),
        "signal": {name: rate.to_json() for name, rate in row.signal.items()},
        "difference": None if beside is None else {n: d.to_json() for n, d in beside.items()},
    }
