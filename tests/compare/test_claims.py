"""Claims of the papers are confirmed, not confirmed, not decided or not run, by their numbers."""

import numpy as np
import pytest

from trigger_ad.compare.claims import claims
from trigger_ad.compare.compared import Compared
from trigger_ad.compare.performance import Performance, SignalFigures
from trigger_ad.compare.rows import CorrelationTable
from trigger_ad.statistics.improvement import TotalImprovement
from trigger_ad.statistics.intervals import Interval

ONE, TWO = Compared("a", "score1"), Compared("a", "score2")
DIAGONAL, AND, OR = (Compared("a", name, (ONE, TWO)) for name in ("diagonal", "and", "or"))
KINDS = {"a:score1": "double_ae", "a:score2": "double_ae", "b:score1": "vae"}
HALF = Interval(0.5, 0.4, 0.6)


def seeds(*pairs):
    """Performance in each seed: a median TI, and the largest SIC for one signal."""
    return {
        "float": {seed: performance(0.0, 0.0) for seed, _ in enumerate(pairs)},
        "firmware": {seed: performance(*pair) for seed, pair in enumerate(pairs)},
    }


def performance(median, sic):
    total = None
    if median is not None:
        near = Interval(median, median - 0.04, median + 0.04)
        total = TotalImprovement(near.scaled(0.5), near, Interval(5.0, 4.0, 6.0))
    return Performance({}, {"lq": SignalFigures(HALF, {}, sic, None)}, total)


def results(*, alone=((1.0, 1.0), (1.0, 1.0)), diagonal, combined):
    return {
        ONE: seeds(*alone),
        TWO: seeds(*((m, 0.5) for m, _ in alone)),
        DIAGONAL: seeds(*diagonal),
        AND: seeds(*combined),
        OR: seeds(*((0.1, 1) for _ in combined)),
    }


def median_claim(found):
    (row,) = (r for r in found if "higher median TI" in r.claim)
    return row


def twice(found):
    (row,) = (r for r in found if r.claim.startswith("001"))
    return row


@pytest.mark.parametrize(
    ("combined", "confirmed"),
    [
        (((1.5, 1), (1.1, 1)), True),
        (((1.5, 1), (0.9, 1)), None),
        (((1.5, 1), (1.05, 1)), None),  # higher, but within the intervals
        (((1.05, 1), (1.05, 1)), None),
        (((0.5, 1), (1.0, 1)), False),  # not above is not higher
    ],
)
def test_a_combination_against_its_best_score(combined, confirmed):
    found = claims(results(diagonal=((1, 2), (1, 2)), combined=combined), KINDS, [], {})
    row = median_claim(found)
    assert row.confirmed is confirmed
    assert row.about == "a:score1 and a:score2"
    mean = (combined[0][0] + combined[1][0]) / 2
    assert row.here == f"AND {mean:.2f}, a:score1 1.00"
    (largest,) = (r for r in found if "higher largest TI" in r.claim)
    assert largest.confirmed is False  # all are 5


def test_the_better_score_may_be_another_in_each_seed():
    of = results(diagonal=((1, 2), (1, 2)), combined=((1.5, 1), (1.5, 1)))
    of[TWO] = seeds((0.1, 1), (1.8, 1))
    assert median_claim(claims(of, KINDS, [], {})).confirmed is None


def test_seeds_and_models_are_those_that_all_scores_have():
    """A combination across configurations, in float alone and for the second seed."""
    of = results(diagonal=((1, 2), (1, 2)), combined=((1, 1), (1, 1)))
    other = Compared("b", "score1")
    of[other] = {"float": {1: performance(2.0, 1.0), 7: performance(9.0, 1.0)}}
    for name in ("and", "or", "prod", "avg"):
        of[Compared("", name, (ONE, other))] = {"float": {1: performance(3.0, 1.0)}}
    found = claims(of, KINDS, [], {})
    (row,) = (r for r in found if "median" in r.claim and "b:score1" in r.about)
    assert (row.here, row.confirmed) == ("AND 3.00, b:score1 2.00", True)


def test_without_a_cut_nothing_is_decided():
    of = results(diagonal=((1, 2), (1, 2)), combined=((None, 1), (1.5, 1)))
    row = median_claim(claims(of, KINDS, [], {}))
    assert (row.confirmed, row.here) == (None, "not enough events")


@pytest.mark.parametrize(
    ("diagonal", "confirmed", "here"),
    [
        (((1, 2.0), (1, 1.5)), True, "1.75 against 1.00, 1.75 times"),
        (((1, 2.0), (1, 1.4)), None, "1.70 against 1.00, 1.70 times"),
        (((1, 1.2), (1, 1.4)), False, "1.30 against 1.00, 1.30 times"),
        (((1, None), (1, 1.4)), None, "not enough events"),
    ],
)
def test_about_twice(diagonal, confirmed, here):
    of = results(diagonal=diagonal, combined=((1, 1), (1, 1)))
    row = twice(claims(of, KINDS, [], {}))
    assert (row.confirmed, row.here, row.about) == (confirmed, here, "a, lq")


def test_a_claim_whose_scorer_is_absent_is_not_run():
    of = results(diagonal=((1, 2), (1, 2)), combined=((1, 1), (1, 1)))
    found = claims(of, dict.fromkeys(KINDS, "vae"), [], {})
    assert twice(found).here == "not run: no double_ae"
    assert [row.here for row in found[-4:]] == ["not run: no flow beside svdd_ensemble"] * 4
    assert {row.confirmed for row in found[-4:]} == {None}


@pytest.mark.parametrize(
    ("flow", "either", "coefficient", "confirmed"),
    [(2.0, 1.5, 0.34, [True, False, True]), (1.0, 2.0, -0.36, [False, None, False])],
)
def test_flow_and_ensemble(flow, either, coefficient, confirmed):
    """The largest TI of all is 5, so OR cannot be above; a half of the median is the smallest."""
    alone = performance(flow, 1.0), performance(0.5, 1.0)
    of = dict(zip((ONE, TWO), ({"teacher": {1: one}} for one in alone), strict=True))
    of[OR] = {"teacher": {1: performance(either, 1.0)}}
    if not confirmed[0]:
        largest = TotalImprovement(HALF, of[OR]["teacher"][1].total.median, Interval(7, 5.5, 8))
        of[OR]["teacher"][1] = Performance({}, {}, largest)
    cell = {"mean": coefficient, "spread": None, "low": None, "high": None}
    cell |= {"values": [coefficient]}
    table = {
        "model": "teacher",
        "scores": ["a:score1", "a:score2"],
        "pearson": [[None, cell], [cell, None]],
        "rank": [],
    }
    kinds = {"a:score1": "flow", "a:score2": "svdd_ensemble"}
    members = {"a:score2": {1: np.array([0.1, 0.35, 0.9])}}
    table = CorrelationTable.from_json(table, "table")
    *rows, alike = claims(of, kinds, [table], members)[-4:]
    assert [row.confirmed for row in rows] == confirmed
    assert {row.about for row in rows} == {"a:score1 and a:score2, teacher"}
    assert rows[2].here == f"{coefficient:.3f} against 0.350, the median of the pairs"
    assert (alike.about, alike.here, alike.confirmed) == ("a:score2", "0.350", False)
    *_, unlike, alike = claims(of, kinds, [table], {})
    assert unlike.here == alike.here == "not run: no run of these seeds has kept its ensemble"
    assert unlike.confirmed is alike.confirmed is None
