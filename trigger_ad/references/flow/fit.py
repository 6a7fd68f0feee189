"""Training of a flow, epoch by epoch, to be gone on with after a kill."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, TrainingError
from trigger_ad.references.flow.model import Flow, initial, log_density
from trigger_ad.references.flow.settings import Settings
from trigger_ad.train import environment
from trigger_ad.train.checkpoint import fingerprint, load_groups, save_groups
from trigger_ad.train.trainer import LAST_RATE

__all__ = ["Epoch", "fit"]

SCHEMA = "flow_checkpoint/1"

#: What is kept between two epochs: lists of arrays, and histories.
GROUPS, LOSSES = ("weights", "first", "second", "kept"), ("loss", "validate_loss")

#: Of Adam (Kingma and Ba, ICLR 2015), with the constant of Keras in the denominator.
FIRST, SECOND, EPSILON = 0.9, 0.999, 1e-7

Floats = NDArray[np.float32]
Tensor = Any


@dataclass(frozen=True)
class Epoch:
    """One epoch of a training.

    Parameters
    ----------
    loss, validate_loss : float
        Mean of ``-log p`` per event in nats, the inputs with noise: over the steps, and after
        them. It is an upper bound of the mean of minus the logarithm of the probability that
        the flow gives to the cells of the grid (Theis, van den Oord and Bethge, ICLR 2016).
    learning_rate : float
        At the end.
    seconds : float
        Wall time.
    """

    loss: float
    validate_loss: float
    learning_rate: float
    seconds: float


def fit(
    settings: Settings,
    x_train: Floats,
    x_validate: Floats,
    *,
    seed: int,
    progress: Callable[[int, int, Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> Flow:
    """Train a flow and keep the weights of its best epoch, judged on the validate events.

    Inputs on a grid have no density. Each is spread evenly over its cell, half a step to both
    sides, with new noise in every epoch for training and the same in all epochs for validation.

    Parameters
    ----------
    settings : Settings
    x_train, x_validate : ndarray (n_events, n_in) of float32
        Inputs on the grid.
    seed : int
        Of permutations, starting weights, noise and the order of events.
    progress : callable, optional
        Called after every epoch with its index, the number of epochs, and its record.
    checkpoint : Path, optional
        File that is written after every epoch. Where it is of the same training, that training
        goes on from it, to the same bits.

    Returns
    -------
    Flow

    Raises
    ------
    TrainingError
        If the loss stops being finite.
    ConfigError
        If there are no events.
    """
    for name, x in (("x_train", x_train), ("x_validate", x_validate)):
        if not len(x):
            raise ConfigError(name, "must have events", None, "give a larger sample")
    environment.start()
    flow = initial(settings, x_train, seed)
    trainer = _Trainer(flow, x_train, x_validate, seed)
    key = ""
    if checkpoint:
        description = {"settings": settings.to_json(), "seed": seed}
        key = fingerprint(description, [x_train, x_validate])
        trainer.restore(checkpoint, key)
    while len(trainer.loss) < settings.epochs:
        record = trainer.epoch()
        if checkpoint:
            trainer.save(checkpoint, key)
        if progress:
            progress(len(trainer.loss) - 1, settings.epochs, record)
    return replace(flow, weights=tuple(trainer.kept))


class _Trainer:
    """All that the next epoch depends on; random draws follow from seed and epoch alone."""

    def __init__(self, flow: Flow, x_train: Floats, x_validate: Floats, seed: int) -> None:
        self.flow, self.settings, self.seed = flow, flow.settings, seed
        self.x_train, self.x_validate = x_train, x_validate
        self.batch = min(self.settings.batch, len(x_train))
        self.weights = list(flow.weights)
        self.first = [np.zeros_like(array) for array in flow.weights]
        self.second = [np.zeros_like(array) for array in flow.weights]
        self.kept = self.weights
        self.loss: list[float] = []
        self.validate_loss: list[float] = []

    def epoch(self) -> Epoch:
        """Train on all events once and judge."""
        begin, index = time.monotonic(), len(self.loss)
        loss, rate = self._train(index)
        judged = self._judge() if math.isfinite(loss) else loss
        if not math.isfinite(judged):
            raise TrainingError(
                f"the loss of the flow in epoch {index + 1}",
                "must be finite",
                judged,
                "lower flow.learning_rate",
            )
        if judged < min(self.validate_loss, default=math.inf):
            self.kept = self.weights
        self.loss.append(loss)
        self.validate_loss.append(judged)
        return Epoch(loss, judged, rate, time.monotonic() - begin)

    def _train(self, index: int) -> tuple[float, float]:
        import tensorflow as tf

        draw = np.random.default_rng((self.seed, 1, index))
        order = draw.permutation(len(self.x_train))
        steps = len(order) // self.batch
        orders = tf.constant(self.flow.orders)
        state = [[tf.constant(a) for a in g] for g in (self.weights, self.first, self.second)]
        step, total = _step(self.settings), 0.0
        for number in range(steps):
            done = index * steps + number
            rate = self._rate(done / (steps * self.settings.epochs))
            # The two means of Adam start from 0; this makes up for it.
            scale = rate * math.sqrt(1 - SECOND ** (done + 1)) / (1 - FIRST ** (done + 1))
            rows = order[number * self.batch : (number + 1) * self.batch]
            z = tf.constant(self._spread(self.x_train[rows], draw))
            loss, *state = step(orders, *state, tf.constant(scale, tf.float32), z)
            total += float(loss)
        groups = ([np.asarray(array) for array in group] for group in state)
        self.weights, self.first, self.second = groups
        return total / steps - self.flow.cell, rate

    def _judge(self) -> float:
        """Mean of ``-log p`` on the validate events."""
        z = self._spread(self.x_validate, np.random.default_rng((self.seed, 2)))
        flow = replace(self.flow, weights=tuple(self.weights))
        return -float(np.mean(flow.log_densities(z)))

    def _spread(self, x: Floats, draw: np.random.Generator) -> Floats:
        """Inputs with noise, standardised."""
        noise = draw.random(x.shape, np.float32) - np.float32(0.5)
        return self.flow.standardise(x + np.float32(self.settings.lsb) * noise)

    def _rate(self, done: float) -> float:
        fall = 0.5 * (1 + math.cos(math.pi * done))
        return self.settings.learning_rate * (LAST_RATE + (1 - LAST_RATE) * fall)

    def save(self, path: Path, key: str) -> None:
        """Write the state after an epoch."""
        single = {name: np.array(getattr(self, name)) for name in LOSSES}
        save_groups(path, SCHEMA, key, {name: getattr(self, name) for name in GROUPS}, single)

    def restore(self, path: Path, key: str) -> None:
        """Go back to what `save` wrote, where that is of this training."""
        found = load_groups(path, SCHEMA, key, dict.fromkeys(GROUPS, len(self.weights)))
        if found is not None:
            groups, single = found
            for group, members in groups.items():
                setattr(self, group, members)
            self.loss, self.validate_loss = (single[name].tolist() for name in LOSSES)


@cache
def _step(settings: Settings) -> Any:
    """One step of Adam: weights and its two means in, and out again."""
    import tensorflow as tf

    def step(
        orders: Tensor,
        weights: Sequence[Tensor],
        first: Sequence[Tensor],
        second: Sequence[Tensor],
        scale: Tensor,
        z: Tensor,
    ) -> tuple[Tensor, ...]:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = -tf.reduce_mean(log_density(settings, orders, weights, z))
        gradients = tape.gradient(loss, weights)
        means = [m + (1 - FIRST) * (g - m) for m, g in zip(first, gradients, strict=True)]
        squares = [s + (1 - SECOND) * (g * g - s) for s, g in zip(second, gradients, strict=True)]
        new = [
            weight - scale * mean / (tf.sqrt(square) + EPSILON)
            for weight, mean, square in zip(weights, means, squares, strict=True)
        ]
        return loss, new, means, squares

    return tf.function(step, autograph=False)
