"""A training on the splits of a run, with its checkpoint and progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trigger_ad.expression import Expression
from trigger_ad.features.symmetry import augment
from trigger_ad.run.dataset import Dataset
from trigger_ad.run.engine import Context
from trigger_ad.scorers.branch import Branch
from trigger_ad.train import loop
from trigger_ad.train.history import Epoch, History

__all__ = ["fit"]


def fit(
    context: Context,
    build: Callable[[], Any],
    expressions: Mapping[str, Expression],
    branches: Sequence[Branch],
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
    build : callable
        Gives the untrained ``keras.Model``, float or QKeras, one output for each branch.
    expressions : mapping of str to Expression
    branches : sequence of Branch
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

    settings = context.config.train
    loop.fix_order()
    model = build()
    history = loop.fit(
        model,
        expressions,
        tuple(branch.name for branch in branches),
        data.as_inputs(augment(data.words("sm", "train"), data.layout, settings.copies, seed)),
        data.inputs("sm", "validate"),
        settings,
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        progress=progress,
        checkpoint=context.checkpoint,
        copies=settings.copies,
        sparsity=sparsity,
    )
    return model, history
