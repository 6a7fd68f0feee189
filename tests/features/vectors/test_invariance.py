"""Turning an event by any calorimeter step, and reflecting it, changes no prepared number."""

import numpy as np
import pytest

from tests.vectors import ALL, LAYOUT, features
from tests.words import bulk, full_range
from trigger_ad.features.symmetry import transform
from trigger_ad.features.vectors.program import program_of
from trigger_ad.features.words import present

PROGRAM = program_of(features(ALL), LAYOUT)

#: Of a calorimeter and of a muon code, in calorimeter codes.
TURNS = 144


@pytest.fixture(scope="module")
def words():
    """Any momenta; angles within a turn, as words have them."""
    rng = np.random.default_rng(18)
    found = np.concatenate([full_range(LAYOUT, 150, rng), bulk(LAYOUT, 150, rng)])
    for index, field in enumerate(LAYOUT.fields):
        if field.period:
            found[:, index] %= field.period
    return np.where(present(found, LAYOUT), found, 0)


def prepared(words):
    return PROGRAM.evaluate({"words": words.astype(np.int64)})


def same(found, expected):
    for name, numbers in expected.items():
        np.testing.assert_array_equal(found[name], numbers, err_msg=name)


def reflected(words):
    """Azimuth to minus azimuth, modulo the period of each word."""
    result = words.copy()
    for index, field in enumerate(LAYOUT.fields):
        if field.period:
            result[:, index] = -words[:, index] % field.period
    return result


def test_every_turn_and_its_reflection(words):
    expected, still = prepared(words), np.zeros(len(words), bool)
    assert all(len(np.unique(numbers)) > 5 for numbers in expected.values())
    for turn in range(1, TURNS):
        turned = transform(words, LAYOUT, np.full(len(words), turn), still)
        assert (turned != words).any()
        same(prepared(turned), expected)
        same(prepared(reflected(turned)), expected)


def test_a_single_object_that_turns_is_seen(words):
    """Or the test above could not fail."""
    moved = words.copy()
    index = LAYOUT.columns("phi", "muon")[0]
    moved[:, index] = (moved[:, index] + 4) % LAYOUT.fields[index].period
    there = (words[:, index - 2] > 0) & (words[:, 0] > 0)
    changed = (prepared(moved)["angles"] != prepared(words)["angles"])[:, 0]
    assert not changed[~there].any()
    assert changed[there].mean() > 0.9  # at half a turn a step may lead to the other side of it
