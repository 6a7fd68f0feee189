"""ROC figures are exact, ties included, and their intervals cover."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.statistics.sic import evaluate, roc

SCORES = st.lists(st.integers(-5, 5), min_size=1, max_size=40).map(np.array)


@given(SCORES, SCORES)
def test_auc_counts_every_pair(background, signal):
    wins = (signal[:, None] > background).sum() + 0.5 * (signal[:, None] == background).sum()
    assert roc(background, signal).auc == wins / (len(background) * len(signal))


@given(SCORES, SCORES)
def test_every_threshold(background, signal):
    curve = roc(background, signal)
    for threshold, fpr, tpr in zip(curve.thresholds, curve.fpr, curve.tpr, strict=True):
        assert fpr == (background >= threshold).mean()
        assert tpr == (signal >= threshold).mean()
        highest = curve.tpr[curve.fpr == fpr].max()
        assert curve.tpr_at(fpr) == pytest.approx(highest, abs=1e-12)
    assert curve.fpr[-1] == curve.tpr[-1] == curve.tpr_at(1.0) == 1


@given(SCORES, SCORES)
def test_only_the_order_matters(background, signal):
    fine, coarse = roc(np.exp(background / 3), np.exp(signal / 3)), roc(background, signal)
    assert fine.auc == coarse.auc
    assert roc(signal, background).auc == pytest.approx(1 - coarse.auc, abs=1e-12)


def test_interpolation_between_thresholds():
    background, signal = np.array([0, 0, 0, 1]), np.array([0, 1])
    assert roc(background, signal).tpr_at(0.125) == 0.25
    assert roc(background, signal).tpr_at([0.0, 0.25, 0.625]).tolist() == [0, 0.5, 0.75]


def test_sic_needs_twenty_background_events():
    background = np.arange(1000)
    signal = np.concatenate([np.full(50, 2000), np.full(50, 975), np.zeros(100)])
    curve = roc(background, signal)
    few = curve.background < 20
    assert np.isnan(curve.sic[few]).all()
    expected = curve.tpr[~few] / np.sqrt(curve.fpr[~few])
    assert np.allclose(curve.sic[~few], expected, rtol=1e-14)
    assert curve.sic_maximum == pytest.approx(0.5 / math.sqrt(0.025))
    assert math.isnan(roc(np.arange(19), np.arange(5)).sic_maximum)


def test_same_seed_same_intervals():
    rng = np.random.default_rng(1)
    background, signal = rng.normal(size=3000), rng.normal(1, 1, 800)
    one, two = (evaluate(background, signal, [0.01], 50, seed=9) for _ in range(2))
    assert one == two
    assert one != evaluate(background, signal, [0.01], 50, seed=10)
    assert one.auc.low < one.auc.value < one.auc.high
    assert one.auc.value == roc(background, signal).auc
    assert one.tpr_at_fpr[0.01].value == roc(background, signal).tpr_at(0.01)


def test_intervals_have_the_known_width():
    """Hanley and McNeil's variance of the area for exponential scores."""
    rng = np.random.default_rng(2)
    background, signal = rng.exponential(1, 4000), rng.exponential(2, 1000)
    auc = roc(background, signal).auc
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + 999 * (q1 - auc**2) + 3999 * (q2 - auc**2)
    width = 2 * 1.96 * math.sqrt(variance / (4000 * 1000))
    interval = evaluate(background, signal, [0.1], 400, seed=3).auc
    assert interval.high - interval.low == pytest.approx(width, rel=0.15)


@pytest.mark.parametrize("resampled", ["background", "signal"])
def test_resampled_events_widen_the_intervals(resampled):
    rng = np.random.default_rng(4)
    few, many = rng.normal(size=1000), rng.normal(1, 1, 50_000)
    repeated, clusters = np.repeat(few, 9), np.repeat(np.arange(1000), 9)
    if resampled == "background":
        samples, identities = (repeated, many), (clusters, None)
    else:
        samples, identities = (many, repeated), (None, clusters)
    plain = evaluate(*samples, [0.1], 800, 5).auc
    clustered = evaluate(*samples, [0.1], 800, 5, *identities).auc
    ratio = (clustered.high - clustered.low) / (plain.high - plain.low)
    assert ratio == pytest.approx(3, rel=0.2)


def test_two_hundred_replicas_of_a_full_sample_take_seconds():
    rng = np.random.default_rng(6)
    background = rng.normal(0, 300, 150_000).astype(int)
    signal = rng.normal(300, 300, 20_000).astype(int)
    start = time.process_time()
    evaluate(background, signal, [1e-2, 1e-3], 200, 7)
    assert time.process_time() - start < 10
