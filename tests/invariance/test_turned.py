"""Events that are turned and mirrored: what is invariant is so exactly, what is not is found."""

import numpy as np
import pytest

from tests.invariance.crossings import (
    LAYOUT,
    crossings,
    forward,
    handed,
    in_strata,
    momenta,
    pointing,
    relative,
    sample,
    scored,
)
from trigger_ad.features.layout import Field, Ports
from trigger_ad.features.symmetry import transform
from trigger_ad.invariance import turned as module
from trigger_ad.invariance.turned import transformations, turned
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of

CUTS = (350, 40)


def found(functions, events=300, **more):
    words = crossings(1, events)
    return turned(scored(*functions), sample(words, functions, **more), LAYOUT, CUTS)


def by_kind(record):
    return {row.kind: row for row in record.changed}


def test_an_invariant_pair_is_so_exactly():
    record = found((momenta, relative))
    assert record.exact == record.changed
    assert (record.steps, record.events) == (144, 300)
    assert [(row.kind, row.transformations) for row in record.changed] == [
        ("turns", 143),
        ("mirror", 1),
        ("exchange", 1),
    ]
    assert all(row.any.value == 0 and row.mean_of_a.value is None for row in record.changed[:1])


def test_all_events_are_turned_only_where_nothing_changes(monkeypatch):
    monkeypatch.setattr(module, "EVENTS", 40)
    monkeypatch.setattr(module, "_BLOCK", 70)
    invariant, other = found((momenta, relative)), found((momenta, pointing))
    assert len(invariant.exact) == 3
    assert [row.kind for row in other.exact] == ["exchange"]
    assert 40 <= by_kind(other)["turns"].events < 80
    assert by_kind(other)["exchange"].events == 300


def test_a_difference_beyond_the_first_events_is_found(monkeypatch):
    """Nothing is claimed of events that were not turned."""
    monkeypatch.setattr(module, "EVENTS", 40)
    every = crossings(1, 300)
    outside_a = (pointing(every) > 0) & (momenta(every) < CUTS[0])
    last = every[[np.flatnonzero(outside_a)[-3]]]

    def late(words):
        same = np.all(words[:, LAYOUT.columns("pt")] == last[:, LAYOUT.columns("pt")], axis=1)
        return np.where(same & (pointing(words) == pointing(last)), 99, 0)

    record = found((momenta, late))
    row = by_kind(record)["turns"]
    assert (row.events, row.scores) == (300, {"score1": 0, "score2": 99})
    assert row not in record.exact


@pytest.mark.parametrize(
    ("second", "changed"),
    [(pointing, {"turns", "mirror"}), (handed, {"mirror"}), (forward, {"exchange"})],
)
def test_what_a_score_knows_is_found(second, changed):
    record = found((momenta, second))
    rows = by_kind(record)
    assert {kind for kind, row in rows.items() if not row.nothing} == changed
    assert {kind for kind, row in rows.items() if row.changed} == changed
    assert all(row.scores["score1"] == 0 for row in rows.values())


@pytest.mark.parametrize("strata", [False, True])
def test_parts_are_those_of_all_events(strata):
    """By brute force, of every event of a small sample."""
    functions = (momenta, pointing)
    words = crossings(1, 700)
    drawn = in_strata(700, 0.3) if strata else None
    own = sample(words, functions, drawn)
    row = by_kind(turned(scored(*functions), own, LAYOUT, CUTS))["turns"]
    before, flat = region_of(*own.scores, *CUTS), np.zeros(700, bool)
    moved = np.zeros(700)
    for step in range(1, 144):
        after = transform(words, LAYOUT, np.full(700, step), flat)
        moved += region_of(momenta(after), pointing(after), *CUTS) != before
    weights, in_a = own.drawn.weights, before == 0
    assert row.changed == (moved > 0).sum()
    assert row.mean.value == pytest.approx(weights @ moved / weights.sum() / 143)
    assert row.any.value == pytest.approx(weights @ (moved > 0) / weights.sum())
    assert row.mean.low < row.mean.value < row.mean.high
    assert in_a.sum() > 100
    expected = weights[in_a] @ moved[in_a] / weights[in_a].sum() / 143
    if strata:  # the soft ones, which weigh most, are few
        assert row.mean_of_a.effective_events == pytest.approx(own.drawn.worth(in_a))
    else:
        assert row.mean_of_a.value == pytest.approx(expected)


def test_few_events_of_region_a_give_a_limit():
    record = turned(
        scored(momenta, pointing), sample(crossings(1, 300), (momenta, pointing)), LAYOUT, (600, 40)
    )
    row = by_kind(record)["turns"]
    assert 0 < row.any_of_a.effective_events < 100
    assert row.any_of_a.value is None
    assert 0 < row.any_of_a.upper_limit <= 1


def test_no_event_in_region_a():
    functions = (momenta, pointing)
    own = sample(crossings(1, 300), functions)
    record = turned(scored(*functions), own, LAYOUT, (10**6, 10**6))
    assert all(row.any_of_a is None and row.changed == 0 for row in record.changed)
    assert [row.kind for row in record.exact] == ["exchange"]  # regions are the same of all


def test_words_without_angles():
    ports = Ports("flat", (Field("e", "event", "et", 10), Field("n", "event", "count", 4)))
    words = np.ones((50, 2), np.int32)
    own = sample(words, (lambda w: w[:, 0].astype(int), lambda w: w[:, 1].astype(int)))
    assert transformations(ports) == {}
    assert turned(scored(pointing), own, ports, (1, 1)) is None


def test_clusters_are_no_more_than_one_event_each():
    words = crossings(1, 240)
    functions = (momenta, pointing)
    clusters = np.repeat(np.arange(60), 4)
    drawn = Stratified.of(np.zeros(240, int), (1.0,), clusters)
    row = by_kind(found(functions, 240, drawn=drawn))["turns"]
    assert len(words) == 240
    assert row.any.effective_events == pytest.approx(60)
    assert row.any.value is None
