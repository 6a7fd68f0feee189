"""Corrections of a second score: exact, ascending in it, and refused where they are none."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError, SchemaError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.correction import ConditionalRank, Correction, corrected
from trigger_ad.scorers.rank_map import RankMap, RankScale

CODES = RankMap((0, 1, 2, 3), 0, 0, 2, 2, RankScale.TAIL, 100)


def score(name: str, kind: FixedPoint) -> Score:
    """Its raw value is that of its port."""
    return Score(name, port(name).sum(), {name: PortType(kind, 1)})


@st.composite
def corrections(draw) -> tuple[Score, Score, Correction]:
    """Scores of any sign and binary point, and tables of any entries that are allowed."""
    kinds = [
        FixedPoint(draw(st.integers(4, 10)), draw(st.integers(1, 9)), draw(st.booleans()))
        for _ in "ab"
    ]
    first, second = (score(name, kind) for name, kind in zip("ab", kinds, strict=True))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    shorten, saturate = draw(st.integers(0, 3)), draw(st.integers(2, 5))
    address = first.signal(first.expression.shorten(shorten).saturate(saturate))
    size = address.maximum[0] - address.minimum[0] + 1
    shifts = tuple(rng.integers(-40, 40, size).tolist())
    shift = Correction(shifts, address.minimum[0], shorten, saturate)
    if draw(st.booleans()):
        return first, second, shift
    difference = corrected("d", first, second, shift)
    width = draw(st.integers(2, 5))
    clipped = difference.signal(difference.expression.shorten(1).saturate(width))
    entries = np.sort(rng.integers(0, 8, clipped.maximum[0] - clipped.minimum[0] + 1))
    entries -= entries[0]
    codes = RankMap(tuple(entries.tolist()), clipped.minimum[0], 1, width, 3, RankScale.TAIL, 1000)
    classes = np.sort(rng.integers(0, 5, size))
    classes = np.unique(classes, return_inverse=True)[1]
    ranks = np.sort(rng.integers(0, 100, (classes.max() + 1, 8)), axis=1).ravel()
    ranks = ranks[: int(classes.max()) * 8 + int(entries[-1]) + 1]
    rank = ConditionalRank(tuple(classes.tolist()), codes, tuple(ranks.tolist()))
    return first, second, Correction(shifts, address.minimum[0], shorten, saturate, rank)


def every_pair(first: Score, second: Score) -> np.ndarray:
    """Many raw scores that the two can put out, both ends of each among them."""
    ends = [np.array([s.type.minimum, s.type.maximum]) for s in (first, second)]
    rng = np.random.default_rng(1)
    return np.stack(
        [
            np.concatenate([rng.integers(low, high + 1, 2000), [low, low, high, high]])
            if index == 0
            else np.concatenate([rng.integers(low, high + 1, 2000), [low, high, low, high]])
            for index, (low, high) in enumerate(ends)
        ]
    )


@given(corrections())
def test_the_tables_and_the_expression_agree(made):
    first, second, correction = made
    raw = every_pair(first, second)
    hardware = corrected("fixed", first, second, correction)
    found = hardware.evaluate({"a": raw[0][:, None], "b": raw[1][:, None]})
    np.testing.assert_array_equal(correction.apply(*raw), found)
    assert found.min() >= hardware.type.minimum
    assert found.max() <= hardware.type.maximum


@given(corrections())
def test_a_correction_and_its_score_survive_json(made):
    first, second, correction = made
    assert Correction.from_json(json.loads(json.dumps(correction.to_json()))) == correction
    hardware = corrected("fixed", first, second, correction)
    assert Score.from_json(json.loads(json.dumps(hardware.to_json()))) == hardware


@given(corrections())
def test_a_larger_second_score_is_never_corrected_to_a_lower_one(made):
    first, second, correction = made
    raw = every_pair(first, second)
    larger = np.random.default_rng(2).integers(raw[1], second.type.maximum + 1)
    assert np.all(correction.apply(raw[0], larger) >= correction.apply(*raw))


def test_shifts_and_ranks_by_hand():
    shifts = (0, 0, 4, 8)
    first = np.array([0, 1, 2, 3, 9])
    second = np.array([2, 9, 5, 9, 9])
    assert Correction(shifts, 0, 0, 2).apply(first, second).tolist() == [2, 9, 1, 1, 1]
    rank = ConditionalRank((0, 0, 1, 1), CODES, (0, 10, 20, 30, 0, 1, 2, 3))
    assert Correction(shifts, 0, 0, 2, rank).apply(first, second).tolist() == [20, 30, 1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ((1, 2.5), 0, 0, 1),
            (
                "entry 1 of the shifts of a correction must be an integer, not 2.5: "
                "fit the correction again"
            ),
        ),
        (
            ((True, 2), 0, 0, 1),
            (
                "entry 0 of the shifts of a correction must be an integer, not True: "
                "fit the correction again"
            ),
        ),
        (((), 0, 0, 1), "the shifts of a correction must have entries: fit the correction again"),
        (
            ((0,) * 4097, 0, 0, 13),
            (
                "the shifts of a correction must be at most 4096, not 4097: "
                "shorten score 1 by more bits"
            ),
        ),
        (
            ((0, 0), 0, 0, 1, ConditionalRank((0,), CODES, (0, 1, 2, 3))),
            (
                "the classes of a correction must be 2, one for each shift, not 1: "
                "fit the correction again"
            ),
        ),
    ],
)
def test_shifts_that_are_refused(arguments, sentence):
    with pytest.raises(FixedPointError) as caught:
        Correction(*arguments)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("classes", "ranks", "sentence"),
    [
        (
            (0, 1),
            (0, 1, 2, 3),
            (
                "the ranks of a correction must be 8, 4 in each of 2 classes from 0, not 4: "
                "fit the correction again"
            ),
        ),
        (
            (0, -1),
            (0, 1, 2, 3),
            (
                "the ranks of a correction must be 4, 4 in each of 1 classes from 0, not 4: "
                "fit the correction again"
            ),
        ),
        (
            (0, 1),
            (0, 1, 2, 3, 0, 2, 1, 3),
            (
                "entry 2 of a rank table must be at least 2, the one before, not 1: "
                "make it of the counts of events at or above each score"
            ),
        ),
        (
            (0, "1"),
            (0, 1, 2, 3),
            (
                "entry 1 of the classes of a correction must be an integer, not '1': "
                "fit the correction again"
            ),
        ),
        (
            (0,),
            (0, 1, 2, None),
            (
                "entry 3 of the ranks of a correction must be an integer, not None: "
                "fit the correction again"
            ),
        ),
        (
            (1024,),
            (0,) * 4100,
            (
                "the ranks of a correction must be at most 4096, not 4100: "
                "take fewer classes or fewer bits"
            ),
        ),
    ],
)
def test_ranks_that_are_refused(classes, ranks, sentence):
    with pytest.raises(FixedPointError) as caught:
        ConditionalRank(classes, CODES, ranks)
    assert str(caught.value) == sentence


def test_records_and_scores_that_are_refused():
    correction = Correction((0, 1), 0, 0, 1)
    with pytest.raises(SchemaError) as caught:
        Correction.from_json(correction.to_json() | {"schema": "correction/0"})
    assert str(caught.value) == (
        "a correction must have schema correction/1, not correction/0: "
        "fit it again with this version"
    )
    with pytest.raises(FixedPointError) as refused:
        Correction.from_json(correction.to_json() | {"shifts": [0, 0.5]})
    assert str(refused.value) == (
        "entry 1 of the shifts of a correction must be an integer, not 0.5: "
        "fit the correction again"
    )
    kinds = FixedPoint(8, 8, False), FixedPoint(9, 8, False)
    with pytest.raises(FixedPointError) as other:
        corrected("fixed", *(score("a", kind) for kind in kinds), correction)
    assert str(other.value) == (
        "port a of score a must be ap_ufixed<8,8> in all scores that are combined, not "
        "ap_ufixed<9,8>: bind them to one network"
    )
    signed = FixedPoint(8, 8, True)
    with pytest.raises(FixedPointError) as short:
        corrected("fixed", score("a", signed), score("b", signed), Correction((0,), 0, 0, 3))
    assert str(short.value) == (
        "a score table must have one entry for each raw value of its argument, 8 in all, not 1: "
        "complete the table"
    )
