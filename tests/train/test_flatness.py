"""Rates that must not follow pile-up: a planted slope, and a training that flattens it."""

import numpy as np
import pytest

from trigger_ad.ir.expression import port
from trigger_ad.layers.architecture import chain
from trigger_ad.sections.train import Train
from trigger_ad.train import loop, network
from trigger_ad.train.flatness import PILEUP, hard_slopes, slopes

KEPT = np.array([0.7, 0.9], np.float32)


def planted(slope, events=200_000, seed=1):
    """Scores whose rate above any cut in the tail changes by `slope` for each deviation of z."""
    rng = np.random.default_rng(seed)
    z = rng.choice([-1.0, 1.0], events)
    score = np.where(rng.random(events) < 0.2 * (1 + slope * z), 3.0, 0.0) + rng.random(events)
    return score, 60 + 8 * z


@pytest.mark.parametrize("slope", [0.0, 0.3, -0.5])
def test_a_planted_slope_is_found(slope):
    score, pileup = planted(slope)
    hard = hard_slopes(score, pileup, np.array([0.85, 0.95]))
    assert hard == pytest.approx(np.full(2, slope), abs=0.02)


def test_soft_cuts_give_that_of_hard_ones_and_weights_count():
    import tensorflow as tf

    score, pileup = planted(0.4)
    weights = np.where(pileup > 60, 0.5, 1.5)
    given = [tf.constant(values, tf.float32) for values in (score, pileup)]
    for counts in (None, weights):
        tensor = None if counts is None else tf.constant(counts, tf.float32)
        soft = slopes(*given, tf.constant(KEPT), 0.02, tensor)
        assert np.asarray(soft) == pytest.approx(hard_slopes(score, pileup, KEPT, counts), abs=0.02)


@pytest.fixture(scope="module")
def events():
    """Three numbers: one that tells nothing of pile-up, one that does, and noise."""
    rng = np.random.default_rng(3)
    pileup = rng.poisson(60, 6000).astype(np.float32)
    signal = rng.exponential(1.0, 6000)
    soft = rng.exponential(1.0, 6000) * (pileup / 60) ** 4
    x = np.stack([signal, soft, rng.exponential(0.2, 6000)], axis=1).astype(np.float32)
    return x, pileup[:, None]


def trained(events, weight):
    """Slopes of the score of an autoencoder after a training."""
    x, pileup = events
    start = network.initial((chain("ae", (3, 2, 3), (True, False), bias=True),), 1, ())
    model = network.build_from(start)
    score = port("input").subtract(port("ae")).absolute().sum()
    settings = Train.model_validate(
        {"batch": 1000, "copies": 1, "pileup": {"weight": weight, "target": 0.02}}
    )
    targets = {PILEUP: (pileup[:4000], pileup[4000:])} if weight else None
    loop.fit(
        model,
        {"score": score},
        ("ae",),
        x[:4000],
        x[4000:],
        settings,
        epochs=30,
        learning_rate=0.01,
        seed=1,
        targets=targets,
    )
    found = np.abs(x - model.predict(x, verbose=0)).sum(axis=1)
    return hard_slopes(found, pileup[:, 0], KEPT)


def test_the_term_flattens_the_rate(events):
    free, held = trained(events, 0.0), trained(events, 3.0)
    assert free.mean() > 0.15
    assert np.abs(held).mean() < 0.5 * free.mean()
