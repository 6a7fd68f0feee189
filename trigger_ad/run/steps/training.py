"""A training on the splits of a run, with its checkpoint and progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.features.symmetry import augment
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.enough import require_batch
from trigger_ad.run.folder.teaching import Lessons, students_of
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.learned import learned_scores
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.train import environment, loop
from trigger_ad.train.companions import attach
from trigger_ad.train.flatness import PILEUP
from trigger_ad.train.history import Epoch, History

__all__ = ["fit"]


def fit(
    context: Context,
    scorer: Scorer[Any],
    settings: ScorerSettings,
    start: FloatModel,
    build: Callable[[], Any],
    data: Dataset,
    *,
    epochs: int,
    learning_rate: float,
    seed: int,
    sparsity: Mapping[str, float] | None = None,
) -> tuple[Any, History]:
    """Train a Keras model on the train split, chosen on the validate split.

    Parameters
    ----------
    context : Context
    scorer : Scorer
    settings : ScorerSettings
        Of the scorer.
    start : FloatModel
        Weights from which the training starts, companions included.
    build : callable
        Gives the ``keras.Model`` with these weights, float or QKeras, one output for each branch.
    data : Dataset
    epochs : int
    learning_rate : float
    seed : int
    sparsity : mapping of str to float, optional
        Part of the kernel of a layer that is to be 0, by name.

    Returns
    -------
    model : keras.Model
        With the weights of its best epoch.
    history : History
    """

    def progress(index: int, total: int, epoch: Epoch) -> None:
        note = f"epoch {index + 1}/{total}, loss {epoch.loss:.4f}, chosen by {epoch.criterion:.4f}"
        context.progress((index + 1) / (total + 1), note)

    train = context.config.train
    objective = scorer.objective(settings, data.reading.size)
    environment.start()
    ports = [branch.name for branch in start.branches]
    model = attach(build(), ports, objective, start.weights)
    learned = data.words(BACKGROUND, "train")
    require_batch(len(learned), context.config)
    words = augment(learned, data.layout, train.copies, seed)
    judged = data.words(BACKGROUND, "validate")
    history = loop.fit(
        model,
        learned_scores(scorer.expressions(settings), ports),
        (*ports, *(companion.branch.name for companion in objective.companions)),
        data.as_inputs(words),
        data.as_inputs(judged),
        train,
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        progress=progress,
        checkpoint=context.checkpoint,
        copies=train.copies,
        sparsity=sparsity,
        costs=objective.costs,
        targets=_targets(context, settings, data, words, judged),
        weights=_weights(data, train.copies),
    )
    return model, history


def _weights(data: Dataset, copies: int) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """How much events to train with and to be judged by count, if not alike."""
    learned, judged = data.weights("train"), data.weights("validate")
    if learned is None or judged is None:
        return None
    return np.tile(learned, copies), judged


def _targets(
    context: Context,
    settings: ScorerSettings,
    data: Dataset,
    words: NDArray[np.int32],
    judged: NDArray[np.int32],
) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """What students learn, and pile-up where it is in the loss, of both groups of events."""
    found = _pileup(context, data)
    if not students_of(settings):
        return found
    lessons = Lessons(context.folder, settings, data)
    context.progress(0.0, "what the teachers say")
    both = lessons.targets(words), lessons.targets(judged)
    return found | {port: (both[0][port], both[1][port]) for port in both[0]}


def _pileup(
    context: Context, data: Dataset
) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Pile-up of events to train with and to be judged by, if it is in the loss."""
    train = context.config.train
    if not train.pileup.weight:
        return {}
    learned, judged = (data.pileup(BACKGROUND, split) for split in ("train", "validate"))
    if learned is None or judged is None or min(learned.min(), judged.min()) < 0:
        raise ConfigError(
            "key 'train.pileup.weight'",
            "must be 0 where the files do not know the pile-up of every event",
            train.pileup.weight,
            "leave it out, or give files with pile-up",
        )
    column = np.tile(learned, train.copies).astype(np.float32)[:, None]
    return {PILEUP: (column, judged.astype(np.float32)[:, None])}
