"""Training of one or two scores, the same for float and for quantised networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import PortType
from trigger_ad.scorers.objective import Cost
from trigger_ad.sections.train import Train
from trigger_ad.train import environment
from trigger_ad.train.checkpoint import Checkpoint, fingerprint
from trigger_ad.train.events import Events
from trigger_ad.train.history import Epoch, History
from trigger_ad.train.loss import Loss
from trigger_ad.train.prune import Pruning
from trigger_ad.train.trainer import Trainer, TrainerState

__all__ = ["fit"]


Floats = NDArray[np.float32]
Progress = Callable[[int, int, Epoch], None]


def fit(
    model: Any,
    expressions: Mapping[str, Expression],
    ports: tuple[str, ...],
    x_train: Floats,
    x_validate: Floats,
    settings: Train,
    *,
    epochs: int,
    learning_rate: float,
    seed: int,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    types: Mapping[str, PortType] | None = None,
    copies: int = 1,
    sparsity: Mapping[str, float] | None = None,
    costs: Mapping[str, tuple[Cost, ...]] | None = None,
    targets: Mapping[str, tuple[Floats, Floats]] | None = None,
    weights: tuple[Floats, Floats] | None = None,
) -> History:
    """Train a model in place and leave it with the weights of its best epoch.

    Adam on ``cost + lambda DisCo^2 + w closure`` (`loss.Loss`), with a learning
    rate that falls along half a cosine. The weights of an epoch are their running mean over
    the last steps (Polyak and Juditsky, SIAM J. Control Optim. 30, 838 (1992)), judged on the
    validate split, their closure on train and validate (`criterion.measure`). With
    ``settings.closure.target`` multipliers are added to the closure term (`closure.steer`). With
    `sparsity` weights are pruned (`prune.Pruning`), and the epoch is one at full sparsity.

    Parameters
    ----------
    model : keras.Model
        A list of outputs; float or QKeras. Inputs after the first are normal numbers, drawn
        anew in each step and 0 when the model is judged.
    expressions : mapping of str to Expression
        One or two scores over the port ``input`` and `ports`.
    ports : tuple of str
        Ports of the model's outputs, in order.
    x_train, x_validate : ndarray (n_events, 57) of float32
        Inputs of the networks.
    settings : Train
        Batch, patience and terms of the loss; its epochs and learning rate are not read.
    epochs : int
    learning_rate : float
        At the start.
    seed : int
        Of the order of events and of the cuts of the closure term.
    progress : callable, optional
        Called after every epoch with its index, the number of epochs, and its record.
    checkpoint : Path, optional
        File that is written after every epoch. Where it is of the same training, that
        training goes on from it, to the same bits.
    types : mapping of str to PortType, optional
        For scores on integers, see `expression.render`.
    copies : int
        How often each event is in `x_train`; the first part of it are the events themselves.
    sparsity : mapping of str to float, optional
        Part of a layer's kernel that is to be exactly 0, by name of the layer.
    costs : mapping of str to tuple of Cost, optional
        What is lowered for a score, where that is not the score.
    targets : mapping of str to (ndarray (n_train, 1), ndarray (n_validate, 1)), optional
        What students learn, by port, in float32.
    weights : (ndarray (n_train,), ndarray (n_validate,)), optional
        Of events that were drawn in strata, of mean 1, in float32. Losses and counts of all kinds
        are then those of weighted events. All count alike if they are not given.

    Returns
    -------
    History

    Raises
    ------
    TrainingError
        If the loss stops being finite or a score collapses to one value.
    """
    environment.start()
    events = {
        name: Events(
            x,
            {port: pair[index] for port, pair in (targets or {}).items()},
            weights[index] if weights else None,
        )
        for index, (name, x) in enumerate((("train", x_train), ("validate", x_validate)))
    }
    loss = Loss.of(
        expressions,
        ports,
        settings,
        x_train,
        types,
        costs=costs,
        targets=events["train"].targets,
        weights=events["train"].weights,
        widths={port: out.shape[-1] for port, out in zip(ports, model.outputs, strict=True)},
    )
    pruning = Pruning(model, sparsity or {}, epochs)
    trainer = Trainer(
        model,
        loss,
        pruning,
        events["train"],
        events["validate"],
        epochs,
        learning_rate,
        seed,
        copies,
    )
    state = TrainerState()
    key = _key(loss, trainer, epochs, learning_rate, seed) if checkpoint else ""
    ripe = pruning.first_full
    if checkpoint and (saved := Checkpoint.load(checkpoint, key)):
        state = trainer.restore(saved)
    while (
        len(state.epochs) < epochs
        and len(state.epochs) - 1 - max(state.best, ripe) < settings.patience
    ):
        record = trainer.epoch(len(state.epochs))
        if len(state.epochs) <= ripe or record.criterion < state.epochs[state.best].criterion:
            state.best, state.best_weights = len(state.epochs), trainer.weights()
        state.epochs.append(record)
        if checkpoint:
            trainer.save(checkpoint, key, state)
        if progress:
            progress(len(state.epochs) - 1, epochs, record)
    if state.epochs:
        model.set_weights(state.best_weights)
    else:
        trainer.prune(0)
    return History(tuple(state.epochs), state.best)


def _key(loss: Loss, trainer: Trainer, epochs: int, learning_rate: float, seed: int) -> str:
    description = {
        "settings": loss.settings.model_dump(mode="json"),
        "expressions": {name: e.to_json() for name, e in loss.expressions.items()},
        "ports": loss.ports,
        "types": repr(loss.types),
        "epochs": epochs,
        "learning_rate": learning_rate,
        "seed": seed,
        "sparsity": {str(i): part for i, part in trainer.pruning.wanted.items()},
        "costs": {
            name: [
                [(term.weight, term.expression.to_json()) for term in terms] for terms in several
            ]
            for name, several in loss.costs.items()
        },
    }
    arrays = [
        array
        for events in (trainer.train, trainer.validate)
        for array in (events.x, *events.targets.values(), events.weights)
        if array is not None
    ]
    return fingerprint(description, [*arrays, *trainer.model.get_weights()])
