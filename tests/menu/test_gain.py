"""Gain: thresholds from one sample, figures from another, nothing that a seed already takes."""

import json

import numpy as np
import pytest

from tests.menu.menus import LAYOUT, menu
from trigger_ad.errors import ConfigError, WorkingPointError
from trigger_ad.menu.gain import gain, sample, to_json

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


def test_rivals_have_the_same_pure_rate_and_gain_is_what_was_planted():
    signals = {"odd": events(20_000, 3, shift=70), "muons": events(20_000, 4, shift=70, muon=60)}
    signals["odd"].untaken[:10_000] = 0
    signals["muons"].untaken[:10_000] = 1
    rows = gain(MENU, "L1_AD_A", events(100_000, 1), events(100_000, 2), signals)
    assert [row.name for row in rows] == ["L1_AD_A", "ht", "met"]
    assert rows[0].threshold is None
    # The scores pass in one background event of a hundred, and the same is asked of exp(-x/40).
    assert rows[2].threshold == pytest.approx(-40 * np.log(0.01), rel=0.1)
    for row in rows:
        assert row.pure.interval.low < 0.0112
        assert row.pure.interval.high > 0.0088
    assert rows[0].signal["odd"].value == pytest.approx(0.64, abs=0.02)
    assert rows[0].signal["odd"].effective == pytest.approx(6400, rel=0.05)
    assert rows[1].signal["odd"].value is None  # about a hundred events
    assert 0.009 < rows[1].signal["odd"].limit < 0.016
    assert rows[0].signal["muons"].value == pytest.approx(0.64, abs=0.02)
    record = json.loads(json.dumps(to_json(rows), allow_nan=False))
    assert record["schema"] == "menu_gain/1"
    assert [row["threshold"] for row in record["gain"]] == [row.threshold for row in rows]


def test_what_conventional_seeds_take_does_not_count():
    assert (events(10, 1, muon=0).untaken == 1).all()
    assert (events(10, 1, muon=30).untaken == 0.75).all()
    assert (events(10, 1, muon=60).untaken == 0).all()


def test_the_threshold_is_the_nearest_integer():
    from trigger_ad.menu.gain import _nearest

    values, weights = np.array([1, 2, 2, 5, 9], np.int32), np.array([1, 1, 1, 1, 0.5])
    reached = {wanted: _nearest(values, weights, wanted) for wanted in (4.5, 3.4, 1.5, 0.9, 0.1)}
    assert reached == {4.5: 1, 3.4: 2, 1.5: 5, 0.9: 9, 0.1: 9}


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
