"""Fires are those of a loop over objects, in any order and at every threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.menu.menus import LAYOUT, menu, words
from tests.words import bulk, full_range
from trigger_ad.errors import ConfigError
from trigger_ad.menu import fires as room
from trigger_ad.menu.fires import fires, quantity
from trigger_ad.menu.integers import JetSum, Leading, ScoreValue
from trigger_ad.menu.patterns import unpack
from trigger_ad.rates.baselines import ht

SEEDS = [
    "name: a, object: egamma, pt: 40",
    "name: b, object: egamma, pt: [30, 20], eta_counts: 10",
    "name: c, object: muon, pt: [20, 10, 5], eta_counts: 100",
    "name: d, object: jet, pt: [100, 60, 60, 20]",
    "name: e, object: met, pt: 200",
    "name: f, object: ht, pt: 300, jet_pt: 60, eta_counts: 8",
    "name: g, object: region, region: A",
    "name: h, object: region, region: B",
    "name: i, object: region, region: C",
    "name: j, object: region, region: D",
    "name: k, object: score, score: s, threshold: 5",
]


def slow(event, seed, scores):
    """One event, one seed, by its cuts: objects are counted, not sorted."""
    names = [field.name for field in LAYOUT.fields]
    for cut in seed.cuts:
        what = cut.quantity
        if isinstance(what, ScoreValue):
            value = scores[what.name]
        elif isinstance(what, JetSum):
            jets = [
                (event[names.index(f"jet{i}_pt")], event[names.index(f"jet{i}_eta")])
                for i in range(10)
            ]
            near = what.eta is None
            value = sum(
                pt for pt, eta in jets if pt >= what.minimum and (near or abs(eta) <= what.eta)
            )
        else:
            slots = [n[:-3] for n in names if n.endswith("_pt") and n.startswith(what.kind)]
            passing = sum(
                event[names.index(f"{s}_pt")] >= cut.threshold
                and (what.eta is None or abs(event[names.index(f"{s}_eta")]) <= what.eta)
                for s in slots
            )
            if (passing >= what.rank) != cut.passes:
                return False
            continue
        if (value >= cut.threshold) != cut.passes:
            return False
    return True


@given(st.integers(0, 2**32), st.sampled_from([bulk, full_range]))
def test_fires_are_those_of_a_loop(seed, kind):
    rng = np.random.default_rng(seed)
    events = kind(LAYOUT, 30, rng)
    scores = {name: rng.integers(0, 10, 30) for name in ("score1", "score2", "s")}
    found = menu(SEEDS, score1=5, score2=5)
    fired = unpack(fires(events, found, scores), len(SEEDS))
    for i, event in enumerate(events.tolist()):
        one = {name: int(values[i]) for name, values in scores.items()}
        assert fired[i].tolist() == [slow(event, s, one) for s in found.seeds]
    assert fired[:, 6:10].sum(axis=1).tolist() == [1] * 30


def test_a_cut_holds_at_its_threshold():
    found = menu(["name: a, object: muon, pt_gev: 22, eta_counts: 5"])
    for pt, eta, expected in ((45, 5, 1), (45, -5, 1), (44, 5, 0), (45, 6, 0), (45, -6, 0)):
        assert fires(words(muon2_pt=pt, muon2_eta=eta), found).tolist() == [[expected]]


def test_two_objects_need_two_objects():
    found = menu(["name: a, object: egamma, pt: [50, 28]"])
    assert fires(words(egamma0_pt=400), found).tolist() == [[0]]
    assert fires(words(egamma0_pt=49, egamma1_pt=49), found).tolist() == [[0]]
    assert fires(words(egamma0_pt=28, egamma3_pt=50), found).tolist() == [[1]]


def test_many_seeds_many_events_and_narrow_words(monkeypatch):
    rng = np.random.default_rng(1)
    events = bulk(LAYOUT, 1000, rng)
    found = menu([f"name: s{i}, object: met, pt: {8 * i + 1}" for i in range(64)])
    expected = [sum(1 << i for i in range(64) if pt >= 8 * i + 1) for pt in events[:, 0].tolist()]
    whole = fires(events, found)
    assert whole.dtype == np.uint64
    assert whole[:, 0].tolist() == expected
    assert (fires(events.astype(np.int16), found) == whole).all()
    monkeypatch.setattr(room, "BLOCK", 7)
    assert (fires(events, found) == whole).all()
    assert fires(events[:0], found).shape == (0, 1)


def test_quantities_are_those_of_the_baselines():
    events = bulk(LAYOUT, 500, np.random.default_rng(2))
    found = menu(["name: a, object: met, pt: 5"])
    assert (quantity(events, found, JetSum(60, 55)) == ht(events, LAYOUT)).all()
    ranked = np.sort(events[:, 27::3], axis=1)[:, -3]
    assert (quantity(events, found, Leading("jet", 3)) == ranked).all()


def test_what_does_not_fit_is_refused():
    found = menu(["name: a, object: score, score: s, threshold: 1"])
    event = words()
    with pytest.raises(ConfigError) as caught:
        fires(event[:, :56], found)
    assert str(caught.value) == (
        "hardware words must be integers of shape (n_events, 57), not int32 of shape (1, 56): "
        "make them with features.words"
    )
    for scores, value in (
        ({}, "missing"),
        ({"s": np.zeros(1)}, r"float64 of shape \(1,\)"),
        ({"s": np.zeros(2, int)}, r"int64 of shape \(2,\)"),
    ):
        sentence = f"s of seed a must be 1 integers, not {value}: score the same events"
        with pytest.raises(ConfigError, match=sentence):
            fires(event, found, scores)
