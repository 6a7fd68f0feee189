"""Float networks: built in Keras from their branches, read back, and evaluated by numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.scorers.branch import Branch, FloatModel, Weights

__all__ = ["build", "build_from", "chain", "extract", "initial", "predict"]

Floats = NDArray[np.float32]


def initial(
    branches: tuple[Branch, ...], seed: int, companions: tuple[Branch, ...] = ()
) -> FloatModel:
    """Draw starting weights: He normal before ReLU, Glorot uniform elsewhere, zero biases.

    A last layer before ReLU starts without negative weights: with others its outputs can be 0
    for all events from the start, and then nothing is ever learned.

    Parameters
    ----------
    branches : tuple of Branch
    seed : int
        Each layer draws from its own stream.
    companions : tuple of Branch
    """
    weights: dict[str, Floats] = {}
    networks = (*branches, *companions)
    streams = iter(np.random.default_rng(seed).spawn(sum(len(b.layers) for b in networks)))
    for branch in networks:
        for index, layer in enumerate(branch.layers):
            n_in, n_out = branch.widths[index], branch.widths[index + 1]
            stream = next(streams)
            if branch.relu[index]:
                kernel = stream.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))
                if index == len(branch.layers) - 1:
                    kernel = np.abs(kernel)
            else:
                limit = np.sqrt(6 / (n_in + n_out))
                kernel = stream.uniform(-limit, limit, (n_in, n_out))
            weights[f"{layer}.kernel"] = kernel.astype(np.float32)
            if branch.bias:
                weights[f"{layer}.bias"] = np.zeros(n_out, dtype=np.float32)
    return FloatModel(branches, weights, companions)


def build(branches: tuple[Branch, ...], seed: int) -> Any:
    """Keras model with starting weights from a seed.

    Parameters
    ----------
    branches : tuple of Branch
        All with the same number of inputs.
    seed : int

    Returns
    -------
    keras.Model
        One input named ``input``; one output for each branch, in order (called, Keras gives
        a list, or the tensor itself where there is one branch); dense layers named as
        `Branch.layers` says.
    """
    return build_from(initial(branches, seed))


def build_from(model: FloatModel) -> Any:
    """Keras model with given weights, of the form `build` gives."""
    import keras

    first = keras.Input((model.branches[0].widths[0],), name="input")
    outputs = [chain(branch, model.weights, first) for branch in model.branches]
    return keras.Model(first, outputs)


def chain(branch: Branch, weights: Weights, x: Any) -> Any:
    """Apply the dense layers of a branch, with given weights, to a Keras tensor."""
    import keras

    for layer, width, relu in zip(branch.layers, branch.widths[1:], branch.relu, strict=True):
        dense = keras.layers.Dense(
            width,
            activation="relu" if relu else None,
            use_bias=branch.bias,
            kernel_initializer="zeros",
            name=layer,
        )
        x = dense(x)
        dense.set_weights(_of_layer(weights, layer, branch.bias))
    return x


def extract(
    model: Any, branches: tuple[Branch, ...], companions: tuple[Branch, ...] = ()
) -> FloatModel:
    """Read the weights out of a Keras model whose layers are named after the branches.

    Parameters
    ----------
    model : keras.Model
    branches, companions : tuple of Branch
    """
    weights: dict[str, Floats] = {}
    for branch in (*branches, *companions):
        for layer in branch.layers:
            arrays = model.get_layer(layer).get_weights()
            for name, array in zip(("kernel", "bias"), arrays, strict=False):
                weights[f"{layer}.{name}"] = np.asarray(array, dtype=np.float32)
    return FloatModel(branches, weights, companions)


def predict(model: FloatModel, x: Floats, batch: int = 16_384) -> dict[str, Floats]:
    """Evaluate every branch in single precision.

    Parameters
    ----------
    model : FloatModel
    x : ndarray (n_events, 57) of float32
    batch : int
        Events evaluated at a time.

    Returns
    -------
    dict of ndarray (n_events, n_out) of float32
        By branch name.
    """
    outputs = {}
    for branch in model.branches:
        result = np.empty((len(x), branch.widths[-1]), dtype=np.float32)
        for start in range(0, len(x), batch):
            values = np.asarray(x[start : start + batch], dtype=np.float32)
            for layer, relu in zip(branch.layers, branch.relu, strict=True):
                values = values @ model.weights[f"{layer}.kernel"]
                if branch.bias:
                    values += model.weights[f"{layer}.bias"]
                if relu:
                    np.maximum(values, np.float32(0), out=values)
            result[start : start + batch] = values
        outputs[branch.name] = result
    return outputs


def _of_layer(weights: Weights, layer: str, bias: bool) -> list[Floats]:
    return [weights[f"{layer}.{name}"] for name in (("kernel", "bias") if bias else ("kernel",))]
