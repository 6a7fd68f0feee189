"""Gain: thresholds from one sample, figures from another, nothing that a seed already takes."""

import json

import numpy as np
import pytest

from tests.menu.menus import LAYOUT, menu
from trigger_ad.errors import ConfigError, WorkingPointError
from trigger_ad.menu.gain import gain, sample, to_json
from trigger_ad.menu.rivals import RIVALS

SEEDS = [
    "name: L1_Mu, object: muon, pt: 50",
    "name: L1_MuLow, object: muon, pt: 20, prescale: 4",
    "name: L1_AD_A, object: region, region: A",
]
MENU = menu(SEEDS, score1=90, score2=90)


def events(number, seed, shift=0, muon=0):
    """Words with exponential MET and HT, and scores that are uniform up to 99 and shifted."""
    rng = np.random.default_rng(seed)
    words = np.zeros((number, 57), dtype=np.int32)
    words[:, 0] = np.minimum(rng.exponential(40, number), 4095)
    words[:, 27] = np.minimum(rng.exponential(200, number) + 60, 2047)
    words[:, 15] = muon
    scores = {name: rng.integers(0, 100, number) + shift for name in ("score1", "score2")}
    return sample(words, scores, np.arange(number), MENU)


FIRST = ["L1_AD_A", "ht", "met", "leading_jet"]


def test_rivals_have_the_same_pure_rate_and_gain_is_what_was_planted():
    signals = {"odd": events(20_000, 3, shift=70), "muons": events(20_000, 4, shift=70, muon=60)}
    signals["odd"].untaken[:10_000] = 0
    signals["muons"].untaken[:10_000] = 1
    rows = gain(MENU, "L1_AD_A", events(100_000, 1), events(100_000, 2), signals)
    assert [row.name for row in rows] == ["L1_AD_A", *RIVALS]
    assert rows[0].threshold is None
    # The scores pass in one background event of a hundred, and the same is asked of exp(-x/40).
    assert rows[2].threshold == pytest.approx(-40 * np.log(0.01), rel=0.1)
    reached = {row.name: row for row in rows if row.name in FIRST}
    for row in reached.values():
        assert row.background.interval.low < 0.0112
        assert row.background.interval.high > 0.0088
    for row in rows:  # there are no electrons, no second jet
        if row.name not in (*FIRST, "leading_muon", "two_muons"):
            assert row.background.limit < 1e-4
    assert rows[0].signal["odd"].value == pytest.approx(0.64, abs=0.02)
    assert rows[0].signal["odd"].effective == pytest.approx(6400, rel=0.05)
    assert rows[1].signal["odd"].value is None  # about a hundred events
    assert 0.009 < rows[1].signal["odd"].limit < 0.016
    assert rows[0].signal["muons"].value == pytest.approx(0.64, abs=0.02)
    record = json.loads(json.dumps(to_json(rows), allow_nan=False))
    assert record["schema"] == "menu_gain/2"
    assert [row["threshold"] for row in record["gain"]] == [row.threshold for row in rows]


def test_what_conventional_seeds_take_does_not_count():
    assert (events(10, 1, muon=0).untaken == 1).all()
    assert (events(10, 1, muon=30).untaken == 0.75).all()
    assert (events(10, 1, muon=60).untaken == 0).all()


def test_differences_are_of_the_same_events():
    """Both take the same but for what was planted: the trigger more, MET more, and equally much."""
    background = events(100_000, 1)
    signals = {
        name: events(20_000, number) for number, name in enumerate(("more", "less", "as"), 3)
    }
    for name, odd in signals.items():
        odd.patterns[:] = 0
        odd.rivals["met"][:] = 0
        both = np.arange(20_000) < 2000
        own = both | (np.arange(20_000) >= 19_900 if name == "more" else False)
        other = both | (np.arange(20_000) >= 19_900 if name == "less" else False)
        odd.patterns[own] = 1 << MENU.names.index("L1_AD_A")
        odd.rivals["met"][other] = 4000
    rows = {row.name: row for row in gain(MENU, "L1_AD_A", background, events(9000, 2), signals)}
    assert rows["L1_AD_A"].difference is None
    found = rows["met"].difference
    assert {name: found[name].verdict for name in signals} == {
        "more": "above",
        "less": "below",
        "as": "not decided",
    }
    assert found["more"].value == pytest.approx(0.005)
    assert (found["less"].low, found["less"].high) == pytest.approx(
        (-found["more"].high, -found["more"].low)
    )
    assert found["more"].effective_events == pytest.approx(100)
    # The intervals of the two efficiencies overlap, which is not how the same events are compared.
    assert rows["met"].signal["more"].interval.high > rows["L1_AD_A"].signal["more"].interval.low


def test_coarse_steps_are_interpolated():
    """All muons have one momentum, and one event in five has one: far more than is wanted."""
    threshold, test = events(100_000, 1), events(100_000, 2)
    for each in (threshold, test):
        each.rivals["leading_muon"][:] = np.arange(100_000) % 5 == 0
    row = next(
        row for row in gain(MENU, "L1_AD_A", threshold, test, {}) if row.name == "leading_muon"
    )
    assert row.threshold == 1
    assert row.part == pytest.approx(0.05, rel=0.1)
    assert row.background.value == pytest.approx(0.01, rel=0.1)
    assert to_json([row])["gain"][0]["part"] == row.part


def test_a_seed_that_gains_nothing_is_refused():
    background = events(1000, 1, shift=-50)
    with pytest.raises(WorkingPointError) as caught:
        gain(MENU, "L1_AD_A", background, background, {})
    assert str(caught.value) == (
        "seed L1_AD_A must have pure events on the threshold sample: "
        "lower its thresholds or give more events"
    )
    with pytest.raises(ConfigError) as caught:
        gain(MENU, "L1_Mu", background, background, {})
    assert str(caught.value) == (
        "seed L1_Mu must be an anomaly seed of menu m, not another one: choose from L1_AD_A"
    )
    assert LAYOUT is MENU.layout
