"""Events of a training, what students are to learn of them, and how much each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Events", "mean"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Events:
    """Inputs and targets of a split.

    Parameters
    ----------
    x : ndarray (n_events, n_in) of float32
    targets : mapping of str to ndarray (n_events, 1) of float32
        By port.
    weights : ndarray (n_events,) of float32, optional
        Of events that were drawn in strata, of mean 1; all alike if they are not given.
    """

    x: Floats
    targets: Mapping[str, Floats]
    weights: Floats | None = None

    def __getitem__(self, rows: Any) -> tuple[Any, dict[str, Any]]:
        """Tensors of some events."""
        import tensorflow as tf

        targets = {port: tf.constant(values[rows]) for port, values in self.targets.items()}
        return tf.constant(self.x[rows]), targets

    def weights_of(self, rows: Any) -> Any:
        """Tensor of the weights of some events; None where all count alike."""
        import tensorflow as tf

        return None if self.weights is None else tf.constant(self.weights[rows])


def mean(values: Any, weights: Any = None) -> Any:
    """Mean over events, ``sum w v / sum w``; tensors (n_events, ...) to tensors (...)."""
    import tensorflow as tf

    if weights is None:
        return tf.reduce_mean(values, axis=0)
    return tf.tensordot(weights, values, 1) / tf.reduce_sum(weights)
