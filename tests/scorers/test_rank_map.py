"""Tables of ranks: flat or steep in the tail, monotone, exact, and refused where they are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import (
    MAX_ADDRESS_BITS,
    RankMap,
    RankScale,
    allowed,
    check_monotone,
    monotone_table,
)

FLAT, TAIL = RankScale.FLAT, RankScale.TAIL


def score(width: int, signed: bool = False, name: str = "s") -> Score:
    """Its raw value is that of its port."""
    return Score(name, port("x").sum(), {"x": PortType(FixedPoint(width, width - 2, signed), 1)})


def ranked(score: Score, table: RankMap, raw: np.ndarray) -> np.ndarray:
    """What every back end computes."""
    found = Score("rank", table.expression(score.expression), score.ports)
    return found.evaluate({"x": raw[:, None]})


def whole_range(score: Score) -> np.ndarray:
    return np.arange(score.type.minimum, score.type.maximum + 1)


def draw(seed: int, score: Score, events: int) -> np.ndarray:
    """Raw scores with a tail, and many that are equal."""
    rng = np.random.default_rng(seed)
    middle = score.type.minimum // 2 * score.type.signed
    spread = (score.type.maximum - score.type.minimum) / rng.integers(5, 200)
    raw = np.rint(middle + rng.exponential(spread, events))
    return raw.clip(score.type.minimum, score.type.maximum).astype(np.int64)


@st.composite
def tables(draw_from):
    kind = score(draw_from(st.integers(3, 11)), draw_from(st.booleans()))
    bits = draw_from(st.integers(1, 7))
    raw = draw(draw_from(st.integers(0, 1000)), kind, draw_from(st.integers(1 << bits, 1500)))
    shorten, scale = draw_from(st.integers(0, 3)), draw_from(st.sampled_from(RankScale))
    return kind, raw, monotone_table(raw, kind, bits, scale=scale, shorten=shorten)


@given(tables())
def test_the_rank_is_the_largest_whose_cut_may_accept_the_event(given):
    """The definition, by counting events for every score that can occur."""
    kind, raw, table = given
    limits = allowed(table.scale, table.bits, len(raw))
    codes = whole_range(kind) >> table.shorten
    above = np.array([np.count_nonzero(raw >> table.shorten >= code) for code in codes])
    wanted = np.array([np.flatnonzero(count <= limits)[-1] for count in above])
    np.testing.assert_array_equal(table.rank(whole_range(kind)), wanted)


@given(tables())
def test_the_expression_and_the_table_agree(given):
    kind, _, table = given
    found = ranked(kind, table, whole_range(kind))
    np.testing.assert_array_equal(found, table.rank(whole_range(kind)))
    assert np.all(np.diff(found) >= 0)
    assert len(table.values) <= 1 << table.saturate


@given(tables())
def test_a_cut_on_the_rank_is_a_cut_on_the_score(given):
    kind, raw, table = given
    every = whole_range(kind)
    limits = allowed(table.scale, table.bits, len(raw))
    for rank in range(1, 1 << table.bits):
        threshold = table.threshold(rank)
        np.testing.assert_array_equal(table.rank(every) >= rank, every >= threshold)
        assert np.count_nonzero(raw >= threshold) <= limits[rank]
        step = 1 << table.shorten
        assert np.count_nonzero(raw >= threshold - step) > limits[rank]


def test_background_is_flat():
    """On a score in which no two events are equal each rank has as many events."""
    kind, raw = score(12), np.random.default_rng(1).permutation(4096)
    table = monotone_table(raw, kind, 8, scale=FLAT)
    assert set(np.bincount(table.rank(raw), minlength=256).tolist()) == {16}


def test_background_is_flat_in_the_logarithm_of_the_efficiency():
    kind, raw = score(12), np.random.default_rng(1).permutation(4096)
    ranks = monotone_table(raw, kind, 6, scale=TAIL).rank(raw)
    for rank in range(64):
        assert np.count_nonzero(ranks >= rank) == int(allowed(TAIL, 6, 4096)[rank])
    assert allowed(TAIL, 6, 4096)[[0, 21, 42, 63]].tolist() == [4096, 256, 16, 1]


def test_the_tail_has_the_resolution_of_many_more_flat_bits():
    """Steps in efficiency near 1e-3: 3 % with 8 bits, where a flat rank has none."""
    raw = np.random.default_rng(2).permutation(1 << 12) * 2 + 1
    kind = score(13)
    found = {scale: monotone_table(raw, kind, 8, scale=scale, shorten=1) for scale in RankScale}
    passing = {
        scale: [int(np.count_nonzero(raw >= table.threshold(rank))) for rank in range(1, 256)]
        for scale, table in found.items()
    }
    assert min(passing[FLAT]) == 16
    assert len({n for n in passing[TAIL] if n < 16}) == 15


def test_the_table_ends_where_the_rank_is_highest():
    """One far event widens no table, and the scores above have the highest rank."""
    kind = score(16)
    raw = np.concatenate([np.arange(1000), [60_000]])
    table = monotone_table(raw, kind, 4, scale=FLAT)
    assert (table.saturate, len(table.values)) == (10, 1024)
    assert table.rank(np.array([0, 999, 2000, 65_535])).tolist() == [0, 15, 15, 15]
    assert ranked(kind, table, np.array([0, 999, 2000, 65_535])).tolist() == [0, 15, 15, 15]


def test_a_signed_score_keeps_its_order():
    kind = score(14, signed=True)
    raw = np.arange(-300, 100)
    table = monotone_table(raw, kind, 6, scale=FLAT)
    assert (table.saturate, table.first, len(table.values)) == (10, -512, 1024)
    assert table.rank(np.array([-8192, -300, 99, 8191])).tolist() == [0, 0, 63, 63]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            (0, 3, 2, 5),
            (
                "entry 2 of a rank table must be at least 3, the one before, not 2: "
                "make it of the counts of events at or above each score"
            ),
        ),
        ((), "a rank table must have entries: make it of a score"),
        (
            (0, 3, 16),
            (
                "a rank table must have entries from 0 to 15, not from 0 to 16: "
                "make it with more bits"
            ),
        ),
        (
            (-1, 3),
            (
                "a rank table must have entries from 0 to 15, not from -1 to 3: "
                "make it with more bits"
            ),
        ),
    ],
)
def test_tables_that_are_no_ranks(values, sentence):
    with pytest.raises(FixedPointError) as caught:
        RankMap(values, 0, 0, 2, 4, FLAT, 100)
    assert str(caught.value) == sentence


def test_equal_neighbours_are_monotone():
    check_monotone((0, 0, 1, 1))


@pytest.mark.parametrize(
    ("raw", "width", "arguments", "sentence"),
    [
        (
            np.arange(255),
            8,
            {"bits": 8},
            (
                "the events that rank score s must be at least 256, one for each rank, not 255: "
                "give more events or fewer bits"
            ),
        ),
        (
            np.arange(1 << 16),
            16,
            {"bits": 8},
            (
                f"the table of score s must have at most {MAX_ADDRESS_BITS} address bits, not 16: "
                "shorten the score by 4 bits or more"
            ),
        ),
        (
            np.arange(1 << 16),
            16,
            {"bits": 8, "shorten": 3},
            (
                f"the table of score s must have at most {MAX_ADDRESS_BITS} address bits, not 13: "
                "shorten the score by 4 bits or more"
            ),
        ),
        (
            np.arange(300),
            8,
            {"bits": 8},
            (
                "the events that rank score s must be integers from 0 to 255, not int64 from 0 to "
                "299: give its own raw scores"
            ),
        ),
        (
            np.linspace(0, 255, 300),
            8,
            {"bits": 8},
            (
                "the events that rank score s must be integers from 0 to 255, not float64 from 0.0 "
                "to 255.0: give its own raw scores"
            ),
        ),
        (
            np.arange(300),
            9,
            {"bits": 17},
            "the bits of a rank must be from 1 to 16, not 17: choose fewer",
        ),
        (
            np.arange(300),
            9,
            {"bits": 0},
            "the bits of a rank must be from 1 to 16, not 0: choose at least 1",
        ),
        (
            np.arange(300),
            9,
            {"shorten": -1},
            "the bits by which score s is shortened must be at least 0, not -1: give 0 or more",
        ),
    ],
)
def test_tables_that_cannot_be_made(raw, width, arguments, sentence):
    with pytest.raises(FixedPointError) as caught:
        monotone_table(raw, score(width), **arguments)
    assert str(caught.value) == sentence
