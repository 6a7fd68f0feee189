"""Figures of events that were drawn in strata are those of all events."""

import numpy as np
import pytest

from tests.statistics.repeated import sample
from trigger_ad.rates.staircase import diagonal_steps
from trigger_ad.statistics.auc import area
from trigger_ad.statistics.improvement import choose_cut
from trigger_ad.statistics.ranks import RankTable
from trigger_ad.statistics.sic import evaluate, roc
from trigger_ad.statistics.strata import Stratified, mean

PROBABILITIES = (0.97, 0.03)


def crossings(rng, events, share=PROBABILITIES[1]):
    """Scores of background of which a share is hard, its strata, and of a signal."""
    hard = rng.random(events) < share
    scores = rng.exponential(100, events) * np.where(hard, 6, 1)
    return scores.astype(np.int64), hard.astype(np.int64)


@pytest.fixture(scope="module")
def known():
    """A plain sample of 400,000 events, whose figures are the truth."""
    rng = np.random.default_rng(1)
    return crossings(rng, 400_000)[0], (rng.exponential(300, 3000)).astype(np.int64)


def drawn(rng, events=40_000):
    """Half of the events are hard."""
    scores, places = crossings(rng, events, 0.5)
    return scores, Stratified.of(places, PROBABILITIES)


def test_whole_weights_are_repeated_events():
    """Curves, areas, ranks and steps equal those of events that are there so often."""
    scores, second, signal, of, places = sample()
    weighted, plain = roc(scores, signal, of), roc(scores[places], signal)
    assert weighted.auc == pytest.approx(plain.auc, abs=1e-12)
    np.testing.assert_allclose(weighted.fpr, plain.fpr, atol=1e-12)
    np.testing.assert_allclose(weighted.tpr_at([0.01, 0.1]), plain.tpr_at([0.01, 0.1]), atol=1e-12)
    assert roc(scores, signal).auc != pytest.approx(plain.auc, abs=0.01)
    clusters = np.arange(len(scores)), np.arange(len(signal))
    assert area(scores, signal, *clusters, of).value == pytest.approx(plain.auc, abs=1e-12)

    table, whole = RankTable.of(scores, of), RankTable.of(scores[places])
    np.testing.assert_allclose(table.rank(signal) / 2**52, whole.rank(signal) / len(places))

    steps, all_steps = (
        diagonal_steps(scores, second, drawn=of),
        diagonal_steps(scores[places], second[places]),
    )
    for mine, theirs in zip(steps.thresholds, all_steps.thresholds, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    scale = len(scores) / len(places)
    np.testing.assert_allclose(steps.total, all_steps.total * scale)
    untaken = (scores % 3) / 2
    pure = diagonal_steps(scores, second, untaken, of).pure
    np.testing.assert_allclose(
        pure, diagonal_steps(scores[places], second[places], untaken[places]).pure * scale
    )


def test_a_sample_in_strata_gives_the_figures_of_all_events(rng, known):
    truth, signal = known
    scores, of = drawn(rng)
    exact = roc(truth, signal)
    found = evaluate(scores, signal, (0.01, 0.001), 40, 3, drawn=of)
    assert found.auc.low < exact.auc < found.auc.high
    for fpr, interval in found.tpr_at_fpr.items():
        assert interval.low < exact.tpr_at(fpr) < interval.high
    worth = len(scores) * 0.5 / PROBABILITIES[1]  # hard events alone, of which half of these are
    trials = roc(scores, signal, of).trials(np.array([0.001, 1.0]))
    assert trials == pytest.approx([worth, len(scores)], rel=0.05)
    assert roc(truth, signal).trials(np.array([0.001])) == [len(truth)]
    alike = evaluate(scores, signal, (0.01, 0.001), 2, 3)
    assert alike.auc.value < exact.auc - 0.1
    assert alike.tpr_at_fpr[0.01].value < 0.8 * exact.tpr_at(0.01)
    interval = area(scores, signal, np.arange(len(scores)), np.arange(len(signal)), of)
    assert interval.high - interval.low == pytest.approx(found.auc.high - found.auc.low, rel=0.4)
    assert interval.value == pytest.approx(found.auc.value, abs=1e-12)


def test_a_rare_stratum_makes_the_tail_exact(rng, known):
    """A cut at one in 10,000 has 4 of 40,000 plain events, and here what 50 are worth."""
    truth, _ = known
    scores, of = drawn(rng)
    other, of_other = drawn(rng)
    clusters = np.arange(len(other))
    cut = choose_cut(scores, other, 1e-4, clusters, (of, of_other))
    assert cut.split == "threshold"
    assert cut.background.low < np.mean(truth >= cut.threshold) < cut.background.high
    assert cut.background.value == pytest.approx(1e-4, rel=0.3)
    assert cut.background.low > 0.7e-4
    assert of_other.effective(other >= cut.threshold) > 50
    plain = choose_cut(truth[:40_000], truth[40_000:80_000], 1e-4, clusters)
    assert plain is None
    few = other[:100], Stratified.of(of_other.places[:100], PROBABILITIES)
    assert choose_cut(*[few[0]] * 2, 1e-4, clusters[:100], (few[1], few[1])) is None


def test_errors_are_those_of_repeated_draws():
    """Of means and areas, with clusters of two events within strata."""
    rng = np.random.default_rng(5)
    signal = rng.exponential(300, 20_000).astype(np.int64)
    found = []
    for _ in range(100):
        scores, places = crossings(rng, 1000, 0.4)
        order = np.argsort(places, kind="stable")
        twice = np.repeat(order, 2)
        of = Stratified.of(places[twice], PROBABILITIES, clusters=twice)
        values = (scores[twice] > 300).astype(np.float64)
        ends = area(scores[twice], signal, twice, np.arange(len(signal)), of)
        found.append((of.mean(values), of.variance(values), ends.value, ends.high - ends.low))
    means, variances, areas, widths = np.array(found).T
    assert np.sqrt(variances.mean()) == pytest.approx(means.std(), rel=0.2)
    assert widths.mean() / (2 * 1.96) == pytest.approx(areas.std(), rel=0.2)


def test_clusters_are_drawn_within_strata(rng):
    places = np.array([0, 0, 0, 0, 1, 1])
    of = Stratified.of(places, (0.9, 0.1), np.array([7, 7, 9, 8, 7, 7]))
    np.testing.assert_array_equal(of.clusters, [0, 0, 2, 1, 0, 0])
    for _ in range(20):
        times = of.times_drawn(rng)
        assert times[0] == times[1]
        assert times[1:4].sum() == 3
        assert times[4] == times[5] == 1
        assert of.replica_mean(places.astype(np.float64), rng) == pytest.approx(0.1)
    assert of.mean(places) == pytest.approx(0.1) == pytest.approx(mean(places, of))
    assert mean(places, None) == pytest.approx(1 / 3)
    np.testing.assert_array_equal(of.first(3), [0, 1, 4])
    assert of.taken(of.first(3)).events.tolist() == [2, 1]
