"""Quantizers between layers, as fixed-point types; held against QKeras at every rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.quantize.precision import LARGEST_WIDTH

__all__ = ["Quantizer", "quantizer_of"]

#: A type has at most so many values that are tried one by one; of wider ones the ends are.
_TRIED = 2**14


@dataclass(frozen=True)
class Quantizer:
    """What a quantizer does.

    Parameters
    ----------
    kind : FixedPoint
        Type of its values.
    relu : bool
        Whether negative values become 0.
    """

    kind: FixedPoint
    relu: bool

    def keeps(self, other: FixedPoint) -> bool:
        """Whether it changes no value of another type."""
        low = 0 if self.relu and other.minimum < 0 else other.minimum
        return low == other.minimum and self.kind.contains(
            other.minimum, other.maximum, other.fraction
        )


def quantizer_of(layer: str, quantizer: Any) -> Quantizer:
    """Type of a quantizer of QKeras.

    Parameters
    ----------
    layer : str
        That it belongs to, for the sentence.
    quantizer : object

    Raises
    ------
    ConversionError
        If it is another one than quantized_bits or quantized_relu, or rounds otherwise.
    """
    kind = type(quantizer).__name__
    if kind not in ("quantized_bits", "quantized_relu"):
        raise ConversionError(
            f"layer {layer}",
            "must round to a binary fixed-point type",
            getattr(quantizer, "__name__", kind),
            "use quantized_bits or quantized_relu",
        )
    bits, integer = int(quantizer.bits), int(quantizer.integer)
    relu = kind == "quantized_relu" or not quantizer.keep_negative
    if not 2 <= bits <= LARGEST_WIDTH:
        rule = f"must have 2 to {LARGEST_WIDTH} bits"
        raise ConversionError(f"the quantizer of layer {layer}", rule, bits, "change its bits")
    make = FixedPoint.quantized_relu if relu else FixedPoint.quantized_bits
    found = Quantizer(make(bits, integer), relu)
    _hold_against(layer, quantizer, found)
    return found


def _hold_against(layer: str, quantizer: Any, found: Quantizer) -> None:
    """Compare with QKeras between all values, at all ties, and outside of the type."""
    kind = found.kind
    inside = np.arange(kind.minimum, kind.maximum + 1)
    if len(inside) > _TRIED:
        inside = np.concatenate([inside[: _TRIED // 2], inside[-_TRIED // 2 :]])
    quarters = (inside[:, None] + np.array([-0.5, -0.25, 0.0, 0.25, 0.5])).reshape(-1)
    values = np.concatenate([quarters, [3.0 * kind.minimum - 1, 3.0 * kind.maximum + 1, -1.0]])
    values = (values * kind.lsb).astype(np.float32)
    wanted = kind.decode(kind.encode(np.maximum(values, 0) if found.relu else values))
    try:
        rounded = np.asarray(quantizer(values), np.float64)
    except tf.errors.InvalidArgumentError:
        raise ConversionError(
            f"the quantizer of layer {layer}",
            "must be one that QKeras can compute",
            f"{type(quantizer).__name__} of {kind.width} bits, {quantizer.integer} of them integer",
            "use quantized_bits with keep_negative=False and alpha=1",
        ) from None
    if not np.array_equal(rounded, wanted):
        raise ConversionError(
            f"the quantizer of layer {layer}",
            f"must round to {kind} as hardware does",
            str(quantizer),
            "use alpha=1, and no other option than bits, integer and keep_negative",
        )
