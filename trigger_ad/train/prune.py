"""Magnitude pruning while a model is trained: the smallest weights become and stay exactly 0.

The part of a kernel that is 0 grows over the first epochs along a cubic, fast while many weights
do not matter and slowly at the end (Zhu and Gupta, arXiv:1710.01878 (2017), Eq. 1, from 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PART", "Pruning", "first_full", "part_of_goal"]

#: Part of the epochs over which sparsity grows.
PART = 0.4


def first_full(epochs: int) -> int:
    """Index of the first epoch that is trained at full sparsity."""
    return max(round(PART * epochs), 1) - 1


def part_of_goal(epoch: int, epochs: int) -> float:
    """Sparsity of an epoch, as a part of the one wanted: ``1 - (1 - t)**3``."""
    return float(1 - (1 - min((epoch + 1) / (first_full(epochs) + 1), 1.0)) ** 3)


class Pruning:
    """Masks of the kernels of a model.

    They follow from the averaged weights and the epoch alone, so that a training that goes on
    from its checkpoint has them again. A weight that is 0 is the smallest there is, so it is
    never taken back.

    Parameters
    ----------
    model : keras.Model
    sparsity : mapping of str to float
        Wanted part of zeros in the kernel of a layer, by its name; others are left alone.
    epochs : int
        Of the whole training.
    """

    def __init__(self, model: Any, sparsity: Mapping[str, float], epochs: int) -> None:
        import tensorflow as tf

        self.epochs = epochs
        places = {id(variable): i for i, variable in enumerate(model.trainable_variables)}
        self.wanted = {
            places[id(model.get_layer(name).kernel)]: part
            for name, part in sparsity.items()
            if part > 0
        }
        self.masks = {
            place: tf.Variable(tf.ones_like(model.trainable_variables[place]))
            for place in self.wanted
        }

    @property
    def first_full(self) -> int:
        """Index of the first epoch that is trained at full sparsity; 0 if nothing is pruned."""
        return first_full(self.epochs) if self.wanted else 0

    def grow(self, epoch: int, variables: Sequence[Any], averages: Sequence[Any]) -> None:
        """Set the masks of an epoch, and apply them to the weights and their running means."""
        for place, wanted in self.wanted.items():
            found = np.asarray(averages[place])
            self.masks[place].assign(_mask(found, wanted * part_of_goal(epoch, self.epochs)))
        self.apply(variables)
        self.apply(averages)

    def apply(self, variables: Sequence[Any]) -> None:
        """Set to 0 what the masks leave out."""
        for place, mask in self.masks.items():
            variables[place].assign(variables[place] * mask)


def _mask(weights: NDArray[np.float32], sparsity: float) -> NDArray[np.float32]:
    mask = np.ones(weights.size, np.float32)
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    mask[order[: round(sparsity * weights.size)]] = 0
    return mask.reshape(weights.shape)
