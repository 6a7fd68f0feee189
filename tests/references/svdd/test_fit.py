import logging
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from trigger_ad.errors import ConfigError, TrainingError
from trigger_ad.references.svdd.collapse import check
from trigger_ad.references.svdd.ensemble import Ensemble, initial, scores
from trigger_ad.references.svdd.fit import Training, fit
from trigger_ad.references.svdd.settings import Settings, SvddMember

# Dimensions below, at and above the number of values that the last layer can tell apart.
SETTINGS = Settings(
    dimensions=(2, 5, 11),
    targets=(0.0, 3.0),
    hidden=(7, 4),
    epochs=5,
    batch=300,
    learning_rate=0.01,
)
PLAIN = replace(SETTINGS, activation="relu", bias=False, targets=(1.0, 3.0), hidden=(12, 6))


def events(n, seed):
    draw = np.random.default_rng(seed)
    hidden = draw.gamma(2.0, size=(n, 4)).astype(np.float32)
    mixing = np.random.default_rng(1).normal(size=(4, 57)).astype(np.float32) / 4
    return hidden @ mixing + draw.normal(size=(n, 57)).astype(np.float32) * np.float32(0.1)


X, V = events(2100, 7), events(1200, 8)


@cache
def whole(settings=SETTINGS):
    return fit(settings, X, V, seed=3)


def assert_same(one: Ensemble, other: Ensemble, index=0):
    """Bits of all of `one`, against those of `other` from an index on."""
    for offset, weights in enumerate(one.weights):
        assert weights.keys() == other.weights[index + offset].keys()
        for name, array in weights.items():
            np.testing.assert_array_equal(array, other.weights[index + offset][name])


@pytest.mark.parametrize("settings", [SETTINGS, PLAIN])
def test_every_member_learns(settings):
    trained = whole(settings)
    assert trained.loss.shape == trained.validate_loss.shape == (5, 6)
    before = scores(initial(settings, 3), V).mean(axis=0)
    after = scores(trained.ensemble, V).mean(axis=0)
    assert (after < 0.9 * before).all()
    np.testing.assert_allclose(after, trained.validate_loss.min(axis=0), rtol=1e-4)
    assert trained.collapsed == ()


@pytest.mark.parametrize("settings", [SETTINGS, PLAIN])
@pytest.mark.parametrize("index", range(6))
def test_a_member_has_the_same_bits_alone_and_in_company(settings, index):
    alone = fit(settings, X, V, seed=3, members=(settings.members[index],))
    assert_same(alone.ensemble, whole(settings).ensemble, index)
    np.testing.assert_array_equal(alone.loss[:, 0], whole(settings).loss[:, index])


def test_threads_do_not_change_bits():
    assert_same(fit(SETTINGS, X, V, seed=3, threads=1).ensemble, whole().ensemble)


def test_another_seed_gives_other_weights():
    other = fit(SETTINGS, X, V, seed=4).ensemble
    assert (other.weights[0]["kernel0"] != whole().ensemble.weights[0]["kernel0"]).any()


class KilledError(Exception):
    pass


@pytest.mark.parametrize("epoch", [0, 2, 4])
def test_a_killed_training_goes_on_to_the_same_bits(tmp_path, epoch):
    def kill(index, epochs, record):
        assert epochs == 5
        assert np.isfinite(record.loss).all()
        if index == epoch:
            raise KilledError

    path = tmp_path / "svdd.npz"
    with pytest.raises(KilledError):
        fit(SETTINGS, X, V, seed=3, progress=kill, checkpoint=path)
    seen = []
    again = fit(
        SETTINGS, X, V, seed=3, progress=lambda *args: seen.append(args[0]), checkpoint=path
    )
    assert seen == list(range(epoch + 1, 5))
    assert_same(again.ensemble, whole().ensemble)
    np.testing.assert_array_equal(again.validate_loss, whole().validate_loss)


def test_a_checkpoint_of_another_training_or_a_broken_one_is_not_used(tmp_path):
    path = tmp_path / "svdd.npz"
    fit(replace(SETTINGS, epochs=1), X, V, seed=3, checkpoint=path)
    seen = []
    fit(SETTINGS, X, V, seed=3, progress=lambda *args: seen.append(args[0]), checkpoint=path)
    assert seen == [0, 1, 2, 3, 4]
    path.write_bytes(path.read_bytes()[:1000])
    assert_same(fit(SETTINGS, X, V, seed=3, checkpoint=path).ensemble, whole().ensemble)


def test_rates_are_halved_and_members_stop_each_on_its_own(tmp_path):
    # Events of zeros: one member has nothing to learn, the other only its last bias.
    settings = Settings(
        dimensions=(2,),
        targets=(0.0, 50.0),
        hidden=(7, 4),
        epochs=12,
        batch=300,
        learning_rate=0.01,
        halve_after=2,
        patience=5,
    )
    x = np.zeros_like(X)
    records = []

    def keep(index, epochs, record):
        records.append(record)

    trained = fit(settings, x, V * 0, seed=3, progress=keep)
    rates = np.array([record.learning_rate for record in records])
    # Target 0 is met exactly from the start; nothing can be better.
    assert rates[:6, 0].tolist() == [0.01, 0.01, 0.01, 0.005, 0.005, 0.0025]
    assert np.isnan(trained.loss[6:, 0]).all()
    assert np.isnan(rates[6:, 0]).all()
    assert np.isfinite(trained.loss[:, 1]).all()
    assert trained.loss[-1, 1] < trained.loss[0, 1]


def test_a_collapsed_member_is_named(caplog):
    # Steps so large that every hidden value is cut to 0 for all events.
    settings = replace(PLAIN, dimensions=(2,), learning_rate=30.0, bias=True)
    with caplog.at_level(logging.WARNING):
        trained = fit(settings, X, V, seed=3)
    assert trained.collapsed == (SvddMember(2, 1.0), SvddMember(2, 3.0))
    assert caplog.records[0].getMessage() == (
        "member d2_c1 has collapsed: its score hardly depends on the event (spread 0.0e+00 of "
        "the mean, output variance 0.0e+00 of that before training); train without biases and "
        "without target 0, or lower the learning rate"
    )


def test_a_trivial_solution_is_found_next_to_a_good_member():
    good = whole().ensemble
    zero = {name: np.zeros_like(array) for name, array in good.weights[1].items()}
    zero["bias2"] += np.float32(3.0)
    shrunk = {name: array.copy() for name, array in good.weights[3].items()}
    shrunk["kernel2"] *= np.float32(1e-6)
    shrunk["bias2"][:] = 3.0
    weights = (good.weights[0], zero, good.weights[2], shrunk, *good.weights[4:])
    found = check(replace(good, weights=weights), initial(SETTINGS, 3), V)
    assert [c.collapsed for c in found] == [False, True, False, True, False, False]
    assert found[3].spread > 0.1  # what is left is rounding, and spreads like a score


def test_a_loss_that_is_not_finite_is_refused():
    bad = X.copy()
    bad[5, 5] = np.nan
    with pytest.raises(TrainingError) as error:
        fit(SETTINGS, bad, V, seed=3)
    assert str(error.value) == (
        "the loss of member d2_c0 in epoch 1 must be finite, not nan: lower svdd.learning_rate"
    )
    with pytest.raises(TrainingError, match=r"d2_c3 in epoch 1 must be finite, not (inf|nan)"):
        fit(replace(SETTINGS, learning_rate=1e30), X, V, seed=3, members=(SvddMember(2, 3.0),))


def test_no_events_are_refused():
    with pytest.raises(ConfigError) as error:
        fit(SETTINGS, X, V[:0], seed=3)
    assert str(error.value) == "x_validate must have events: give a larger sample"


def test_result_is_a_record():
    assert isinstance(whole(), Training)
    assert whole().ensemble.members == SETTINGS.members
