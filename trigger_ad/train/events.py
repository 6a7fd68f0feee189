"""Events of a training, and what students are to learn of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Events"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Events:
    """Inputs and targets of a split.

    Parameters
    ----------
    x : ndarray (n_events, n_in) of float32
    targets : mapping of str to ndarray (n_events, 1) of float32
        By port.
    """

    x: Floats
    targets: Mapping[str, Floats]

    def __getitem__(self, rows: Any) -> tuple[Any, dict[str, Any]]:
        """Tensors of some events."""
        import tensorflow as tf

        targets = {port: tf.constant(values[rows]) for port, values in self.targets.items()}
        return tf.constant(self.x[rows]), targets
