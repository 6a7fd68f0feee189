"""Rates in bins: a planted dependence is found, chance is none, few events give limits."""

import numpy as np
import pytest

from tests.invariance.crossings import (
    LAYOUT,
    column,
    crossings,
    in_strata,
    momenta,
    relative,
    sample,
)
from trigger_ad.features.layout import Field, Ports
from trigger_ad.invariance.groups import Group, groups, within
from trigger_ad.invariance.rates import rates_by
from trigger_ad.invariance.verdict import Dependence, allowed, dependence
from trigger_ad.statistics.strata import Stratified

N = 60_000


@pytest.fixture(scope="module")
def words():
    return crossings(5, N)


def all_groups(words, drawn=None, pileup=None):
    own = sample(words, (momenta, relative), drawn, pileup)
    return {group.by: group for group in groups(own, LAYOUT)}


def test_groups_are_those_of_the_leading_objects(words):
    pileup = np.arange(N) % 100 - 1
    found = all_groups(words, pileup=pileup)
    assert list(found) == [
        *("azimuth_met", "azimuth_egamma", "azimuth_muon", "azimuth_jet"),
        *("flavour", "pileup", "halves"),
    ]
    momentum = np.stack([column(words, f"muon{i}_pt") for i in range(4)], axis=1)
    angle = np.stack([column(words, f"muon{i}_phi") for i in range(4)], axis=1)
    leading = momentum.argmax(axis=1)
    own = found["azimuth_muon"].place
    none = momentum.max(axis=1) == 0
    assert none.any()
    assert np.all(own[none] == -1)
    expected = angle[np.arange(N), leading] // 72
    assert np.array_equal(own[~none], expected[~none])
    assert found["azimuth_muon"].bins[1] == "45 to 90 degrees"
    assert np.all(found["pileup"].place[pileup < 0] == -1)
    ends = [pileup[found["pileup"].place == n] for n in range(3)]
    assert [(e.min(), e.max()) for e in ends] == [(0, 54), (55, 65), (66, 98)]


def test_flavours_by_their_thresholds(words):
    """In GeV: a word of a muon is its momentum in half GeV and one more."""
    electron = np.stack([column(words, f"egamma{i}_pt") for i in range(4)]).max(axis=0) >= 16
    muon = np.stack([column(words, f"muon{i}_pt") for i in range(4)]).max(axis=0) >= 7
    assert np.array_equal(all_groups(words)["flavour"].place, electron + 2 * muon)


def test_halves_do_not_divide_clusters(words):
    drawn = Stratified.of(np.zeros(N, int), (1.0,), np.arange(N) // 7)
    place = all_groups(words, drawn)["halves"].place
    assert len({*zip(np.arange(N) // 7, place, strict=True)}) == N // 7 + 1
    assert 0.48 < place.mean() < 0.52


def test_words_of_something_else():
    ports = Ports("flat", (Field("e", "event", "et", 10),))
    own = sample(np.ones((50, 1), np.int32), (lambda w: w[:, 0], lambda w: w[:, 0]))
    assert within(own, ports) == ()
    assert [group.by for group in groups(own, ports)] == ["halves"]


def test_a_planted_dependence_is_found_and_no_other(words):
    found = all_groups(words)
    chance = np.random.default_rng(2).random(N)
    octant = found["azimuth_muon"].place
    planted = chance < np.where(octant == 3, 0.20, 0.10)
    passing = {"score1": planted, "score2": chance < 0.1}
    ratios = {by: rates_by(group, passing, all_alike()).ratios for by, group in found.items()}
    for by, row in ratios.items():
        for what, ratio in row.items():
            judged = dependence(by, ratio)
            if (by, what) == ("azimuth_muon", "score1"):
                assert judged is Dependence.SEEN
                assert ratio.low < 2 < ratio.high
            elif allowed(by):
                assert judged is not Dependence.SEEN
    assert ratios["halves"]["score1"].low == 1
    assert dependence("halves", ratios["halves"]["score2"]) is Dependence.NONE


def all_alike(clusters=None):
    return Stratified.of(np.zeros(N, int), (1.0,), np.arange(N) if clusters is None else clusters)


def test_rates_of_strata_are_those_of_all_events():
    """Nine tenths of all events are soft and pass half as often; most that are drawn are hard."""
    drawn = in_strata(N, 0.2)
    rng = np.random.default_rng(4)
    passing = rng.random(N) < np.where(drawn.places == 0, 0.1, 0.2)
    group = Group("azimuth_jet", tuple("abcdefgh"), rng.integers(0, 8, N))
    found = rates_by(group, {"score1": passing}, drawn)
    truth = 0.9 * 0.1 + 0.1 * 0.2
    for row in found.bins:
        figure = row.rates["score1"]
        assert figure.low < truth < figure.high
        assert figure.high - figure.low < 0.05
    assert found.ratios["score1"].low == 1
    plain = rates_by(group, {"score1": passing}, all_alike())
    assert all(row.rates["score1"].low > truth for row in plain.bins)


def test_copies_of_events_do_not_narrow_the_interval():
    rng = np.random.default_rng(4)
    place, passing = rng.integers(0, 8, N // 10), rng.random(N // 10) < 0.3
    place, passing = np.repeat(place, 10), np.repeat(passing, 10)
    group = Group("azimuth_jet", tuple("abcdefgh"), place)
    together = rates_by(group, {"a": passing}, all_alike(np.arange(N) // 10)).ratios["a"]
    apart = rates_by(group, {"a": passing}, all_alike()).ratios["a"]
    assert together.value == apart.value
    assert together.low == 1
    assert np.log(together.high / together.value) > 2.8 * np.log(apart.high / apart.value)


def test_few_events_decide_nothing():
    rng = np.random.default_rng(4)
    group = Group("azimuth_jet", ("a", "b"), (rng.random(N) < 0.01).astype(int))
    found = rates_by(group, {"score1": rng.random(N) < 0.1}, all_alike())
    few = found.bins[1].rates["score1"]
    assert few.effective_events < 100
    assert (few.value, few.low, few.high) == (None, None, None)
    assert 0.1 < few.upper_limit < 0.2
    ratio = found.ratios["score1"]
    assert (ratio.value, ratio.high) == (None, None)
    assert dependence("azimuth_jet", ratio) is Dependence.UNDECIDED


def test_nothing_where_much_is_elsewhere_is_a_dependence():
    """No event passes in one half: there is no ratio, but it is larger than a limit allows."""
    group = Group("azimuth_jet", ("a", "b"), np.arange(N) % 2)
    passing = (np.arange(N) % 2 == 0) & (np.arange(N) % 7 == 0)
    ratio = rates_by(group, {"score1": passing}, all_alike()).ratios["score1"]
    assert ratio.value is None
    assert ratio.low > 100
    assert dependence("azimuth_jet", ratio) is Dependence.SEEN


def test_pileup_compares_the_last_bin_with_the_first(words):
    pileup = np.where(np.arange(N) % 3 == 0, 50, np.where(np.arange(N) % 3 == 1, 60, 70))
    group = all_groups(words, pileup=pileup)["pileup"]
    chance = np.random.default_rng(6).random(N)
    for first, last, judged in (
        (0.2, 0.1, Dependence.NONE),
        (0.05, 0.2, Dependence.SEEN),
        (0.05, 0.15, Dependence.UNDECIDED),
    ):
        passing = chance < np.where(group.place == 0, first, np.where(group.place == 2, last, 0.9))
        ratio = rates_by(group, {"A": passing}, all_alike()).ratios["A"]
        assert ratio.low < last / first < ratio.high
        assert dependence("pileup", ratio) is judged


@pytest.mark.parametrize(("least", "most"), [(0, 2), (2, 0)])
def test_few_events_at_one_end_of_pileup(least, most):
    place = np.arange(N) % 3
    group = Group("pileup", ("low", "middle", "high"), place, ordered=True)
    number = np.arange(N) // 3
    passing = (place == most) & (number % 10 == 0) | (place == least) & (number % 1000 == 0)
    ratio = rates_by(group, {"A": passing}, all_alike()).ratios["A"]
    assert ratio.value is None
    if most == 2:
        assert ratio.low > 50
        assert ratio.high is None
        assert dependence("pileup", ratio) is Dependence.SEEN
    else:
        assert ratio.low == 0
        assert ratio.high < 0.05
        assert dependence("pileup", ratio) is Dependence.NONE


def test_one_bin_has_no_ratio():
    group = Group("flavour", ("a", "b"), np.zeros(N, int))
    found = rates_by(group, {"score1": np.arange(N) % 2 == 0}, all_alike())
    assert [row.name for row in found.bins] == ["a"]
    assert found.ratios == {}
