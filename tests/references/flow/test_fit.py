from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from trigger_ad.errors import ConfigError, TrainingError
from trigger_ad.references.flow.fit import Epoch, fit
from trigger_ad.references.flow.settings import Settings
from trigger_ad.storage import arrays

SETTINGS = Settings(
    layers=2, hidden=(12,), knots=7, lsb=0.1, epochs=4, batch=150, learning_rate=0.01
)
LONG = replace(SETTINGS, epochs=12, batch=250, learning_rate=0.02)

#: Standard deviation of the second input around its mean, which the first one gives.
WIDTH = 0.4


def events(n, seed):
    """Two inputs on a grid: a normal one, and a parabola of it with noise."""
    draw = np.random.default_rng(seed)
    first = draw.normal(size=n)
    both = np.stack([first, first**2 + WIDTH * draw.normal(size=n)], axis=1)
    return (np.round(both / SETTINGS.lsb) * SETTINGS.lsb).astype(np.float32)


def truth(x):
    """Minus the logarithm of its density times the cell, in nats."""
    away = np.stack([x[:, 0], (x[:, 1] - x[:, 0] ** 2) / WIDTH])
    scale = np.log(2 * np.pi) + np.log(WIDTH) - 2 * np.log(SETTINGS.lsb)
    return 0.5 * np.square(away.astype(np.float64)).sum(axis=0) + scale


X, V = events(1600, 7), events(900, 8)


@cache
def whole(seed=3):
    return fit(SETTINGS, X, V, seed=seed)


def assert_same(one, other):
    for mine, its in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine, its)
    np.testing.assert_array_equal(one.orders, other.orders)


def test_a_known_density_is_learned():
    records = []
    flow = fit(LONG, events(5000, 1), V, seed=1, progress=lambda *args: records.append(args[2]))
    x = events(5000, 9)
    found, true = flow.scores(x), truth(x)
    # The mean difference is a Kullback-Leibler divergence, up to the finite sample.
    assert -0.03 < (found - true).mean() < 0.12
    assert np.abs(found - true).mean() < 0.3
    assert np.corrcoef(found, true)[0, 1] > 0.9
    independent = records[0].validate_loss
    assert records[-1].validate_loss < independent - 0.3
    assert records[-1].validate_loss == pytest.approx(found.mean(), abs=0.15)
    assert 0 < records[-1].learning_rate < 0.1 * LONG.learning_rate


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not():
    assert_same(fit(SETTINGS, X, V, seed=3), whole())
    assert (whole(seed=4).weights[0] != whole().weights[0]).any()


class KilledError(Exception):
    pass


def killed(settings, epoch, path, seed=3, x=X):
    def kill(index, epochs, record):
        assert epochs == settings.epochs
        assert isinstance(record, Epoch)
        if index == epoch:
            raise KilledError

    with pytest.raises(KilledError):
        fit(settings, x, V, seed=seed, progress=kill, checkpoint=path)


@pytest.mark.parametrize("epoch", [0, 2, 3])
def test_a_killed_training_goes_on_to_the_same_bits(tmp_path, epoch):
    path = tmp_path / "flow.npz"
    killed(SETTINGS, epoch, path)
    seen = []
    again = fit(
        SETTINGS, X, V, seed=3, progress=lambda *args: seen.append(args[0]), checkpoint=path
    )
    assert seen == list(range(epoch + 1, 4))
    assert_same(again, whole())


def test_a_checkpoint_of_another_training_or_a_broken_one_is_not_used(tmp_path):
    path = tmp_path / "flow.npz"
    killed(SETTINGS, 1, path, seed=4)
    seen = []
    fit(SETTINGS, X, V, seed=3, progress=lambda *args: seen.append(args[0]), checkpoint=path)
    assert seen == [0, 1, 2, 3]
    path.write_bytes(path.read_bytes()[:1000])
    assert_same(fit(SETTINGS, X, V, seed=3, checkpoint=path), whole())


def test_the_weights_of_the_best_epoch_are_kept(tmp_path):
    # Few events and long steps: soon the flow learns them by heart.
    settings = replace(SETTINGS, hidden=(40,), epochs=60, batch=10, learning_rate=0.05)
    records = []
    flow = fit(settings, X[:20], V, seed=3, progress=lambda *args: records.append(args[2]))
    losses = [record.validate_loss for record in records]
    best = int(np.argmin(losses))
    assert 0 < best < len(losses) - 1
    path = tmp_path / "best.npz"
    killed(settings, best, path, x=X[:20])
    _, named = arrays.load(path, "flow_checkpoint/1")
    assert losses[: best + 1] == named["validate_loss"].tolist()
    for index, array in enumerate(flow.weights):
        np.testing.assert_array_equal(array, named[f"weights{index}"])


def test_a_loss_that_is_not_finite_is_refused():
    bad = X.copy()
    bad[5, 1] = np.nan
    with pytest.raises(TrainingError) as error:
        fit(SETTINGS, bad, V, seed=3)
    assert str(error.value) == (
        "the loss of the flow in epoch 1 must be finite, not nan: lower flow.learning_rate"
    )


def test_no_events_are_refused():
    with pytest.raises(ConfigError) as error:
        fit(SETTINGS, X, V[:0], seed=3)
    assert str(error.value) == "x_validate must have events: give a larger sample"
