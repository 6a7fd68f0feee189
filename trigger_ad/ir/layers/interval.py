"""Bounds of vectors of raw integers, and what a change of type makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding

__all__ = ["Integers", "Interval", "joined", "rounded", "through"]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """Bounds of a vector of raw integers, element by element.

    Parameters
    ----------
    minimum, maximum : ndarray (size,) of int64
    fraction : int
        Bits right of the binary point.
    """

    minimum: Integers
    maximum: Integers
    fraction: int

    def at(self, fraction: int) -> Interval:
        """The same bounds with more fraction bits."""
        shift = fraction - self.fraction
        return Interval(self.minimum << shift, self.maximum << shift, fraction)


def joined(parts: Sequence[Interval]) -> Interval:
    """Vectors one after the other, with the fraction bits of the finest."""
    finest = max(part.fraction for part in parts)
    aligned = [part.at(finest) for part in parts]
    return Interval(
        np.concatenate([part.minimum for part in aligned]),
        np.concatenate([part.maximum for part in aligned]),
        finest,
    )


def rounded(kind: FixedPoint, interval: Interval) -> tuple[list[int], list[int]]:
    """Bounds of a cast after its rounding, as integers of any size, before overflow."""
    shift = interval.fraction - kind.fraction
    low, high = (
        [_rounded(end, shift, kind.rounding) for end in ends.tolist()]
        for ends in (interval.minimum, interval.maximum)
    )
    return low, high


def through(kind: FixedPoint, interval: Interval) -> Interval:
    """Bounds after a cast: monotone unless it can wrap, then those of the type."""
    bounds = []
    for low, high in zip(*rounded(kind, interval), strict=True):
        if kind.overflow is Overflow.SATURATE:
            bounds.append([min(max(end, kind.minimum), kind.maximum) for end in (low, high)])
        elif low < kind.minimum or high > kind.maximum:
            bounds.append([kind.minimum, kind.maximum])
        else:
            bounds.append([low, high])
    minimum, maximum = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return Interval(minimum, maximum, kind.fraction)


def _rounded(value: int, shift: int, rounding: Rounding) -> int:
    """``value * 2**-shift`` as an integer of any size."""
    if shift <= 0:
        return value << -shift
    floor, remainder = value >> shift, value & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    if rounding is Rounding.DOWN or remainder < half:
        return floor
    return floor + 1 if rounding is Rounding.HALF_UP else floor + (remainder > half or floor & 1)
