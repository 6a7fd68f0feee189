"""Counts of the regions by stratum, and rates from them."""

import json
from itertools import pairwise

import numpy as np
import pytest

from trigger_ad.abcd.grouped import GroupedCounter
from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.rates.quoted import design_effect, quoted_efficiency
from trigger_ad.rates.stratified import StratifiedCounter, quoted_fractions

STRATA = Strata(("soft", "hard"), (0.98, 0.02), (20_000, 10_000))
COUNTER = StratifiedCounter(GroupedCounter(1, 1), STRATA)
#: Part in each region, by stratum.
REGIONS = np.array([[0.002, 0.018, 0.03, 0.95], [0.3, 0.2, 0.2, 0.3]])
TRUTH = np.array(STRATA.probabilities) @ REGIONS
#: Every region alone, and what prescales leave of all.
WEIGHTS = np.column_stack([np.eye(4), [1, 0.1, 0.1, 0.01]])


def drawn(rng, sizes=STRATA.drawn):
    stratum = np.repeat([0, 1], sizes)
    region = np.concatenate(
        [rng.choice(4, size, p=chances) for size, chances in zip(sizes, REGIONS, strict=True)]
    )
    scores = {"score1": (region < 2).astype(np.int64), "score2": (region % 2 == 0).astype(np.int64)}
    return scores, rng.integers(0, 2**62, len(region)), stratum


def counted(scores, clusters, stratum):
    words = np.zeros((len(stratum), 57), np.int32)
    return COUNTER.count(words, scores, clusters, None, stratum=stratum)


def stacked(counts):
    return np.stack([part.groups for part in counts.parts.values()])


def test_regions_of_strata_are_unbiased_and_covered():
    rng, toys = np.random.default_rng(3), 120
    truth, values, inside = np.array([*TRUTH, TRUTH @ WEIGHTS[:, 4]]), [], []
    for _ in range(toys):
        found = quoted_fractions(stacked(counted(*drawn(rng))), WEIGHTS, STRATA)
        values.append([quoted.interval.value for quoted in found])
        inside.append(
            [q.interval.low <= t <= q.interval.high for q, t in zip(found, truth, strict=True)]
        )
    error = np.std(values, axis=0) / np.sqrt(toys)
    assert (np.abs(np.mean(values, axis=0) - truth) < 3.5 * error).all()
    coverage = np.mean(inside, axis=0)
    assert coverage.min() > 0.90
    assert coverage.mean() < 0.99


def test_pieces_add_up_and_come_back_from_json():
    scores, clusters, stratum = drawn(np.random.default_rng(4), (300, 200))
    mixed = np.random.default_rng(5).permutation(500)
    columns = {name: values[mixed] for name, values in scores.items()}, clusters[mixed]
    parts = [
        counted(
            {name: values[a:b] for name, values in columns[0].items()},
            columns[1][a:b],
            stratum[mixed][a:b],
        )
        for a, b in pairwise((0, 1, 250, 500))
    ]
    whole = counted(scores, clusters, stratum)
    assert whole == parts[2] + parts[0] + parts[1] == whole + COUNTER.zero()
    assert COUNTER.read(json.loads(json.dumps(whole.to_json()))) == whole
    assert whole.parts["soft"].groups.sum() == 300
    other = StratifiedCounter(GroupedCounter(1, 1), ONE)
    assert other.key() != COUNTER.key()
    with pytest.raises(ConfigError) as caught:
        whole + other.zero()
    assert str(caught.value) == (
        "counts that are added must be of the strata soft, hard, not all: count samples of the "
        "same strata"
    )


def test_one_stratum_is_quoted_as_before():
    scores, clusters, _ = drawn(np.random.default_rng(6))
    groups = GroupedCounter(1, 1).count(np.zeros((30_000, 57)), scores, clusters, None).groups
    found = quoted_fractions(groups[None], np.eye(4), ONE)
    total = groups.sum(axis=1)
    for column, mine in zip(groups.T, found, strict=True):
        effect = design_effect(column, total)
        other = quoted_efficiency(int(column.sum()), int(total.sum()), effect)
        assert mine.interval.value == pytest.approx(other.interval.value, rel=1e-12)
        assert mine.interval.low == pytest.approx(other.interval.low, rel=1e-9)
        assert mine.limit == pytest.approx(other.limit, rel=1e-9)


def test_a_stratum_without_events_is_refused():
    scores, clusters, stratum = drawn(np.random.default_rng(7), (300, 200))
    with pytest.raises(ConfigError) as caught:
        quoted_fractions(stacked(counted(scores, clusters, stratum * 0)), WEIGHTS, STRATA)
    assert str(caught.value) == (
        "the counts of the regions must have events of stratum hard: draw more of it"
    )


def test_rates_know_the_errors_of_measured_probabilities():
    """Probabilities of toys scatter by a tenth around the true ones."""
    rng, toys = np.random.default_rng(8), 150
    values, covered, blind = [], [], []
    for _ in range(toys):
        hard = 0.02 * (1 + 0.1 * rng.standard_normal())
        strata = Strata(STRATA.names, (1 - hard, hard), errors=(0.1 * hard / (1 - hard), 0.1))
        groups = stacked(counted(*drawn(rng)))
        quoted, *_ = quoted_fractions(groups, WEIGHTS[:, :1], strata)
        exact, *_ = quoted_fractions(
            groups, WEIGHTS[:, :1], Strata(strata.names, strata.probabilities)
        )
        values.append(quoted.interval.value)
        covered.append(quoted.interval.low <= TRUTH[0] <= quoted.interval.high)
        blind.append(exact.interval.low <= TRUTH[0] <= exact.interval.high)
        assert quoted.effective < (0.3 * 0.02 + 0.002) ** 2 / (0.3 * 0.02 * 0.1) ** 2 * 1.2
    assert 0.92 < np.mean(covered) <= 1
    assert np.mean(blind) < 0.9
    assert np.std(values) == pytest.approx(0.3 * 0.02 * 0.1, rel=0.25)
