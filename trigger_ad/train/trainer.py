"""One epoch after the other: steps of Adam, averaged weights, and how they are judged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import TrainingError
from trigger_ad.train.checkpoint import Checkpoint
from trigger_ad.train.closure import contrasts, steer
from trigger_ad.train.criterion import Measure, measure
from trigger_ad.train.events import Events
from trigger_ad.train.flatness import PILEUP
from trigger_ad.train.history import Epoch
from trigger_ad.train.loss import Loss
from trigger_ad.train.prune import Pruning

__all__ = ["LAST_RATE", "Trainer", "TrainerState"]

#: The learning rate falls to this part of its start, along half a cosine.
LAST_RATE = 0.05

#: Part of the averaged weights that is kept in a step. Weights move together from step to step
#: by as much as the learning rate, which moves closure by a few per cent; their mean does not.
AVERAGE = 0.95

Floats = NDArray[np.float32]


@dataclass
class TrainerState:
    """Epochs so far, and the best of them.

    Parameters
    ----------
    epochs : list of Epoch
    best : int
        Index of the best epoch.
    best_weights : list of ndarray
        Of the whole model, in that epoch.
    """

    epochs: list[Epoch] = field(default_factory=list)
    best: int = 0
    best_weights: list[NDArray[Any]] = field(default_factory=list)


class Trainer:
    """A model, its optimizer and the events, between the epochs.

    Parameters
    ----------
    model : keras.Model
    loss : Loss
    pruning : Pruning
    train, validate : Events
    epochs : int
        Over which the learning rate falls.
    learning_rate : float
        At the start.
    seed : int
    copies : int
        How often each event is in `train`.
    """

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
        self.flat = tuple(
            tf.Variable(tf.zeros(len(loss.expressions)))
            for _ in range(2 if self.settings.pileup.weight else 0)
        )
        self.averages = [tf.Variable(variable) for variable in model.trainable_variables]
        self._step = tf.function(self._gradient_step, autograph=False)
        self._scores = tf.function(self._score, autograph=False)
        self._costs = tf.function(self._cost, autograph=False)

    def epoch(self, index: int) -> Epoch:
        """Train on all events once, in an order that follows from seed and epoch."""
        import tensorflow as tf

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
            weights = self.train.weights_of(rows)
            values = np.asarray(self._step([x, *self._noise(draw)], offset, targets, weights))
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
        weights, seen_weights = self.validate.weights, self.train.weights
        pileup = self.validate.targets.get(PILEUP)
        return measure(
            scores,
            self.loss.units,
            self.settings,
            seen,
            costs,
            weights=weights,
            pileup=None if pileup is None else pileup[:, 0].astype(np.float64),
            seen_weights=None if seen_weights is None else seen_weights[: self.seen],
        )

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

    def save(self, path: Path, key: str, state: TrainerState) -> None:
        """Write the state after an epoch."""
        Checkpoint(
            tuple(state.epochs),
            state.best,
            [np.asarray(one) for one in self._steered],
            [np.asarray(average) for average in self.averages],
            self.model.get_weights(),
            [np.asarray(variable) for variable in self.optimizer.variables],
            state.best_weights,
        ).save(path, key)

    def restore(self, saved: Checkpoint) -> TrainerState:
        """Go back to the state after an epoch."""
        self.model.set_weights(saved.weights)
        for variable, value in zip(self.optimizer.variables, saved.optimizer, strict=True):
            variable.assign(value)
        for variable, value in zip(self._steered, saved.multipliers, strict=True):
            variable.assign(value)
        for variable, value in zip(self.averages, saved.averages, strict=True):
            variable.assign(value)
        return TrainerState(list(saved.epochs), saved.best, saved.best_weights)

    @property
    def _steered(self) -> tuple[Any, ...]:
        """Multipliers and what they remember."""
        return (self.multipliers, self.memory, *self.flat)

    def _rate(self, step: int) -> float:
        fall = 0.5 * (1 + math.cos(math.pi * step / self.total))
        return self.learning_rate * (LAST_RATE + (1 - LAST_RATE) * fall)

    def _gradient_step(
        self, inputs: list[Any], offset: Any, targets: dict[str, Any], weights: Any
    ) -> Any:
        import tensorflow as tf

        settings = self.settings
        with tf.GradientTape() as tape:
            outputs = self._outputs(inputs, training=True)
            terms = self.loss.terms(inputs[0], outputs, offset, targets, weights)
            loss = (
                terms.reconstruction
                + settings.disco.weight * terms.disco
                + settings.closure.weight * terms.closure
            )
            found = tf.tensordot(self.contrasts, terms.asymmetry, 2)
            if settings.closure.target is not None:
                loss += tf.reduce_sum(self.multipliers * found)
            if settings.pileup.weight:
                loss += settings.pileup.weight * tf.reduce_sum(tf.abs(terms.flatness))
            if self.flat and settings.pileup.target is not None:
                loss += tf.reduce_sum(self.flat[0] * terms.flatness)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        self.pruning.apply(variables)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign(AVERAGE * average + (1.0 - AVERAGE) * variable)
        if settings.closure.target is not None:
            steer(self.multipliers, self.memory, found, settings.closure.target)
        if self.flat and settings.pileup.target is not None:
            multipliers, memory = self.flat
            steer(multipliers, memory, terms.flatness, settings.pileup.target)
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
