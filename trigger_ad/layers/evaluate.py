"""Networks computed by numpy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Array
from trigger_ad.layers.node import Node

__all__ = ["evaluate"]


def evaluate(
    network: Architecture, weights: Mapping[str, Array], values: Array
) -> dict[str, Array]:
    """Compute every node of a network.

    Parameters
    ----------
    network : Architecture
    weights : mapping of str to ndarray
        ``<layer>.kernel`` and ``<layer>.bias``; taken to the type of the values.
    values : ndarray (n_events, n_in) of float32 or float64

    Returns
    -------
    dict of ndarray (n_events, *shape)
        After ReLU where it follows, by the name of the node; the input among them.
    """

    def visit(node: Node, sources: tuple[Array, ...]) -> Array:
        own = {
            name: weights[f"{network.layer(node)}.{name}"].astype(values.dtype, copy=False)
            for name in network.weights(node)
        }
        if node.kind.flat:
            sources = tuple(source.reshape(len(source), -1) for source in sources)
        result = node.kind.evaluate(sources, own)
        return np.maximum(result, result.dtype.type(0)) if node.relu else result

    return network.fold(values.reshape(len(values), *network.shape), visit)
