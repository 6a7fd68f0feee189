"""Float networks: built in Keras from their architectures, read back, and evaluated by numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.evaluate import evaluate
from trigger_ad.layers.node import Node
from trigger_ad.layers.tensors import flat_output, read, shaped_input
from trigger_ad.scorers.float_model import FloatModel, Weights

__all__ = ["apply", "build", "build_from", "extract", "initial", "predict"]

Floats = NDArray[np.float32]


def initial(
    branches: tuple[Architecture, ...], seed: int, companions: tuple[Architecture, ...] = ()
) -> FloatModel:
    """Draw starting weights, as the kind of each layer says.

    Parameters
    ----------
    branches : tuple of Architecture
    seed : int
        Each layer draws from its own stream.
    companions : tuple of Architecture
    """
    weights: dict[str, Floats] = {}
    networks = (*branches, *companions)
    streams = iter(np.random.default_rng(seed).spawn(sum(len(n.layers) for n in networks)))
    for network in networks:
        for node in network.weighted:
            drawn = node.kind.initial(
                next(streams),
                network.sources(node),
                relu=node.relu,
                last=node.name == network.output,
            )
            weights |= {f"{network.layer(node)}.{name}": values for name, values in drawn.items()}
    return FloatModel(branches, weights, companions)


def build(branches: tuple[Architecture, ...], seed: int) -> Any:
    """Keras model with starting weights from a seed.

    Parameters
    ----------
    branches : tuple of Architecture
        All with the same number of inputs.
    seed : int

    Returns
    -------
    keras.Model
        One flat input named ``input``; one flat output for each branch, in order (called, Keras
        gives a list, or the tensor itself where there is one branch); layers with weights named
        as `Architecture.layers` says.
    """
    return build_from(initial(branches, seed))


def build_from(model: FloatModel) -> Any:
    """Keras model with given weights, of the form `build` gives."""
    import keras

    first = keras.Input((model.branches[0].inputs,), name="input")
    outputs = [apply(branch, model.weights, first) for branch in model.branches]
    return keras.Model(first, outputs)


def apply(network: Architecture, weights: Weights, x: Any) -> Any:
    """Apply a network, with given weights, to a flat Keras tensor."""
    import keras

    def visit(node: Node, tensors: tuple[Any, ...]) -> Any:
        sources = read(network, node, tensors)
        return node.kind.keras(network.layer(node), sources, relu=node.relu)

    result = flat_output(network, network.fold(shaped_input(network, x), visit))
    built = keras.Model(x, result)
    for node in network.weighted:
        layer = network.layer(node)
        built.get_layer(layer).set_weights(
            [weights[f"{layer}.{name}"] for name in network.weights(node)]
        )
    return result


def extract(
    model: Any, branches: tuple[Architecture, ...], companions: tuple[Architecture, ...] = ()
) -> FloatModel:
    """Read the weights out of a Keras model whose layers are named after the branches.

    Parameters
    ----------
    model : keras.Model
    branches, companions : tuple of Architecture
    """
    weights: dict[str, Floats] = {}
    for network in (*branches, *companions):
        for node in network.weighted:
            layer = network.layer(node)
            arrays = model.get_layer(layer).get_weights()
            for name, array in zip(network.weights(node), arrays, strict=True):
                weights[f"{layer}.{name}"] = np.asarray(array, dtype=np.float32)
    return FloatModel(branches, weights, companions)


def predict(model: FloatModel, x: Floats, batch: int = 16_384) -> dict[str, Floats]:
    """Evaluate every branch in single precision.

    Parameters
    ----------
    model : FloatModel
    x : ndarray (n_events, n_in) of float32
    batch : int
        Events evaluated at a time.

    Returns
    -------
    dict of ndarray (n_events, n_out) of float32
        By branch name.
    """
    outputs = {}
    for network in model.branches:
        result = np.empty((len(x), network.size), dtype=np.float32)
        for start in range(0, len(x), batch):
            values = np.asarray(x[start : start + batch], dtype=np.float32)
            found = evaluate(network, model.weights, values)[network.output]
            result[start : start + batch] = found.reshape(len(found), -1)
        outputs[network.name] = result
    return outputs
