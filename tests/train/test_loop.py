import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.config import ClosureTerm, Disco, Train
from trigger_ad.errors import SchemaError, TrainingError
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.table import find
from trigger_ad.train.criterion import log_ratios, measure
from trigger_ad.train.history import History
from trigger_ad.train.loop import fit
from trigger_ad.train.network import build
from trigger_ad.train.prune import first_full

SETTINGS = DoubleAe(hidden=(8, 3, 8))
TRAIN = Train(batch=500, patience=100, closure=ClosureTerm(cuts=3, target=0.01))


def events(n, seed=7):
    draw = np.random.default_rng(seed)
    hidden = draw.gamma(2.0, size=(n, 4)).astype(np.float32)
    mixing = np.random.default_rng(1).normal(size=(4, 57)).astype(np.float32)
    return hidden @ mixing + draw.normal(size=(n, 57)).astype(np.float32) * np.float32(0.3)


X, V = events(2000), events(1500, 8)


@cache
def whole():
    """One training that several tests compare with."""
    return train()


def train(name="double_ae", settings=TRAIN, epochs=4, seed=1, x=X, v=V, **options):
    scorer = find(name)
    branches = scorer.branches(SETTINGS, 57)
    model = build(branches, seed)
    history = fit(
        model,
        scorer.expressions(SETTINGS),
        tuple(b.name for b in branches),
        x,
        v,
        settings,
        epochs=epochs,
        learning_rate=options.pop("learning_rate", 3e-3),
        seed=seed,
        **options,
    )
    return model, history


def same(one, other):
    return all((a == b).all() for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def test_training_lowers_the_loss_and_reports_every_epoch():
    seen = []
    _, history = train(
        epochs=12, learning_rate=1e-2, progress=lambda i, n, epoch: seen.append((i, n, epoch))
    )
    assert [index for index, _, _ in seen] == list(range(12))
    assert {count for _, count, _ in seen} == {12}
    assert tuple(epoch for _, _, epoch in seen) == history.epochs
    assert history.epochs[-1].loss < history.epochs[0].loss
    assert history.epochs[-1].validate_disco < history.epochs[0].validate_disco
    assert history.best == int(np.argmin(history.column("criterion")))
    assert history.column("learning_rate") == sorted(history.column("learning_rate"), reverse=True)
    assert history.epochs[-1].multiplier > 0


def test_a_single_score_is_only_reconstructed():
    _, history = train("single_ae", epochs=10, learning_rate=1e-2)
    assert history.column("disco") == history.column("closure") == [0.0] * 10
    assert history.column("loss") == history.column("reconstruction")
    assert history.epochs[-1].validate_reconstruction < history.epochs[0].validate_reconstruction
    assert history.column("criterion") == history.column("validate_reconstruction")


def test_the_same_seed_gives_the_same_bits():
    (one, first), (again, second) = whole(), train()
    assert same(one, again)
    assert first == second
    assert not same(one, train(seed=2, epochs=1)[0])


def test_a_killed_training_goes_on_to_the_same_bits(tmp_path):
    uninterrupted, history = whole()

    class KilledError(Exception):
        pass

    def kill(index, count, epoch):
        if index == 1:
            raise KilledError

    with pytest.raises(KilledError):
        train(checkpoint=tmp_path / "c.npz", progress=kill)
    seen = []
    resumed, rest = train(
        checkpoint=tmp_path / "c.npz", progress=lambda index, *_: seen.append(index)
    )
    assert seen == [2, 3]
    assert same(uninterrupted, resumed)
    assert history == rest


def test_a_checkpoint_of_another_training_is_not_used(tmp_path):
    path, seen = tmp_path / "c.npz", []
    for other in ({}, {"seed": 2}, {"x": X + np.float32(1)}, {"learning_rate": 1e-3}):
        train(epochs=1, checkpoint=path, progress=lambda index, *_: seen.append(index), **other)
    assert seen == [0, 0, 0, 0]
    train(
        epochs=1, learning_rate=1e-3, checkpoint=path, progress=lambda index, *_: seen.append(index)
    )
    assert seen == [0, 0, 0, 0]


SPARSITY = {
    f"{name}_{i}": part for name in ("ae1", "ae2") for i, part in enumerate((0.8, 0, 0, 0.5))
}


def test_a_pruned_training_ends_with_exact_zeros_and_goes_on_to_the_same_bits(tmp_path):
    class KilledError(Exception):
        pass

    def kill(index, count, epoch):
        if index == 1:  # while masks still grow
            raise KilledError

    options = {"epochs": 8, "sparsity": SPARSITY}
    whole_model, history = train(**options)
    with pytest.raises(KilledError):
        train(checkpoint=tmp_path / "c.npz", progress=kill, **options)
    resumed, rest = train(checkpoint=tmp_path / "c.npz", **options)
    assert same(whole_model, resumed)
    assert history == rest
    for layer in whole_model.layers[1:]:
        zeros = int(np.sum(np.asarray(layer.kernel) == 0))
        assert zeros == round(SPARSITY[layer.name] * np.asarray(layer.kernel).size)


def test_the_epoch_is_chosen_among_those_at_full_sparsity():
    """Pruning harms a trained network, so the first epochs are better."""
    model, _ = train("single_ae", epochs=12, learning_rate=1e-2)
    branches, scorer = find("single_ae").branches(SETTINGS, 57), find("single_ae")
    history = fit(
        model,
        scorer.expressions(SETTINGS),
        tuple(b.name for b in branches),
        X,
        V,
        TRAIN.model_copy(update={"patience": 2}),
        epochs=20,
        learning_rate=1e-12,
        seed=1,
        sparsity={"ae_0": 0.9, "ae_3": 0.9},
    )
    criterion = history.column("criterion")
    assert first_full(20) == 7
    assert min(criterion[:7]) < min(criterion[7:])
    assert history.best == 7
    assert len(history.epochs) == 7 + 1 + 2


def test_other_masks_are_another_training(tmp_path):
    seen = []
    for part in (0.5, 0.6):
        train(
            epochs=1,
            sparsity={"ae1_0": part},
            checkpoint=tmp_path / "c.npz",
            progress=lambda index, *_: seen.append(index),
        )
    assert seen == [0, 0]


def test_no_epochs_prune_all_the_same():
    model, _ = train(epochs=0, sparsity={"ae1_0": 0.5})
    assert np.sum(np.asarray(model.get_layer("ae1_0").kernel) == 0) == 57 * 8 / 2


def test_training_stops_when_nothing_improves():
    settings = TRAIN.model_copy(update={"patience": 2, "disco": Disco(weight=0.0)})
    _, history = train("single_ae", settings, epochs=50, learning_rate=1e-12)
    assert len(history.epochs) < 50
    assert len(history.epochs) == history.best + 1 + 2


def test_the_weights_of_the_best_epoch_are_kept(tmp_path):
    model, history = train(epochs=6, learning_rate=0.05, checkpoint=tmp_path / "c.npz")
    with np.load(tmp_path / "c.npz") as file:
        kept = [file[f"best{i}"] for i in range(len(model.get_weights()))]
    assert all((a == b).all() for a, b in zip(model.get_weights(), kept, strict=True))
    assert history.epochs[history.best].criterion == min(history.column("criterion"))


def test_no_epochs_leave_the_model_alone():
    model, history = train(epochs=0)
    assert same(model, build(find("double_ae").branches(SETTINGS, 57), 1))
    assert history.epochs == ()


def test_a_loss_that_is_not_finite_stops_the_training():
    bad = X.copy()
    bad[3, 4] = np.inf
    with pytest.raises(TrainingError) as caught:
        train(x=bad)
    assert str(caught.value) == (
        "the loss in epoch 1 must be finite, not nan: lower train.learning_rate"
    )


def test_a_score_of_one_value_stops_the_training():
    constant, at_its_target = np.ones(100), np.random.default_rng(3).random(100) * 1e-6
    for score, unit in ((constant, 1.0), (at_its_target, 45.0)):
        with pytest.raises(TrainingError) as caught:
            measure([score], [unit], TRAIN)
        assert str(caught.value) == (
            "a score must differ between events, not collapsed to one value: lower "
            "train.disco.weight or train.learning_rate, widen its hidden layers, or leave out the "
            "biases of svdd"
        )
    measure([at_its_target], [1e-6], TRAIN)
    with pytest.raises(TrainingError, match="must keep every score finite, not NaN or infinity"):
        measure([np.array([1.0, np.nan])], [1.0], TRAIN)


def test_closure_is_judged_by_the_abcd_prediction():
    draw = np.random.default_rng(2)
    shared, first, second = draw.normal(size=(3, 100_000))
    ratios, errors = log_ratios(first, second, (0.05, 0.01))
    assert (np.abs(ratios) < 4 * errors).all()
    tied, _ = log_ratios(first + shared, second + shared, (0.05, 0.01))
    assert (tied < -0.5).all()  # too few predicted
    above = [v > np.quantile(v, 1 - np.sqrt(0.05)) for v in (first, second)]
    a, b = np.sum(above[0] & above[1]), np.sum(above[0] & ~above[1])
    c, d = np.sum(~above[0] & above[1]), np.sum(~above[0] & ~above[1])
    assert ratios[0] == pytest.approx(np.log(b * c / (a * d)), abs=1e-3)


@pytest.mark.parametrize("transform", ["log", "identity"])
def test_the_criterion_weighs_closure(transform):
    settings = TRAIN.model_copy(update={"transform": transform})
    draw = np.random.default_rng(2)
    shared, first, second = draw.gamma(3.0, size=(3, 20_000))
    independent = measure([first, second], [3.0, 3.0], settings)
    tied = measure([first + shared, second + shared], [6.0, 6.0], settings)
    assert independent.reconstruction == pytest.approx(2, rel=0.05)
    assert independent.closure < 0.05 < tied.closure
    assert independent.criterion < tied.criterion
    assert tied.criterion == pytest.approx(
        tied.reconstruction + 10 * tied.disco + settings.closure.weight * tied.closure
    )


def test_history_is_saved_as_json(tmp_path):
    _, history = whole()
    history.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == history
    assert json.loads((tmp_path / "history.json").read_text())["schema"] == "history/2"
    (tmp_path / "history.json").write_text('{"schema": "history/9"}')
    with pytest.raises(SchemaError, match=r"must have schema history/2, not history/9"):
        History.load(tmp_path / "history.json")


THREADS = """
from trigger_ad.train import environment
environment.fix()
import tensorflow
import test_loop

environment.start()
settings = test_loop.TRAIN.model_copy(update={"batch": 5000})
model, _ = test_loop.train(x=test_loop.events(10_000), settings=settings, epochs=1)
print(b"".join(weights.tobytes() for weights in model.get_weights()).hex())
"""


def test_the_number_of_cores_does_not_change_a_bit():
    found = set()
    for threads in ("1", "4"):
        environment = os.environ | {"TF_NUM_INTRAOP_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", THREADS],
            cwd=Path(__file__).parent,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop()) > 1000
