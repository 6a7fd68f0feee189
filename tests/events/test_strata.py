"""Strata: what they must be, and splits within them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.events.split import SPLITS, assign, require_strata
from trigger_ad.events.strata import ONE, Strata

FRACTIONS = dict(zip(SPLITS, (0.3, 0.1, 0.1, 0.2, 0.3), strict=True))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            (("a", "b"), (1.0,)),
            (
                "strata must have a name, a probability and a number drawn each, "
                "not 2, 1 and 0 of these: give them for each stratum"
            ),
        ),
        (
            (("a", "a"), (0.5, 0.5)),
            "strata must have different names, not a, a: rename one of them",
        ),
        (
            (("a", "b"), (1.0, 0.0)),
            (
                "the probability of stratum b must be above 0 and at most 1, not 0.0: "
                "give the part of all events that are of it"
            ),
        ),
        (
            (("a", "b"), (0.5, 0.4)),
            "the probabilities of the strata must sum to 1, not 0.9: change one of them",
        ),
        (
            (("a", "b"), (0.5, 0.5), (), (0.1,)),
            (
                "the errors of the probabilities of the strata must be one for each, from 0 on, "
                "not 0.1: give relative standard deviations, or none"
            ),
        ),
    ],
)
def test_what_strata_must_be(arguments, sentence):
    with pytest.raises(ConfigError) as caught:
        Strata(*arguments)
    assert str(caught.value) == sentence


def test_strata_come_back_from_json():
    strata = Strata(("soft", "hard"), (0.9, 0.1), (10, 20))
    assert Strata.from_json(json.loads(json.dumps(strata.to_json()))) == strata
    measured = replace(strata, errors=(0.001, 0.05))
    assert Strata.from_json(json.loads(json.dumps(measured.to_json()))) == measured
    assert "errors" not in strata.to_json()
    assert Strata.from_json(ONE.to_json()) == ONE
    with pytest.raises(ConfigError, match="the probability of stratum a must be above 0"):
        Strata(("a", "b"), (float("nan"), 1.0))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"names": [0, 1]}, "the names of the strata must be a list of text, not 0"),
        ({"names": "ab"}, "the names of the strata must be a list of text, not 'ab'"),
        ({"names": [["a"], "b"]}, "the names of the strata must be a list of text, not ['a']"),
        (
            {"probabilities": ["0.9", 0.1]},
            "the probabilities of the strata must be a list of numbers, not '0.9'",
        ),
        ({"drawn": ["10", 20]}, "the drawn of the strata must be a list of numbers, not '10'"),
        ({"errors": None}, "the errors of the strata must be a list of numbers, not None"),
        ({"errors": [True, 0]}, "the errors of the strata must be a list of numbers, not True"),
    ],
)
def test_lists_of_other_types_are_refused(change, sentence):
    record = Strata(("a", "b"), (0.9, 0.1), (10, 20), (0, 0.5)).to_json()
    assert Strata.from_json(record).errors == (0, 0.5)
    with pytest.raises(ConfigError) as caught:
        Strata.from_json(record | change)
    assert str(caught.value) == f"{sentence}: make the sample again"


def stratified(rng):
    """30 events of each collision; 900 soft, 90 hard collisions."""
    collision = np.repeat(rng.integers(0, 2**60, 990), 30)
    return collision, np.repeat([0, 1], [900 * 30, 90 * 30])


def test_each_stratum_is_split_by_collision():
    collision, stratum = stratified(np.random.default_rng(1))
    process = np.zeros(len(collision), np.uint8)
    split = assign(collision, process, 7, FRACTIONS)
    for place, collisions in enumerate((900, 90)):
        mine = stratum == place
        assert (split[mine].reshape(-1, 30) == split[mine].reshape(-1, 30)[:, :1]).all()
        shares = np.bincount(split[mine], minlength=5) / mine.sum()
        error = np.sqrt(np.array([*FRACTIONS.values()]) / collisions)
        assert (np.abs(shares - [*FRACTIONS.values()]) < 3.5 * error).all()
        alone = assign(collision[mine], process[mine], 7, FRACTIONS)
        assert (alone == split[mine]).all()  # the other stratum changes nothing


def test_a_split_without_a_stratum_is_refused():
    collision, stratum = stratified(np.random.default_rng(2))
    strata = Strata(("soft", "hard"), (0.9, 0.1))
    split = assign(collision, np.zeros(len(collision), np.uint8), 7, FRACTIONS)
    require_strata(split, stratum, strata, SPLITS)
    kept = (split != 4) | (stratum == 0)
    with pytest.raises(ConfigError) as caught:
        require_strata(split[kept], stratum[kept], strata, SPLITS)
    assert str(caught.value) == ("the split test must have events of stratum hard: draw more of it")
