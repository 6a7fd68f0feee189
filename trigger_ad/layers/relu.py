"""ReLU behind a Keras layer that has no activation of its own."""

from __future__ import annotations

from typing import Any

__all__ = ["rectified"]


def rectified(tensor: Any, layer: str, *, relu: bool, dtype: str | None) -> Any:
    """Apply ReLU where it follows."""
    from keras.layers import ReLU

    return ReLU(name=f"{layer}_relu", dtype=dtype)(tensor) if relu else tensor
