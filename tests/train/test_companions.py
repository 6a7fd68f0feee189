"""Networks of training only: trained with the others, judged at the mean, never in the firmware."""

import numpy as np
import pytest

from tests.train.test_loop import TRAIN, V, X, same
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.svdd import Svdd
from trigger_ad.scorers.table import find
from trigger_ad.scorers.vae import Vae
from trigger_ad.train.companions import attach
from trigger_ad.train.loop import fit
from trigger_ad.train.network import build_from, extract, initial, predict

VAE = Vae(hidden=(8,), latent=3)
SETTINGS = Pair(members=(VAE, Svdd(hidden=(8,), bias=False)))


def start(seed=1):
    scorer = find("pair")
    companions = tuple(part.branch for part in scorer.objective(SETTINGS, 57).companions)
    return initial(scorer.branches(SETTINGS, 57), seed, companions)


def train(epochs=3, **options):
    scorer, first = find("pair"), start()
    objective = scorer.objective(SETTINGS, 57)
    ports = [branch.name for branch in first.branches]
    model = attach(build_from(first), ports, objective, first.weights)
    history = fit(
        model,
        scorer.expressions(SETTINGS),
        (*ports, *(branch.name for branch in first.companions)),
        X,
        V,
        TRAIN,
        epochs=epochs,
        learning_rate=1e-2,
        seed=1,
        costs=objective.costs,
        **options,
    )
    return model, history


def test_training_lowers_the_cost_and_moves_the_companions():
    model, history = train(10)
    assert history.epochs[-1].validate_reconstruction < history.epochs[0].validate_reconstruction
    first = start()
    found = extract(model, first.branches, first.companions)
    moved = [not np.array_equal(found.weights[n], first.weights[n]) for n in found.weights]
    assert all(moved)


def test_the_same_seed_gives_the_same_bits_and_a_killed_training_goes_on(tmp_path):
    (one, first), (two, second) = train(), train()
    assert same(one, two)
    assert first == second

    class KilledError(Exception):
        pass

    def kill(index, count, epoch):
        raise KilledError

    with pytest.raises(KilledError):
        train(checkpoint=tmp_path / "c.npz", progress=kill)
    resumed, _ = train(checkpoint=tmp_path / "c.npz")
    assert same(one, resumed)


def test_latent_vectors_are_drawn_around_the_mean():
    first = start()
    objective = find("pair").objective(SETTINGS, 57)
    model = attach(build_from(first), [b.name for b in first.branches], objective, first.weights)
    x = X[:8]
    at_mean, moved = (model([x, np.full((8, 3), noise, np.float32)]) for noise in (0, 1))
    own = predict(first, x)
    for port, branch in enumerate(first.branches):
        assert np.asarray(at_mean[port]) == pytest.approx(own[branch.name], abs=1e-4)
    logvar, decoder = (FloatModel((branch,), first.weights) for branch in first.companions)
    spread = np.exp(0.5 * np.clip(predict(logvar, x)["logvar1"], -8, 8))
    for outputs, latent in ((at_mean, own["mu1"]), (moved, own["mu1"] + spread)):
        expected = predict(decoder, latent.astype(np.float32))["decoder1"]
        assert np.asarray(outputs[3]) == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_the_companions_are_in_the_file_but_not_in_the_networks(tmp_path):
    first = start()
    first.save(tmp_path / "float.npz")
    loaded = FloatModel.load(tmp_path / "float.npz")
    assert loaded.companions == first.companions
    assert [branch.name for branch in loaded.branches] == ["mu1", "svdd2"]
    assert set(predict(loaded, X[:4])) == {"mu1", "svdd2"}
