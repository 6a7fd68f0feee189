"""Training of all members together, epoch by epoch, to be gone on with after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from trigger_ad.errors import ConfigError, TrainingError
from trigger_ad.references.svdd.collapse import Check, check
from trigger_ad.references.svdd.ensemble import Ensemble, initial
from trigger_ad.references.svdd.settings import Settings, SvddMember
from trigger_ad.references.svdd.stack import BLOCK, Stack, losses, pack, step, unpack
from trigger_ad.train.checkpoint import fingerprint, load_groups, save_groups

__all__ = ["Epoch", "Training", "fit"]

SCHEMA = "svdd_checkpoint/1"

#: What is kept between two epochs: lists of arrays, and single ones.
GROUPS = ("weights", "first", "second", "kept")
SINGLE = ("rate", "best", "since", "loss", "validate_loss")

#: Numbers in the activations of a group of members, few enough for the cache of a core.
CACHE = 1 << 20

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Epoch:
    """One epoch of all members; NaN for those that had stopped.

    Parameters
    ----------
    loss, validate_loss : ndarray (n_members,) of float64
        Mean squared distance to the target per output: over the steps, and after them.
    learning_rate : ndarray (n_members,) of float64
    seconds : float
        Wall time.
    """

    loss: Reals
    validate_loss: Reals
    learning_rate: Reals
    seconds: float


@dataclass(frozen=True)
class Training:
    """What came out.

    Parameters
    ----------
    ensemble : Ensemble
        Each member with the weights of its best epoch.
    loss, validate_loss : ndarray (n_epochs, n_members) of float64
        See `Epoch`.
    checks : tuple of Check
        Of each member, on the validate events.
    """

    ensemble: Ensemble
    loss: Reals
    validate_loss: Reals
    checks: tuple[Check, ...]

    @property
    def collapsed(self) -> tuple[SvddMember, ...]:
        """Members whose score tells nothing."""
        return tuple(found.member for found in self.checks if found.collapsed)


def fit(
    settings: Settings,
    x_train: Floats,
    x_validate: Floats,
    *,
    seed: int,
    members: tuple[SvddMember, ...] | None = None,
    threads: int = 2,
    progress: Callable[[int, int, Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> Training:
    """Train an ensemble; all members see the same batches.

    A member's learning rate is halved, and later the member stops, when its loss does not fall
    for some epochs (arXiv:2106.10164, section 2); the loss is that of the validate events, and
    the weights of its best epoch are kept. The weights of a member have the same bits for any
    number of threads, and when it is trained alone.

    Parameters
    ----------
    settings : Settings
    x_train, x_validate : ndarray (n_events, n_in) of float32
        Inputs of the networks.
    seed : int
        Of starting weights and of the order of events.
    members : tuple of SvddMember, optional
        Some of the settings' instead of all.
    threads : int
    progress : callable, optional
        Called after every epoch with its index, the largest number of epochs, and its record.
    checkpoint : Path, optional
        File that is written after every epoch. Where it is of the same training, that training
        goes on from it, to the same bits.

    Returns
    -------
    Training

    Raises
    ------
    TrainingError
        If the loss of a member stops being finite.
    ConfigError
        If there are no events.
    """
    for name, x in (("x_train", x_train), ("x_validate", x_validate)):
        if not len(x):
            raise ConfigError(name, "must have events", None, "give a larger sample")
    untrained = initial(settings, seed, x_train.shape[1], members)
    state = _State.start(untrained)
    key = ""
    if checkpoint:
        description = {"settings": settings.to_json(), "seed": seed, "members": repr(state.members)}
        key = fingerprint(description, [x_train, x_validate])
        state.restore(checkpoint, key)
    with threadpool_limits(limits=1), ThreadPoolExecutor(threads) as pool:
        while len(state.loss) < settings.epochs and len(running := state.running()):
            record = _epoch(state, running, x_train, x_validate, seed, pool)
            if checkpoint:
                state.save(checkpoint, key)
            if progress:
                progress(len(state.loss) - 1, settings.epochs, record)
        trained = Ensemble(settings, state.members, unpack(state.part(state.kept)))
        checks = check(trained, untrained, x_validate)
    return Training(trained, np.array(state.loss), np.array(state.validate_loss), checks)


@dataclass
class _State:
    """Everything the next epoch depends on; the order of events follows from seed and epoch."""

    settings: Settings
    members: tuple[SvddMember, ...]
    weights: list[Floats]
    first: list[Floats]
    second: list[Floats]
    kept: list[Floats]
    rate: Reals
    best: Reals
    since: Reals
    loss: list[Reals]
    validate_loss: list[Reals]

    @classmethod
    def start(cls, untrained: Ensemble) -> _State:
        settings, count = untrained.settings, len(untrained.members)
        weights = pack(settings, untrained.members, untrained.weights).arrays
        return cls(
            settings,
            untrained.members,
            weights,
            [np.zeros_like(array) for array in weights],
            [np.zeros_like(array) for array in weights],
            [array.copy() for array in weights],
            np.full(count, settings.learning_rate),
            np.full(count, np.inf),
            np.zeros(count),
            [],
            [],
        )

    def running(self) -> NDArray[np.int64]:
        """Indices of members that have not stopped."""
        return np.flatnonzero(self.since < self.settings.patience)

    def part(self, source: list[Floats], chosen: NDArray[np.int64] | None = None) -> Stack:
        """Copy of the weights of some members."""
        rows = np.arange(len(self.members)) if chosen is None else chosen
        depth = len(self.settings.hidden)
        copies = [array[rows] for array in source]
        members = tuple(self.members[row] for row in rows)
        return Stack(self.settings, members, copies[:depth], copies[depth:-1], copies[-1])

    def note(self, rows: NDArray[np.int64], loss: Reals, judged: Reals) -> None:
        """Keep the best weights, lower the rates, count towards the end."""
        better = judged < self.best[rows]
        improved, others = rows[better], rows[~better]
        for kept, weights in zip(self.kept, self.weights, strict=True):
            kept[improved] = weights[improved]
        self.best[improved] = judged[better]
        self.since[improved] = 0
        self.since[others] += 1
        due = others[self.since[others] % self.settings.halve_after == 0]
        self.rate[due] /= 2
        for history, values in ((self.loss, loss), (self.validate_loss, judged)):
            row = np.full(len(self.members), np.nan)
            row[rows] = values
            history.append(row)

    def save(self, path: Path, key: str) -> None:
        """Write the state after an epoch."""
        single = {name: np.array(getattr(self, name)) for name in SINGLE}
        save_groups(path, SCHEMA, key, {name: getattr(self, name) for name in GROUPS}, single)

    def restore(self, path: Path, key: str) -> None:
        """Go back to what `save` wrote, where that is of this training."""
        found = load_groups(path, SCHEMA, key, dict.fromkeys(GROUPS, len(self.weights)))
        if found is not None:
            groups, single = found
            for group, members in groups.items():
                setattr(self, group, members)
            self.rate, self.best, self.since = (single[n] for n in ("rate", "best", "since"))
            self.loss, self.validate_loss = list(single["loss"]), list(single["validate_loss"])


def _epoch(
    state: _State,
    running: NDArray[np.int64],
    x_train: Floats,
    x_validate: Floats,
    seed: int,
    pool: ThreadPoolExecutor,
) -> Epoch:
    begin, index = time.monotonic(), len(state.loss)
    order = np.random.default_rng((seed, index)).permutation(len(x_train))

    def train(rows: NDArray[np.int64]) -> tuple[Reals, Reals]:
        with np.errstate(over="ignore", invalid="ignore"):  # refused below, with its name
            return _group(state, rows, x_train, x_validate, order)

    found = list(pool.map(train, _groups(state.settings, running)))
    loss, judged = (np.concatenate(parts) for parts in zip(*found, strict=True))
    finite = np.isfinite(loss) & np.isfinite(judged)
    if not finite.all():
        bad = int(np.argmin(finite))
        value = judged[bad] if np.isfinite(loss[bad]) else loss[bad]
        raise TrainingError(
            f"the loss of member {state.members[running[bad]].name} in epoch {index + 1}",
            "must be finite",
            value,
            "lower svdd.learning_rate",
        )
    rate = np.full(len(state.members), np.nan)
    rate[running] = state.rate[running]
    state.note(running, loss, judged)
    return Epoch(state.loss[-1], state.validate_loss[-1], rate, time.monotonic() - begin)


def _groups(settings: Settings, running: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    numbers = BLOCK * (sum(settings.hidden) + settings.hidden[-1] + 1)
    size = max(1, CACHE // numbers)
    return np.array_split(running, -(-len(running) // size))


def _group(
    state: _State,
    rows: NDArray[np.int64],
    x_train: Floats,
    x_validate: Floats,
    order: NDArray[np.int64],
) -> tuple[Reals, Reals]:
    """Train some members for an epoch; their rows of the state are no other group's."""
    stack = state.part(state.weights, rows)
    moments = (state.part(state.first, rows).arrays, state.part(state.second, rows).arrays)
    batch = min(state.settings.batch, len(x_train))
    steps = len(x_train) // batch
    done = len(state.loss) * steps
    total = np.zeros(len(rows))
    rates = state.rate[rows].astype(np.float32)
    for index in range(steps):
        x = x_train[order[index * batch : (index + 1) * batch]]
        total += step(stack, moments, rates, done + index + 1, x)
    for group, values in (
        (state.weights, stack.arrays),
        (state.first, moments[0]),
        (state.second, moments[1]),
    ):
        for whole, own in zip(group, values, strict=True):
            whole[rows] = own
    return total / steps, losses(stack, x_validate)
