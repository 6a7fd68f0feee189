"""QKeras itself as an emulator: double precision in which every value is exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Raw
from trigger_ad.layers.node import Node
from trigger_ad.quantize.model import QuantizedModel, build, float_type

__all__ = ["EXACT", "QKerasEmulator"]

#: Below this, and above its negative, every integer is a float64.
EXACT = 2**53

Integers = NDArray[np.int64]


class QKerasEmulator:
    """Run the QKeras network of a quantised model on raw integers, and give raw integers.

    Parameters
    ----------
    quantized : QuantizedModel
    network : HardwareNetwork
        Whose ports the model must have; its weights may be others.
    scores : mapping of str to Score
        Over the ports of the network.
    batch : int
        Events computed at once.

    Raises
    ------
    ConversionError
        If a sum can reach 2**53, or a port of the network has another type.
    """

    def __init__(
        self,
        quantized: QuantizedModel,
        network: HardwareNetwork,
        scores: Mapping[str, Score],
        batch: int = 8192,
    ) -> None:
        self.network, self.scores, self.batch = network, dict(scores), batch
        _check_ports(quantized, network)
        _check_sums(quantized)
        model = build(quantized.branches, quantized.precision, quantized.weights, "float64")
        signature = tf.TensorSpec((None, network.input_size), tf.float64)
        with float_type("float64"):  # which the traced function keeps
            call = tf.function(lambda values: model(values, training=False))
            self._call = call.get_concrete_function(signature)

    def run(self, scaled: NDArray[Any]) -> dict[str, Mapping[str, Integers]]:
        """Emulate events.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32
            Raw values of the input type.

        Returns
        -------
        dict
            ``outputs`` by branch, (n_events, size) int64, and ``scores`` by name,
            (n_events,) int64, all raw.

        Raises
        ------
        ConversionError
            If QKeras gives something between two values of an output type.
        """
        sizes = {name: self.network.layer(name).size for name in self.network.outputs}
        outputs = {name: np.empty((len(scaled), n), np.int64) for name, n in sizes.items()}
        for start in range(0, len(scaled), self.batch):
            block = slice(start, start + self.batch)
            values = tf.constant(self.network.input_type.decode(scaled[block]))
            for name, result in zip(outputs, _results(self._call(values)), strict=True):
                outputs[name][block] = _integers(name, result, self.network.type_of(name))
        ports = {self.network.input_name: np.asarray(scaled), **outputs}
        scores = {name: score.evaluate(ports) for name, score in self.scores.items()}
        return {"outputs": outputs, "scores": scores}


def _results(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


def _integers(name: str, result: Any, kind: FixedPoint) -> Integers:
    raw = np.ldexp(result.numpy(), kind.fraction)
    if raw.dtype != np.float64 or not np.array_equal(raw, np.rint(raw)):
        raise ConversionError(
            f"the output of branch {name} in QKeras",
            f"must be whole multiples of {kind.lsb}",
            "values between them",
            "report the model",
        )
    return raw.astype(np.int64)


def _check_ports(quantized: QuantizedModel, network: HardwareNetwork) -> None:
    precision = quantized.precision
    wanted = {network.input_name: precision.input}
    wanted |= {
        branch.name: precision.outputs(branch)[branch.output] for branch in quantized.branches
    }
    found = {n: network.type_of(n) for n in (network.input_name, *network.outputs)}
    if found != wanted:
        raise ConversionError(
            f"the ports of network {network.name}",
            "must be " + ", ".join(f"{name} {kind}" for name, kind in wanted.items()),
            ", ".join(f"{name} {kind}" for name, kind in found.items()),
            "convert this model",
        )


def _check_sums(quantized: QuantizedModel) -> None:
    """Prove from the types alone that float64 is exact in every layer."""
    for network in quantized.branches:
        kinds = quantized.precision.outputs(network)
        for node in network.nodes:
            sources = [kinds[source] for source in node.sources]
            largest = _largest(network, node, sources, quantized)
            if largest >= EXACT:
                raise ConversionError(
                    f"layer {network.layer(node)} in QKeras",
                    "must have sums below 2**53",
                    f"up to {largest}",
                    "use narrower weights, biases or activations",
                )


def _largest(
    network: Architecture, node: Node, sources: list[FixedPoint], quantized: QuantizedModel
) -> int:
    """Largest value of a layer, in units of the finest LSB in it, its quantizer included."""
    layer = network.layer(node)
    types = quantized.precision.layers.get(layer)
    of_weights: dict[str, Raw] = {}
    if types is not None and types.weight is not None and types.bias is not None:
        of_types = {"kernel": types.weight, "bias": types.bias}
        for name in network.weights(node):
            kind = of_types[name]
            of_weights[name] = Raw(kind.encode(quantized.weights[f"{layer}.{name}"]), kind.fraction)
    largest, fraction = node.kind.largest(network.sources(node), sources, of_weights)
    if types is None:
        return largest
    finest = max(fraction, types.output.fraction)
    # A quantizer returns x + (q - x).
    reach = types.output.maximum - types.output.minimum
    return (largest << (finest - fraction)) + (reach << (finest - types.output.fraction))
