"""Rates beside the public table."""

import numpy as np
import pytest

from tools.rate_table import CROSSINGS, ROWS, egamma, fraction, ht, jet, muon, table
from trigger_ad.events.readers.sample import opened


def events(**slots):
    values = np.zeros((1, 19, 4), np.float32)
    for name, (pt, eta) in slots.items():
        values[0, int(name[1:]), :2] = pt, eta
    return values


@pytest.mark.parametrize(
    ("seed", "slots", "fires"),
    [
        (egamma(36), {"s1": (36.5, 2.4)}, True),
        (egamma(36), {"s1": (36.5, 2.6)}, False),
        (egamma(36), {"s1": (36, 0)}, False),
        (egamma(36), {"s9": (99, 0)}, False),
        (muon(22), {"s8": (23, -2.3)}, True),
        (jet(120), {"s18": (121, 4.5)}, True),
        (ht(100), {"s9": (60, 2.4), "s10": (41, -2.4)}, True),
        (ht(100), {"s9": (60, 2.4), "s10": (41, 2.6)}, False),
        (ht(100), {"s9": (80, 0), "s10": (30, 0)}, False),
    ],
)
def test_seeds(seed, slots, fires):
    assert seed(events(**slots)).tolist() == [fires]


def test_a_public_rate_is_that_before_prescale_with_its_error():
    rows = {row.name: row.rate for row in ROWS}
    assert rows["SingleMu7"] == pytest.approx((188.9, 34.5), abs=0.05)
    assert rows["SingleEG26er2p5"] == pytest.approx((24.56, 24.56), abs=0.01)


def test_independent_crossings_have_the_binomial_error():
    fires = np.arange(1000) < 100
    value, error = fraction(fires, np.zeros(1000, np.uint8), np.arange(1000), np.ones(1))
    assert (value, error) == pytest.approx((0.1, np.sqrt(0.09 / 1000)))


def test_crossings_of_one_collision_are_one():
    fires = np.repeat(np.arange(100) < 10, 10)
    owner = np.repeat(np.arange(100), 10)
    _, error = fraction(fires, np.zeros(1000, np.uint8), owner, np.ones(1))
    assert error == pytest.approx(np.sqrt(0.09 / 100))


def test_strata_count_by_their_probabilities():
    stratum = np.repeat([0, 1], 500).astype(np.uint8)
    fires = np.concatenate([np.arange(500) < 5, np.arange(500) < 250])
    value, error = fraction(fires, stratum, np.arange(1000), np.array([0.99, 0.01]))
    assert value == pytest.approx(0.99 * 0.01 + 0.01 * 0.5)
    assert error == pytest.approx(np.hypot(0.99 * np.sqrt(0.0099), 0.01 * 0.5) / np.sqrt(500))


def test_errors_of_probabilities_are_added():
    fires = np.arange(1000) < 500
    given = fires, np.zeros(1000, np.uint8), np.arange(1000), np.ones(1)
    (value, error), (_, more) = fraction(*given), fraction(*given, np.array([0.05]))
    assert more == pytest.approx(np.hypot(error, 0.05 * value))


def test_the_packaged_sample():
    found = {row.name: rate for row, rate, _ in table(opened("packaged:zero_bias_30k"))}
    assert set(found) == {row.name for row in ROWS}
    assert 10 < found["SingleJet120"] < 40
    assert found["SingleMu3"] / CROSSINGS == pytest.approx(0.058, abs=0.012)
