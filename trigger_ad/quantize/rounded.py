"""Weights of a QKeras layer as its own quantizers round them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.kind import Raw
from trigger_ad.quantize.precision import LARGEST_WIDTH

__all__ = ["Rounded", "rounded_weights"]

#: Bits of the mantissa of a float64.
_MANTISSA = 53


@dataclass(frozen=True)
class Rounded:
    """Rounded weights, and types that hold them.

    Parameters
    ----------
    arrays : mapping of str to ndarray of float32
        ``kernel`` and, where there is one, ``bias``.
    weight, bias : FixedPoint
        Of quantized_bits; a layer without bias has one all the same.
    """

    arrays: Mapping[str, NDArray[np.float32]]
    weight: FixedPoint
    bias: FixedPoint

    def raw(self) -> dict[str, Raw]:
        """Integers in units of the LSB of their type."""
        kinds = {"kernel": self.weight, "bias": self.bias}
        return {
            name: Raw(kinds[name].encode(values), kinds[name].fraction)
            for name, values in self.arrays.items()
        }


def rounded_weights(layer: Any) -> Rounded:
    """Round the weights of a layer, folded with a batch normalisation that is part of it.

    Parameters
    ----------
    layer : keras.Layer
        Of QKeras, with a kernel and perhaps a bias.

    Raises
    ------
    ConversionError
        If it has no quantizers, or rounded values need more bits than a type may have.
    """
    folded = _is_folded(layer)
    kernel, bias = layer.get_folded_weights() if folded else (layer.kernel, layer.bias)
    arrays = {"kernel": _rounded(layer, "kernel", kernel)}
    if folded or layer.use_bias:
        arrays["bias"] = _rounded(layer, "bias", bias)
    kinds = {name: _holding(layer, name, values) for name, values in arrays.items()}
    return Rounded(arrays, kinds["kernel"], kinds.get("bias", FixedPoint.quantized_bits(2, 0)))


def _is_folded(layer: Any) -> bool:
    """Whether a batch normalisation is part of the layer."""
    normalisation = getattr(layer, "batchnorm", None)
    if normalisation is None:
        return False
    if not (normalisation.center and normalisation.scale):
        raise ConversionError(
            f"the batch normalisation of layer {layer.name}",
            "must have center and scale",
            None,
            "QKeras computes no other",
        )
    return True


def _rounded(layer: Any, part: str, values: Any) -> NDArray[np.float32]:
    quantizer = getattr(layer, f"{part}_quantizer_internal", None)
    if quantizer is None:
        raise ConversionError(
            f"the {part} of layer {layer.name}",
            "must be quantised",
            None,
            "give it a quantizer of QKeras",
        )
    if type(quantizer).__name__ == "bernoulli":
        raise ConversionError(
            f"the {part} of layer {layer.name}",
            "must be rounded alike at every call",
            "by bernoulli, which draws lots",
            "use another quantizer of QKeras",
        )
    found = np.asarray(quantizer(values), dtype=np.float32)
    mask = getattr(layer, "_mask", None)
    if part == "kernel" and mask is not None:
        found = found * np.asarray(mask, dtype=np.float32)
    if not np.all(np.isfinite(found)):
        raise ConversionError(
            f"the {part} of layer {layer.name}", "must be finite", None, "train it again"
        )
    return found


def _holding(layer: Any, part: str, values: NDArray[np.float32]) -> FixedPoint:
    """Narrowest type of quantized_bits that holds all values."""
    mantissa, exponent = np.frexp(values[values != 0].astype(np.float64))
    whole = np.ldexp(mantissa, _MANTISSA).astype(np.int64)
    zeros = np.array([int(number & -number).bit_length() - 1 for number in whole], np.int64)
    fraction = int((_MANTISSA - exponent - zeros).max(initial=0 if not len(whole) else -99))
    raw = np.ldexp(values.astype(np.float64), fraction)
    kind = FixedPoint.holding(min(int(raw.min()), -1), int(raw.max()), fraction)
    if kind.width > LARGEST_WIDTH:
        raise ConversionError(
            f"the {part} of layer {layer.name}",
            f"must be rounded to a type of at most {LARGEST_WIDTH} bits",
            f"{kind.width} bits",
            "use a quantizer whose scale is a power of two",
        )
    width = max(kind.width, 2)
    return FixedPoint.quantized_bits(width, width - fraction - 1)
