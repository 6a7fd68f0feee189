"""Names of layers from Keras to C++."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.node import Node

__all__ = ["INPUT_NAME", "SCALED_NAME", "Named", "layer_names", "named_nodes"]

#: Name of the input in Keras and in C++; hls4ml reserves ``input``, which scores say.
INPUT_NAME = "inputs"

#: Name of the quantizer behind the input.
SCALED_NAME = "scaled"


@dataclass(frozen=True)
class Named:
    """Names of what a node becomes.

    Parameters
    ----------
    node : Node
    key : str
        Of its weights and types: the full name in the architecture.
    layer : str
        Of its layer.
    quantizer : str
        Of the quantizer behind it; empty if its values stay in the type of its source.
    """

    node: Node
    key: str
    layer: str
    quantizer: str

    @property
    def last(self) -> str:
        """Name of whatever makes its result in Keras."""
        return self.quantizer or self.layer


def named_nodes(network: Architecture) -> Iterator[Named]:
    """Names of the nodes of a network.

    Whatever makes the output of a network bears its name: its last layer, which swallows the
    change of type behind it, or the ReLU behind that.
    """
    for node in network.nodes:
        key, last = network.layer(node), node.name == network.output
        layer = network.name if last and not node.relu else key
        if node.relu:
            quantizer = network.name if last else f"{key}_relu"
        else:
            quantizer = f"{layer}_cast" if node.kind.typed else ""
        yield Named(node, key, layer, quantizer)


def layer_names(network: Architecture) -> tuple[str, ...]:
    """Names of the layers with weights."""
    weighted = set(network.layers)
    return tuple(names.layer for names in named_nodes(network) if names.key in weighted)
