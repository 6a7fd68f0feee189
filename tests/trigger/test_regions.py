"""Which regions the decisions of k scores span."""

import json

import numpy as np
import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.trigger.decide import decide
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import REGIONS, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State


def test_the_regions_of_two_scores():
    assert RegionRule.of(2) == PAIR
    assert PAIR.names == REGIONS == ("A", "B", "C", "D")
    passed = [(True, True), (True, False), (False, True), (False, False)]
    assert [PAIR.code(both) for both in passed] == [0, 1, 2, 3]
    assert [PAIR.passes(code) for code in range(4)] == passed
    assert PAIR.score_names == ("score1", "score2")
    assert PAIR.threshold_names == ("threshold1", "threshold2")


def test_any_scores_span_regions_and_in_any_order():
    outer = RegionRule(3, (2, 0))
    assert outer.regions == 4
    assert outer.score_names == ("score1", "score2", "score3")
    assert outer.threshold_names == ("threshold3", "threshold1")
    assert [outer.code((one, two, True)) for two in (True, False) for one in (True, False)] == [
        *(0, 1),
        *(0, 1),
    ]
    assert outer.code((True, True, False)) == 2


@pytest.mark.parametrize("scores", [1, 2, 3, 4])
def test_codes_and_passes_undo_each_other(scores):
    rule = RegionRule.of(scores)
    assert rule.regions == len(rule.names) == 2**scores
    assert [rule.code(rule.passes(code)) for code in range(rule.regions)] == list(
        range(rule.regions)
    )
    assert RegionRule.from_json(json.loads(json.dumps(rule.to_json()))) == rule


@pytest.mark.parametrize(
    ("scores", "axes", "sentence"),
    [
        (0, (), "must be one to 4, not 0: choose the scores to cut on"),
        (5, (0, 1, 2, 3, 4), "must be one to 4, not 5: choose the scores to cut on"),
        (2, (0, 0), "must be different numbers from 0 to 1, not 0, 0: name each score once"),
        (2, (0, 2), "must be different numbers from 0 to 1, not 0, 2: name each score once"),
        (2, (-1,), "must be different numbers from 0 to 1, not -1: name each score once"),
    ],
)
def test_axes_that_are_no_scores(scores, axes, sentence):
    with pytest.raises(ConfigError) as caught:
        RegionRule(scores, axes)
    assert str(caught.value) == f"the axes of the regions {sentence}"


RULES = [RegionRule.of(1), PAIR, RegionRule.of(3), RegionRule.of(4)]
RULES += [RegionRule(3, (0, 2)), RegionRule(3, (2, 1)), RegionRule(2, (1,))]


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
@pytest.mark.parametrize("regions", RULES, ids=str)
def test_the_vectorised_trigger_is_the_rule(regions, rule, rng):
    count = regions.regions
    prescale = rng.choice([0, 100, 150, 333, 1000], count)
    registers = Registers(
        tuple(rng.integers(-1, 2, len(regions.axes)).tolist()),
        tuple(prescale.tolist()),
        tuple((rng.random(count) < 0.9).tolist()),
    )
    state = State(tuple(rng.integers(0, 2000, count).tolist()), random=4711)
    scores = list(rng.integers(-3, 4, (regions.scores, 1500)))
    decision, after = decide(scores, registers, state, rule, regions)
    assert decision.regions == count
    for event, row in enumerate(zip(*(score.tolist() for score in scores), strict=True)):
        region, accept, state = step(row, registers, state, rule, regions)
        assert (region, accept) == (decision.region[event], decision.accept[event])
        passed = [score >= cut for score, cut in zip_axes(row, regions, registers)]
        assert regions.passes(region) == tuple(passed)
    assert state == after
    assert set(decision.region.tolist()) == set(range(count))
    assert np.count_nonzero(decision.accept)


def zip_axes(row, regions, registers):
    return zip((row[axis] for axis in regions.axes), registers.thresholds, strict=True)
