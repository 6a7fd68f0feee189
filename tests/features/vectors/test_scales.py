"""Powers of two of scaled entries, from events that may have been drawn in strata."""

import math

import numpy as np
import pytest

from tests.vectors import LAYOUT, features
from trigger_ad.errors import ConfigError
from trigger_ad.features.vectors.program import program_of
from trigger_ad.features.vectors.scales import scales_of

ENTRIES = (
    {"kind": "momentum", "of": "jet", "slots": (0, 1, 2), "scaled": True},
    {"kind": "momentum", "of": "met", "log2_bits": 3, "scaled": True},
    {"kind": "eta", "of": "jet", "slots": (0,), "scaled": True},
)


@pytest.fixture(scope="module")
def words():
    rng = np.random.default_rng(9)
    found = np.zeros((4000, 57), np.int32)
    found[:, 0] = rng.integers(1, 200, 4000)
    for slot, (width, part) in enumerate(((60, 0.9), (15, 0.4), (500, 0.01))):
        there = rng.random(4000) < part
        found[:, 27 + 3 * slot] = np.where(there, 40 + rng.normal(0, width, 4000).clip(-39), 0)
        found[:, 28 + 3 * slot] = np.where(there, rng.normal(0, 40, 4000).clip(-120, 120), 0)
    return found


def spread(values, weights=None):
    mean = np.average(values, weights=weights)
    return math.sqrt(np.average((values - mean) ** 2, weights=weights))


def nearest(sigma):
    return round(-math.log2(sigma))


def test_each_number_has_its_own_power(words):
    settings = features({"v": ENTRIES})
    scales = scales_of(settings, LAYOUT, words)
    jets = words[:, [27, 30, 33]]
    own = [nearest(spread(column[column > 0])) for column in jets.T]
    together = nearest(spread(jets[jets > 0]))
    assert (jets[:, 2] > 0).sum() < 100
    assert own[2] != together
    assert scales["v", 0] == (own[0], own[1], together), "a rare slot takes that of all"
    assert scales["v", 2] == (nearest(spread(words[jets[:, 0] > 0, 28])),)
    logarithms = program_of(features({"v": ({**ENTRIES[1], "scaled": False},)}), LAYOUT)
    heights = logarithms.evaluate({"words": words.astype(np.int64)})["v"] / 8
    assert scales["v", 1] == (nearest(spread(heights[:, 0])),)


def test_numbers_are_shifted_cut_and_rounded_down(words):
    settings = features({"v": ENTRIES})
    scales = scales_of(settings, LAYOUT, words)
    program = program_of(settings, LAYOUT, scales)
    assert program.ports["v"].type.fraction == settings.input_fraction
    found = program.evaluate({"words": words.astype(np.int64)})["v"]
    for place, column in enumerate((27, 30, 33)):
        exact = words[:, column] * 2.0 ** scales["v", 0][place] * 2**settings.input_fraction
        expected = np.clip(np.floor(exact), 0, 2 ** (settings.input_bits - 1) - 1)
        np.testing.assert_array_equal(found[:, place], expected)
    eta = np.floor(words[:, 28] * 2.0 ** scales["v", 2][0] * 2**settings.input_fraction)
    np.testing.assert_array_equal(found[:, 4], np.clip(eta, -256, 255))


def test_events_count_by_their_weights(words):
    settings = features({"v": ENTRIES[:1]})
    weights = np.where(words[:, 27] > 150, 0.01, 1.0).astype(np.float32)
    scales = scales_of(settings, LAYOUT, words, weights)
    there = words[:, 27] > 0
    assert scales["v", 0][0] == nearest(spread(words[there, 27], weights[there]))
    assert scales["v", 0][0] != scales_of(settings, LAYOUT, words)["v", 0][0]
    whole = np.concatenate([words, words[words[:, 27] > 100]])
    twice = scales_of(settings, LAYOUT, whole)
    assert twice == scales_of(
        settings, LAYOUT, words, np.where(words[:, 27] > 100, 2, 1).astype(np.float32)
    )


def test_entries_that_cannot_be_scaled_are_refused(words):
    with pytest.raises(ConfigError) as caught:
        scales_of(
            features({"v": ({"kind": "momentum", "of": "muon", "scaled": True},)}), LAYOUT, words
        )
    assert str(caught.value) == (
        "entry 0 of features.vectors.v must have its objects in 100 effective events of the "
        "calibrate split to be scaled, not 0: give more events, or leave scaled out"
    )
    with pytest.raises(ConfigError) as caught:
        scales_of(
            features({"v": ({"kind": "count", "of": "muon", "scaled": True},)}), LAYOUT, words
        )
    assert str(caught.value) == (
        "entry 0 of features.vectors.v must have different numbers in the calibrate split to be "
        "scaled: leave scaled out"
    )
