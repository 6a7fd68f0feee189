"""What a kind of layer is in hardware: a few forms over flat vectors.

Shapes, strides and padding end here; behind it there are tables of places alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from trigger_ad.ir.layers.places import Places

__all__ = ["Added", "Form", "Joined", "Largest", "Sums"]


@dataclass(frozen=True)
class Sums:
    """Sums of products and a bias: a hardware layer `ir.layers.linear.Linear`.

    Parameters
    ----------
    kernel : ndarray (n, channels)
        Real weights of one window.
    places : ndarray (windows, n) of int32, optional
        Of the elements of each window; one window of everything if left out.
    bias : ndarray (channels,), optional
    """

    kernel: NDArray[Any]
    places: Places | None = None
    bias: NDArray[Any] | None = None


@dataclass(frozen=True)
class Largest:
    """Largest element of each window, or a copy where it has one: `ir.layers.maximum.Maximum`.

    Parameters
    ----------
    places : ndarray (windows, n) of int32
        Of elements of the source; no padding.
    """

    places: Places


@dataclass(frozen=True)
class Joined:
    """All sources one behind the other."""


@dataclass(frozen=True)
class Added:
    """All sources added element by element."""


Form = Sums | Largest | Joined | Added
