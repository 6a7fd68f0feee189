import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import ConfigError
from trigger_ad.lhc.dead_time import DeadTime, DeadTimeState
from trigger_ad.lhc.fill import FillingScheme

windows = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 30)).map(lambda p: (p[0], p[0] + p[1])), max_size=3
)
buckets = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 20)), max_size=2)
rules = st.builds(lambda w, b: DeadTime(tuple(w), tuple(b)), windows, buckets)
streams = st.lists(st.integers(1, 25), max_size=80).map(lambda gaps: np.cumsum([0, *gaps])[1:])

CMS = DeadTime(windows=((1, 3), (2, 25), (3, 100), (4, 240)))


def by_the_crossing(rule, candidates, stop, collides=lambda crossing: True):
    """The rules as they are said, looking at every crossing: accepts, crossings and dead ones."""
    accepted, dead, total = [], 0, 0
    queue = [[] for _ in rule.buckets]  # remaining crossings of each event in a bucket
    for crossing in range(stop):
        open_ = all(sum(a > crossing - m for a in accepted) < n for n, m in rule.windows)
        open_ &= all(len(q) < depth for q, (depth, _) in zip(queue, rule.buckets, strict=True))
        total += collides(crossing)
        dead += collides(crossing) and not open_
        if open_ and crossing in candidates:
            accepted.append(crossing)
            for q, (_, drain) in zip(queue, rule.buckets, strict=True):
                q.append(drain)
        for q in queue:  # the first in the buffer is being read
            if q:
                q[0] -= 1
                if not q[0]:
                    q.pop(0)
    return accepted, total, dead


@given(rules, streams)
def test_equal_to_the_rules_crossing_by_crossing(rule, candidates):
    stop = int(candidates.max(initial=0)) + 20
    left, _ = rule.apply(candidates, DeadTimeState(), stop)
    expected = by_the_crossing(rule, set(candidates.tolist()), stop)
    assert (candidates[left.accept].tolist(), left.crossings, left.dead) == expected


@given(rules, streams, st.lists(st.integers(0, 2000), max_size=6))
def test_pieces_are_the_whole(rule, candidates, cuts):
    stop = 2001
    candidates = candidates[candidates < stop]
    whole, end = rule.apply(candidates, DeadTimeState(), stop)
    accept, crossings, dead, state = [], 0, 0, DeadTimeState()
    for cut in [*sorted(cuts), stop]:
        piece = candidates[(candidates >= state.at) & (candidates < cut)]
        left, state = rule.apply(piece, state, cut)
        accept += left.accept.tolist()
        crossings, dead = crossings + left.crossings, dead + left.dead
    assert accept == whole.accept.tolist()
    assert (crossings, dead) == (stop, whole.dead)
    more = np.arange(stop, stop + 200, 3)
    assert (
        rule.apply(more, state, stop + 200)[0].accept.tolist()
        == rule.apply(more, end, stop + 200)[0].accept.tolist()
    )


@given(rules, st.integers(1, 30))
def test_only_colliding_crossings_count(rule, length):
    fill = FillingScheme(tuple(range(10, 10 + length)))
    candidates = fill.crossing(np.arange(0, 2 * length, 2))
    left, _ = rule.apply(candidates, DeadTimeState(), 3700, fill)
    found = by_the_crossing(rule, set(candidates.tolist()), 3700, lambda c: fill.mask[c % 3564])
    assert (candidates[left.accept].tolist(), left.crossings, left.dead) == found
    assert left.crossings == 2 * length  # both orbits' places are before 3700


def test_rates_of_a_simple_dead_time():
    """Of accepts at random with probability p, a dead time of d crossings leaves 1 / (1 + p d)."""
    rng = np.random.default_rng(4)
    crossings, p, dead = 4_000_000, 0.02, 9
    candidates = np.flatnonzero(rng.random(crossings) < p)
    left, _ = DeadTime(((1, dead + 1),)).apply(candidates, DeadTimeState(), crossings)
    expected = 1 / (1 + p * dead)
    assert float(left.live_fraction) == pytest.approx(expected, rel=2e-3)
    assert left.accept.mean() == pytest.approx(expected, rel=6e-3)
    assert isinstance(left.live_fraction, Fraction)


def test_a_second_of_running_takes_seconds():
    """100,000 accepts at random of 40 million crossings, by the rules of CMS."""
    rng = np.random.default_rng(5)
    candidates = np.sort(rng.choice(40_000_000, 100_000, replace=False))
    start = time.perf_counter()
    left, _ = CMS.apply(candidates, DeadTimeState(), 40_000_000)
    assert time.perf_counter() - start < 10
    recent, filled, slow = (), (), []
    for crossing in candidates.tolist():
        accept, recent, filled = CMS.step(crossing, recent, filled)
        slow.append(accept)
    assert left.accept.tolist() == slow
    assert 0.9 < left.live_fraction < 1


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"windows": ((3, 3),)},
            (
                "a dead-time rule must allow n accepts in m crossings with 1 <= n < m, not 3 in 3: "
                "give whole numbers in this order"
            ),
        ),
        (
            {"buckets": ((0, 5),)},
            (
                "a dead-time bucket must have a depth and a drain of at least 1, not 0 and 5: "
                "give events and crossings"
            ),
        ),
    ],
)
def test_refusals(rule, message):
    with pytest.raises(ConfigError) as caught:
        DeadTime(**rule)
    assert str(caught.value) == message


@given(rules.filter(lambda rule: rule.text))
def test_the_text_is_read_back(rule):
    assert DeadTime.parse(rule.text) == rule


def test_rules_as_text():
    assert DeadTime.parse(" 1/3,4/100  bucket:9/351") == DeadTime(((1, 3), (4, 100)), ((9, 351),))


@pytest.mark.parametrize("word", ["", "1", "1/", "-1/3", "1.5/3", "9x351", "bucket", "1/3/4"])
def test_words_that_are_no_rule(word):
    with pytest.raises(ConfigError) as caught:
        DeadTime.parse(f"1/3,{word}")
    assert str(caught.value) == (
        f"the dead time must list rules such as 1/3 or bucket:9/351, not {word!r}: "
        "give accepts/crossings, and for a bucket its events/crossings to read one"
    )


@pytest.mark.parametrize("candidates", [[5, 5], [7, 6], [1, 6], [6, 20]])
def test_candidates_out_of_order(candidates):
    with pytest.raises(ConfigError) as caught:
        CMS.apply(np.array(candidates), DeadTimeState(at=5), 20)
    assert str(caught.value) == (
        "candidates of dead time must rise from 5 to below 20, not others: "
        "give the crossings of one piece of the run in order"
    )
