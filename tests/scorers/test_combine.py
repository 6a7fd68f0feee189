"""Combinations of ranks: those of the table, monotone in each score, AND a diagonal cut."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.combine import Combination, combine_ranks, combined
from trigger_ad.scorers.rank_map import RankMap, RankScale, allowed, monotone_table
from trigger_ad.statistics.ranks import RankTable, combine

AND, OR, PROD, AVG = Combination
FLAT, TAIL = RankScale.FLAT, RankScale.TAIL
WIDTH = 11

#: What can be asked for.
KINDS = [(how, scale) for how in Combination for scale in RankScale if (how, scale) != (AVG, TAIL)]


def score(name: str) -> Score:
    """Its raw value is that of its port."""
    return Score(name, port(name).sum(), {name: PortType(FixedPoint(WIDTH, 9, False), 1)})


SCORES = [score(name) for name in "abc"]


def background(seed: int, scores: int = 2, events: int = 3000) -> np.ndarray:
    """Correlated raw scores of a tail each, (scores, events)."""
    rng = np.random.default_rng(seed)
    shared = rng.exponential(1.0, events)
    own = rng.exponential(1.0, (scores, events))
    scale = rng.uniform(40, 150, (scores, 1))
    return np.minimum((own + 0.5 * shared) * scale, (1 << WIDTH) - 1).astype(np.int64)


def tables(raw: np.ndarray, bits: int, scale: RankScale, shorten: int = 0) -> list[RankMap]:
    return [
        monotone_table(one, kind, bits, scale=scale, shorten=shorten)
        for one, kind in zip(raw, SCORES, strict=False)
    ]


def value(how: Combination, raw: np.ndarray, maps: list[RankMap]) -> np.ndarray:
    """What every back end computes."""
    found = combined("all", how, SCORES[: len(raw)], maps)
    return found.evaluate({kind.name: one[:, None] for kind, one in zip(SCORES, raw, strict=False)})


@pytest.mark.parametrize(("how", "scale"), KINDS)
@pytest.mark.parametrize("scores", [2, 3])
def test_the_expression_is_the_combination_of_the_ranks(how, scale, scores):
    raw = background(1, scores)
    maps = tables(raw, 7, scale)
    ranks = [table.rank(one) for table, one in zip(maps, raw, strict=True)]
    found = value(how, raw, maps)
    np.testing.assert_array_equal(found, combine_ranks(how, ranks, scale))
    assert len(np.unique(found)) > 50


def test_the_combinations_are_those_of_the_paper():
    """Table 4, with the uniform score 0, 1/4, 1/2 or 3/4, written out."""
    raw = background(2)
    maps = tables(raw, 2, FLAT)
    first, second = (table.rank(one) / 4 for table, one in zip(maps, raw, strict=True))
    assert set(first) == {0, 0.25, 0.5, 0.75}
    np.testing.assert_array_equal(value(AND, raw, maps) / 4, np.minimum(first, second))
    np.testing.assert_array_equal(value(OR, raw, maps) / 4, np.maximum(first, second))
    np.testing.assert_array_equal(value(PROD, raw, maps) / 16, first * second)
    np.testing.assert_array_equal(value(AVG, raw, maps) / 8, (first + second) / 2)


def test_a_product_in_the_tail_is_the_product_of_efficiencies():
    """Up to one step of each rank."""
    raw = background(3)
    maps = tables(raw, 8, TAIL)
    above = [np.array([np.count_nonzero(one >= s) for s in one]) for one in raw]
    exact = sum(-np.log(count / raw.shape[1]) for count in above)
    step = np.log(raw.shape[1]) / 255
    difference = exact - value(PROD, raw, maps) * step
    assert difference.min() > -1e-9
    assert difference.max() < 2 * step + 1e-9


@given(st.integers(0, 1000), st.sampled_from(KINDS), st.integers(1, 8), st.integers(0, 3))
def test_a_combination_is_monotone_in_each_score(seed, kind, bits, shorten):
    """Any scores that can occur, also beyond those of the background."""
    how, scale = kind
    maps = tables(background(seed), bits, scale, shorten)
    rng = np.random.default_rng(seed)
    raw = rng.integers(0, 1 << WIDTH, (2, 4000))
    larger = rng.integers(raw, 1 << WIDTH)
    base = value(how, raw, maps)
    for index in (0, 1):
        raised = raw.copy()
        raised[index] = larger[index]
        assert np.all(value(how, raised, maps) >= base)


@given(st.integers(0, 1000), st.sampled_from(RankScale), st.integers(1, 8), st.integers(0, 3))
def test_and_is_a_diagonal_cut_and_or_its_union(seed, scale, bits, shorten):
    """Thresholds are the loosest on the grid that each pass at most the allowed background.

    This holds for every rank and for all scores that can occur.
    """
    background_raw = background(seed, events=1200)
    maps = tables(background_raw, bits, scale, shorten)
    raw = np.random.default_rng(seed).integers(0, 1 << WIDTH, (2, 2000))
    found = {how: value(how, raw, maps) for how in (AND, OR)}
    grid = np.arange(0, (1 << WIDTH) + 1, 1 << shorten)
    accepted = [np.array([np.count_nonzero(one >= t) for t in grid]) for one in background_raw]
    for rank, most in enumerate(allowed(scale, bits, 1200)):
        cuts = [grid[np.flatnonzero(counts <= most)[0]] for counts in accepted]
        passes = [one >= cut for one, cut in zip(raw, cuts, strict=True)]
        np.testing.assert_array_equal(found[AND] >= rank, passes[0] & passes[1])
        np.testing.assert_array_equal(found[OR] >= rank, passes[0] | passes[1])


@pytest.mark.parametrize("scale", RankScale)
def test_and_selects_what_the_diagonal_cut_of_a_report_selects(scale):
    """Every cut of `statistics.ranks` at an efficiency that a rank stands for, and only those."""
    events, bits = 1 << 10, 10
    rng = np.random.default_rng(4)
    raw = np.stack([rng.permutation(events), rng.permutation(events)])
    maps = tables(raw, bits, scale)
    diagonal = combine(*(RankTable.of(one).rank(one) for one in raw))  # 1 to N, none equal
    found = value(AND, raw, maps)
    limits = allowed(scale, bits, events)
    for rank, most in enumerate(limits):
        np.testing.assert_array_equal(found >= rank, diagonal > events - most)
    # Every cut on the flat scale; in the tail those whose next is less than a step away.
    assert set(limits) >= set(range(1, events + 1 if scale is FLAT else 145))


def test_and_and_or_do_not_depend_on_the_scale_of_their_ranks():
    """Where both scales have a rank for one efficiency they select the same events."""
    raw = background(5, events=4096)
    flat, tail = (tables(raw, bits, scale) for bits, scale in ((12, FLAT), (6, TAIL)))
    for how in (AND, OR):
        wide, steep = value(how, raw, flat), value(how, raw, tail)
        for rank, most in enumerate(allowed(TAIL, 6, 4096)):
            np.testing.assert_array_equal(steep >= rank, wide >= 4096 - most)


def test_a_combination_is_combined_again():
    """As in the paper: the members of an ensemble first, then the ensemble with another score."""
    raw = background(6, 3)
    maps = tables(raw, 8, FLAT)
    ensemble = combined("ensemble", PROD, SCORES[:2], maps[:2])
    values = {kind.name: one[:, None] for kind, one in zip(SCORES, raw, strict=True)}
    inner = ensemble.evaluate({name: values[name] for name in "ab"})
    again = monotone_table(inner, ensemble, 8, scale=FLAT, shorten=4)
    whole = combined("whole", OR, [ensemble, SCORES[2]], [again, maps[2]])
    wanted = np.maximum(again.rank(inner), maps[2].rank(raw[2]))
    np.testing.assert_array_equal(whole.evaluate(values), wanted)
    assert set(whole.ports) == {"a", "b", "c"}


def test_widths_follow_from_the_bits_of_the_ranks():
    raw = background(7)
    flat, tail = (tables(raw, 8, scale) for scale in RankScale)
    found = {how: combined("all", how, SCORES[:2], flat).type.width for how in Combination}
    assert found == {AND: 8, OR: 8, PROD: 16, AVG: 9}
    assert combined("all", PROD, SCORES[:2], tail).type.width == 9
    assert Score.from_json(combined("all", AVG, SCORES[:2], flat).to_json()).type.width == 9


def test_the_reference_counts_by_hand():
    ranks = [np.array([1, 2, 3]), np.array([3, 2, 0]), np.array([2, 2, 5])]
    found = {
        (how, scale): reduce(lambda text, n: f"{text} {n}", combine_ranks(how, ranks, scale), "")
        for how, scale in KINDS
    }
    assert found == {
        (AND, FLAT): " 1 2 0",
        (AND, TAIL): " 1 2 0",
        (OR, FLAT): " 3 2 5",
        (OR, TAIL): " 3 2 5",
        (PROD, FLAT): " 6 8 0",
        (PROD, TAIL): " 6 6 8",
        (AVG, FLAT): " 6 6 8",
    }


def test_combinations_that_are_refused():
    raw = background(8)
    flat, tail = (tables(raw, 6, scale) for scale in RankScale)
    other = score("b")
    fewer = monotone_table(raw[1][:100], other, 6, scale=FLAT)
    wider = Score("b", port("a").sum(), {"a": PortType(FixedPoint(12, 9, False), 1)})
    short = Score("short", port("b").sum(), {"b": PortType(FixedPoint(5, 3, False), 1)})
    cases = [
        (
            (AND, SCORES[:1], flat[:1]),
            "a combination must have at least two scores, not 1: name another score",
        ),
        (
            (OR, SCORES[:2], flat[:1]),
            (
                "the tables of a combination must be one for each of 2 scores, not 1: "
                "make one for each score"
            ),
        ),
        (
            (OR, SCORES[:2], [flat[0], tail[1]]),
            (
                "the ranks of a combination must be of one number of events, bits and scale, not "
                "3000 events, 6 bits, flat and 3000 events, 6 bits, tail: make all tables from the "
                "same events in the same way"
            ),
        ),
        (
            (OR, SCORES[:2], [flat[0], fewer]),
            (
                "the ranks of a combination must be of one number of events, bits and scale, not "
                "3000 events, 6 bits, flat and 100 events, 6 bits, flat: make all tables from the "
                "same events in the same way"
            ),
        ),
        (
            (AVG, SCORES[:2], tail),
            (
                "the scale of the ranks of avg must be flat, not tail: make flat tables, or take "
                "prod: on the tail scale it is the sum"
            ),
        ),
        (
            (AND, [SCORES[0], wider], flat),
            (
                "port a of score b must be ap_ufixed<11,9> in all scores that are combined, not "
                "ap_ufixed<12,9>: bind them to one network"
            ),
        ),
        (
            (AND, [SCORES[0], short], flat),
            (
                f"a score table must have one entry for each raw value of its argument, 32 in all, "
                f"not {len(flat[1].values)}: complete the table"
            ),
        ),
    ]
    for arguments, sentence in cases:
        with pytest.raises(FixedPointError) as caught:
            combined("all", *arguments)
        assert str(caught.value) == sentence
