"""Events as teachers see them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Inputs"]


@dataclass(frozen=True)
class Inputs:
    """Scaled inputs, the same that the student's network reads.

    Parameters
    ----------
    scaled : ndarray (n_events, 57) of int32
        Raw values.
    lsb : float
        Of one count.
    """

    scaled: NDArray[np.int32]
    lsb: float

    @property
    def real(self) -> NDArray[np.float32]:
        """The same as real numbers, (n_events, 57) float32."""
        return self.scaled.astype(np.float32) * np.float32(self.lsb)
