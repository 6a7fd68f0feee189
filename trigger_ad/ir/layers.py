"""Layers of a hardware network, and bounds of what goes through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.fixed import FixedPoint

__all__ = ["Cast", "Dense", "Interval", "Layer"]

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


@dataclass(frozen=True)
class Dense:
    """``output = cast(sum_i weights[i] * x[i] + bias)``.

    Parameters
    ----------
    name, source : str
        Of this layer and of the layer (or input port) it reads.
    weights : ndarray (n_in, n_out) of int64
        Raw values of `weight_type`.
    weight_type : FixedPoint
    bias : ndarray (n_out,) of int64
        Raw values of `bias_type`.
    bias_type : FixedPoint
    accumulator : FixedPoint
        Type in which products are added.
    output : FixedPoint
        Type of the result.
    """

    name: str
    source: str
    weights: Integers
    weight_type: FixedPoint
    bias: Integers
    bias_type: FixedPoint
    accumulator: FixedPoint
    output: FixedPoint

    @property
    def size(self) -> int:
        """Number of outputs."""
        return int(self.weights.shape[1])


@dataclass(frozen=True)
class Cast:
    """A change of type, after ``max(x, 0)`` where `relu` is set.

    Parameters
    ----------
    name, source : str
        Of this layer and of the layer (or input port) it reads.
    size : int
        Number of elements.
    output : FixedPoint
        Type of the result, with its rounding and overflow.
    relu : bool
    """

    name: str
    source: str
    size: int
    output: FixedPoint
    relu: bool


Layer = Dense | Cast
