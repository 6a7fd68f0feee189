"""QKeras itself as an emulator: double precision in which every value is exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.linear import Linear, partial_sum
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.quantize.model import QuantizedModel, build, float_type
from trigger_ad.quantize.precision import DensePrecision

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
    wanted |= {b.name: precision.layers[b.layers[-1]].output for b in quantized.branches}
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
    for branch in quantized.branches:
        source = quantized.precision.input
        for name in branch.layers:
            kinds = quantized.precision.layers[name]
            kernel = quantized.weights[f"{name}.kernel"]
            bias = quantized.weights[f"{name}.bias"] if branch.bias else np.zeros(kernel.shape[1])
            largest = _largest(name, kinds, source, kernel, bias)
            if largest >= EXACT:
                raise ConversionError(
                    f"layer {name} in QKeras",
                    "must have sums below 2**53",
                    f"up to {largest}",
                    "use narrower weights, biases or activations",
                )
            source = kinds.output


def _largest(name: str, kinds: DensePrecision, source: FixedPoint, kernel: Any, bias: Any) -> int:
    """Largest value of a layer, in units of the finest LSB in it, its quantizer included."""
    layer = Linear(
        name,
        "",
        kinds.weight.encode(kernel),
        kinds.weight,
        kinds.bias.encode(bias),
        kinds.bias,
        source,
        kinds.output,
    )
    inputs = Interval(
        np.full(len(kernel), source.minimum), np.full(len(kernel), source.maximum), source.fraction
    )
    fraction = max(kinds.weight.fraction + source.fraction, kinds.bias.fraction)
    finest = max(fraction, kinds.output.fraction)
    sums = partial_sum(layer, inputs) << (finest - fraction)
    # A quantizer returns x + (q - x).
    return (
        sums
        + (-kinds.output.minimum << (finest - kinds.output.fraction))
        + (kinds.output.maximum << (finest - kinds.output.fraction))
    )
