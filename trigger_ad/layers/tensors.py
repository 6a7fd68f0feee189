"""Shapes of Keras tensors, taken from flat vectors and back."""

from __future__ import annotations

from typing import Any

from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Shape, elements
from trigger_ad.layers.node import Node

__all__ = ["flat_output", "read", "shaped_input"]


def shaped_input(network: Architecture, x: Any, dtype: str | None = None) -> Any:
    """Flat inputs in the shape of a network."""
    return _reshaped(x, network.shape, f"{network.name}_shaped", dtype)


def read(
    network: Architecture, node: Node, tensors: tuple[Any, ...], dtype: str | None = None
) -> tuple[Any, ...]:
    """Tensors as a node reads them: flat where its kind does so."""
    if not node.kind.flat:
        return tensors
    (tensor,), (shape,) = tensors, network.sources(node)
    name = f"{network.layer(node)}_flat"
    return (_reshaped(tensor, (elements(shape),), name, dtype),)


def flat_output(network: Architecture, tensors: dict[str, Any], dtype: str | None = None) -> Any:
    """Output of a network as a vector."""
    return _reshaped(tensors[network.output], (network.size,), f"{network.name}_flat", dtype)


def _reshaped(tensor: Any, shape: Shape, name: str, dtype: str | None) -> Any:
    from keras.layers import Reshape

    if tuple(tensor.shape[1:]) == shape:
        return tensor
    return Reshape(shape, name=name, dtype=dtype)(tensor)
