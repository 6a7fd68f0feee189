"""Training of one or two scores, the same for float and for quantised networks."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Train
from trigger_ad.errors import TrainingError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import PortType
from trigger_ad.scorers.objective import Cost
from trigger_ad.train.checkpoint import Checkpoint, fingerprint
from trigger_ad.train.closure import contrasts, steer
from trigger_ad.train.criterion import Measure, measure
from trigger_ad.train.events import Events
from trigger_ad.train.history import Epoch, History
from trigger_ad.train.loss import Loss
from trigger_ad.train.prune import Pruning

__all__ = ["THREADS", "fit", "fix_order"]

#: Of TensorFlow, which adds up in an order that depends on them.
THREADS = 2

#: The learning rate falls to this part of its start, along half a cosine.
LAST_RATE = 0.05

#: Part of the averaged weights that is kept in a step. Weights move together from step to step
#: by as much as the learning rate, which moves closure by a few per cent; their mean does not.
AVERAGE = 0.95

logger = logging.getLogger(__name__)

Floats = NDArray[np.float32]
Progress = Callable[[int, int, Epoch], None]


def fix_order() -> None:
    """Make TensorFlow give the same bits on a machine with any number of cores.

    To be called before anything else of TensorFlow in a process; once TensorFlow has started,
    it keeps the threads that it has.
    """
    import tensorflow as tf

    # Of the process, and the price of the same bits from the same seed.
    tf.config.experimental.enable_op_determinism()
    threading = tf.config.threading
    try:
        threading.set_intra_op_parallelism_threads(THREADS)
        threading.set_inter_op_parallelism_threads(THREADS)
    except RuntimeError:
        logger.info("TensorFlow has started already, with the threads that it found")


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

    Returns
    -------
    History

    Raises
    ------
    TrainingError
        If the loss stops being finite or a score collapses to one value.
    """
    fix_order()
    events = {
        name: Events(x, {port: pair[index] for port, pair in (targets or {}).items()})
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
        widths={port: out.shape[-1] for port, out in zip(ports, model.outputs, strict=True)},
    )
    pruning = Pruning(model, sparsity or {}, epochs)
    trainer = _Trainer(
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
    state = _State()
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


@dataclass
class _State:
    epochs: list[Epoch] = field(default_factory=list)
    best: int = 0
    best_weights: list[NDArray[Any]] = field(default_factory=list)


class _Trainer:
    """A model, its optimizer and the events, between the epochs."""

    def __init__(
        self,
        model: Any,
        loss: Loss,
        pruning: Pruning,
        train: Events,
        validate: Events,
        epochs: int,
        learning_rate: float,
        seed: int,
        copies: int,
    ) -> None:
        import keras
        import tensorflow as tf

        self.model, self.loss, self.pruning = model, loss, pruning
        self.settings = loss.settings
        self.train, self.validate = train, validate
        self.seen = len(train.x) // copies
        self.learning_rate, self.seed = learning_rate, seed
        self.batch = min(self.settings.batch, len(train.x))
        self.steps = len(train.x) // self.batch
        self.noise_sizes = [noise.shape[-1] for noise in model.inputs[1:]]
        self.total = self.steps * epochs
        self.optimizer = keras.optimizers.Adam(learning_rate)
        self.optimizer.build(model.trainable_variables)
        self.contrasts = tf.constant(contrasts(self.settings.closure))
        self.multipliers, self.memory = (
            tf.Variable(tf.zeros(len(self.contrasts))) for _ in range(2)
        )
        self.averages = [tf.Variable(variable) for variable in model.trainable_variables]
        self._step = tf.function(self._gradient_step, autograph=False)
        self._scores = tf.function(self._score, autograph=False)
        self._costs = tf.function(self._cost, autograph=False)

    def epoch(self, index: int) -> Epoch:
        """Train on all events once, in an order that follows from seed and epoch."""
        import tensorflow as tf

        begin = time.monotonic()
        self.prune(index)
        draw = np.random.default_rng((self.seed, index))
        order = draw.permutation(len(self.train.x))
        sums = np.zeros(4)
        for step in range(self.steps):
            rate = self._rate(index * self.steps + step)
            self.optimizer.learning_rate.assign(rate)
            rows = order[step * self.batch : (step + 1) * self.batch]
            offset = tf.constant(draw.uniform(), tf.float32)
            x, targets = self.train[rows]
            values = np.asarray(self._step([x, *self._noise(draw)], offset, targets))
            if not np.isfinite(values).all():
                raise TrainingError(
                    f"the loss in epoch {index + 1}",
                    "must be finite",
                    values[0],
                    "lower train.learning_rate",
                )
            sums += values
        judged = self.judge()
        means = [float(value) for value in sums / self.steps]
        return Epoch(
            loss=means[0],
            reconstruction=means[1],
            disco=means[2],
            closure=means[3],
            multiplier=float(np.mean(np.abs(self.multipliers))),
            learning_rate=rate,
            validate_reconstruction=judged.reconstruction,
            validate_disco=judged.disco,
            validate_closure=judged.closure,
            criterion=judged.criterion,
            seconds=time.monotonic() - begin,
        )

    def prune(self, index: int) -> None:
        """Set the smallest weights to 0, as many as an epoch must have."""
        self.pruning.grow(index, self.model.trainable_variables, self.averages)

    def judge(self) -> Measure:
        """Quality of the averaged weights."""
        with self._averaged():
            count = len(self.validate.x)
            scores = self._all(self._scores, self.validate, count)
            costs = self._all(self._costs, self.validate, count) if self.loss.costs else None
            seen = self._all(self._scores, self.train, self.seen) if len(scores) > 1 else None
        return measure(scores, self.loss.units, self.settings, seen, costs)

    def _all(self, function: Any, events: Events, count: int) -> list[NDArray[np.float64]]:
        """Scores or costs of the first events, latent vectors at their mean."""
        parts = []
        for rows in np.array_split(np.arange(count), -(-count // 16_384)):
            x, targets = events[rows[0] : rows[-1] + 1]
            noise = [np.zeros((len(rows), size), np.float32) for size in self.noise_sizes]
            parts.append([np.asarray(part) for part in function([x, *noise], targets)])
        return [np.concatenate(one).astype(np.float64) for one in zip(*parts, strict=True)]

    def _noise(self, draw: np.random.Generator) -> list[Floats]:
        shapes = [(self.batch, size) for size in self.noise_sizes]
        return [draw.standard_normal(shape, dtype=np.float32) for shape in shapes]

    def weights(self) -> list[NDArray[Any]]:
        """All weights of the model, the trained ones averaged."""
        with self._averaged():
            return list(self.model.get_weights())

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        variables = self.model.trainable_variables
        present = [np.asarray(variable).copy() for variable in variables]
        for variable, average in zip(variables, self.averages, strict=True):
            variable.assign(average)
        try:
            yield
        finally:
            for variable, value in zip(variables, present, strict=True):
                variable.assign(value)

    def save(self, path: Path, key: str, state: _State) -> None:
        """Write the state after an epoch."""
        Checkpoint(
            tuple(state.epochs),
            state.best,
            [np.asarray(self.multipliers), np.asarray(self.memory)],
            [np.asarray(average) for average in self.averages],
            self.model.get_weights(),
            [np.asarray(variable) for variable in self.optimizer.variables],
            state.best_weights,
        ).save(path, key)

    def restore(self, saved: Checkpoint) -> _State:
        """Go back to the state after an epoch."""
        self.model.set_weights(saved.weights)
        for variable, value in zip(self.optimizer.variables, saved.optimizer, strict=True):
            variable.assign(value)
        for variable, value in zip((self.multipliers, self.memory), saved.multipliers, strict=True):
            variable.assign(value)
        for variable, value in zip(self.averages, saved.averages, strict=True):
            variable.assign(value)
        return _State(list(saved.epochs), saved.best, saved.best_weights)

    def _rate(self, step: int) -> float:
        fall = 0.5 * (1 + math.cos(math.pi * step / self.total))
        return self.learning_rate * (LAST_RATE + (1 - LAST_RATE) * fall)

    def _gradient_step(self, inputs: list[Any], offset: Any, targets: dict[str, Any]) -> Any:
        import tensorflow as tf

        settings = self.settings
        with tf.GradientTape() as tape:
            outputs = self._outputs(inputs, training=True)
            terms = self.loss.terms(inputs[0], outputs, offset, targets)
            loss = (
                terms.reconstruction
                + settings.disco.weight * terms.disco
                + settings.closure.weight * terms.closure
            )
            found = tf.tensordot(self.contrasts, terms.asymmetry, 2)
            if settings.closure.target is not None:
                loss += tf.reduce_sum(self.multipliers * found)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        self.pruning.apply(variables)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign(AVERAGE * average + (1.0 - AVERAGE) * variable)
        if settings.closure.target is not None:
            steer(self.multipliers, self.memory, found, settings.closure.target)
        return tf.stack([loss, terms.reconstruction, terms.disco, terms.closure])

    def _score(self, inputs: list[Any], _targets: dict[str, Any]) -> Any:
        return self.loss.scores(inputs[0], self._outputs(inputs, training=False))

    def _cost(self, inputs: list[Any], targets: dict[str, Any]) -> Any:
        outputs = self._outputs(inputs, training=False)
        relative = self.loss.relative(inputs[0], outputs)
        return self.loss.costs_of(inputs[0], outputs, targets, relative)

    def _outputs(self, inputs: list[Any], training: bool) -> list[Any]:
        outputs = self.model(inputs if len(inputs) > 1 else inputs[0], training=training)
        return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _key(loss: Loss, trainer: _Trainer, epochs: int, learning_rate: float, seed: int) -> str:
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
        for array in (events.x, *events.targets.values())
    ]
    return fingerprint(description, [*arrays, *trainer.model.get_weights()])
