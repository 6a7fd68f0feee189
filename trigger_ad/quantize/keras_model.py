"""QKeras models made elsewhere, as quantised models of this project.

What a layer computes after rounding is kept exactly: its rounded weights, and the type behind it.
What cannot be kept is refused with the name of the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Kind, Raw, Shape, elements
from trigger_ad.layers.node import INPUT, TAKEN, Node
from trigger_ad.layers.part import Part
from trigger_ad.layers.table import KINDS
from trigger_ad.quantize.activations import Quantizer, quantizer_of
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.precision import LARGEST_WIDTH, LayerPrecision, Precision
from trigger_ad.quantize.rounded import Rounded, rounded_weights

__all__ = ["quantized_model"]

#: Type of inputs before anything is known of them; nothing reads them before.
_UNKNOWN = FixedPoint.quantized_bits(2, 0)

#: Layers that do nothing once a network is trained.
_IDLE = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout")

_ORDER = (
    "end the network before it, keras.Model(model.inputs, LAYER.output), which does not change the "
    "order of its outputs"
)

_FOLD = "use QDenseBatchnorm or QConv2DBatchnorm, which round the folded weights"


def quantized_model(model: Any, name: str) -> QuantizedModel:
    """Read a trained QKeras model.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional, each layer used once. Several inputs are read as one vector, one
        behind the other; each output becomes a network of its own, with all layers it needs.
    name : str
        Of the network; of several outputs, each has the number of its output behind it.

    Returns
    -------
    QuantizedModel
        Where no quantizer follows a layer its values have the type that holds every sum.

    Raises
    ------
    ConversionError
        If hardware cannot compute a layer exactly.
    ArchitectureError
        If a layer cannot have its parameters.
    """
    whole = _functional(model)
    reader = _Reader(whole)
    for operation in whole.operations:
        reader.read(operation)
    count = len(model.outputs)
    names = [name] if count == 1 else [f"{name}{number}" for number in range(1, count + 1)]
    last = [reader.result(tensor) for tensor in model.outputs]
    return reader.finish(names, last)


@dataclass
class _Layer:
    """A node with what was found for it; `kind` is open until something reads its values."""

    node: Node
    keras: str
    shape: Shape
    weights: Rounded | None = None
    kind: FixedPoint | None = None


class _Reader:
    def __init__(self, model: Any) -> None:
        self.layers: dict[str, _Layer] = {}
        self.made: dict[str, str] = {}  # node behind each tensor
        self.inputs: dict[str, str] = {}  # Keras layer behind each tensor of an input
        self.lost: dict[str, str] = {}  # quantizer that took the place of a tensor in its node
        self.input: FixedPoint | None = None
        self.nodes = {id(node) for level in model._nodes_by_depth.values() for node in level}  # noqa: SLF001
        sizes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
        if any(None in size for size in sizes):
            rule = "must have inputs of a fixed size"
            raise ConversionError("the model", rule, sizes, "give every dimension a number")
        self.shape = sizes[0] if len(sizes) == 1 else (sum(elements(size) for size in sizes),)
        self.first = dict(zip((t.name for t in model.inputs), _starts(sizes), strict=True))

    def read(self, operation: Any) -> None:
        """Take in one layer; its sources came before."""
        kind, name = type(operation).__name__, operation.name
        # Keras has no other way to tell; a layer may be in other models too.
        uses = [node for node in operation._inbound_nodes if id(node) in self.nodes]  # noqa: SLF001
        if len(uses) != 1:
            raise ConversionError(
                f"layer {name}", "must be used once", "several times", "make a layer for each use"
            )
        (node,) = uses
        sources = [tensor.name for tensor in node.arguments.keras_tensors]
        self._refuse_lost(sources)
        (output,) = (tensor.name for tensor in node.outputs)
        function = _function(operation) if kind == "Activation" else ""
        if kind == "InputLayer":
            self.inputs[output] = name
        elif kind in _IDLE:
            self._pass(sources[0], output)
        elif kind == "QActivation":
            self._quantise(operation, sources[0], output)
        elif kind == "ReLU" or function == "relu":
            self._rectify(operation, sources[0], output)
        elif function == "linear":
            self._pass(sources[0], output)
        elif function:
            raise _refused(operation.name, function)
        else:
            self._add(operation, node.arguments.keras_tensors, output)

    def source(self, tensor: Any) -> str:
        """Node behind a tensor, its type settled."""
        if tensor.name in self.inputs:
            raise ConversionError(
                f"input {self.inputs[tensor.name]}",
                "must be followed by a QActivation",
                None,
                "quantise it with quantized_bits",
            )
        self._refuse_lost([tensor.name])
        name = self.made[tensor.name]
        if name in self.layers:
            self._settle(self.layers[name])
        return name

    def result(self, tensor: Any) -> str:
        """Node behind an output."""
        name = self.source(tensor)
        if name == INPUT:
            remedy = "leave it out, for scores read the input too"
            raise ConversionError(
                f"output {tensor.name}", "must be made by a layer", "the input", remedy
            )
        return name

    def finish(self, names: Sequence[str], last: Sequence[str]) -> QuantizedModel:
        """The networks of some nodes."""
        networks: list[Architecture] = []
        precisions: dict[str, LayerPrecision] = {}
        weights: dict[str, NDArray[np.float32]] = {}
        for name, output in zip(names, last, strict=True):
            network = Architecture(name, self.shape, self._needed(output), output)
            networks.append(network)
            for node in network.nodes:
                key, found = network.layer(node), self.layers[node.name].weights
                if found is not None:
                    weights |= {f"{key}.{part}": found.arrays[part] for part in found.arrays}
                if node.kind.typed:
                    weight, bias = (None, None) if found is None else (found.weight, found.bias)
                    precisions[key] = LayerPrecision(weight, bias, self._kind_of(node.name))
        return QuantizedModel(tuple(networks), Precision(self._kind_of(INPUT), precisions), weights)

    def _needed(self, output: str) -> tuple[Node, ...]:
        needed = {output}
        for layer in reversed(self.layers.values()):
            if layer.node.name in needed:
                needed |= set(layer.node.sources)
        return tuple(layer.node for layer in self.layers.values() if layer.node.name in needed)

    def _pass(self, source: str, output: str) -> None:
        if source in self.inputs:
            self.inputs[output], self.first[output] = self.inputs[source], self.first[source]
        else:
            self.made[output] = self.made[source]

    def _add(self, operation: Any, tensors: Sequence[Any], output: str) -> None:
        sources = tuple(self.source(tensor) for tensor in tensors)
        shapes = [tuple(tensor.shape[1:]) for tensor in tensors]
        kind = _kind(operation, shapes)
        shape = kind.shape(operation.name, shapes)
        node = Node(self._named(operation.name), kind, sources)
        weights = rounded_weights(operation) if kind.weights(shapes) else None
        self.layers[node.name] = _Layer(node, operation.name, shape, weights)
        self.made[output] = node.name
        own = getattr(operation, "activation", None)
        if own is not None and getattr(own, "__name__", "") != "linear":
            self._apply(self.layers[node.name], quantizer_of(operation.name, own))

    def _quantise(self, operation: Any, source: str, output: str) -> None:
        quantizer = quantizer_of(operation.name, operation.activation)
        if source in self.inputs:
            self._quantise_input(operation, source, output, quantizer)
            return
        node = self.made[source]
        layer = self.layers.get(node)
        if layer is not None and layer.node.kind.typed and layer.kind is None:
            self._lose(node, operation.name)
            self._apply(layer, quantizer)
        elif not quantizer.keeps(self._kind_of(node)):
            raise ConversionError(
                f"layer {operation.name}",
                "must quantise the sums of one layer",
                "values that have a type already",
                "put it right behind that layer, in place of any other quantizer there",
            )
        self.made[output] = node

    def _quantise_input(
        self, operation: Any, source: str, output: str, quantizer: Quantizer
    ) -> None:
        if quantizer.relu or self.input not in (None, quantizer.kind):
            raise ConversionError(
                f"layer {operation.name}",
                "must quantise every input by the same quantized_bits with a sign",
                quantizer.kind,
                "give all inputs one type",
            )
        self.input = quantizer.kind
        shape = tuple(operation.output.shape[1:])
        if shape == self.shape:
            self.made[output] = INPUT
            return
        node = Node(self._named(self.inputs[source]), Part(self.first[source], shape))
        self.layers[node.name] = _Layer(node, operation.name, shape)
        self.made[output] = node.name

    def _rectify(self, operation: Any, source: str, output: str) -> None:
        layer = self.layers.get(self.made.get(source, ""))
        plain = getattr(operation, "max_value", None) is None and not any(
            float(getattr(operation, key, 0.0)) for key in ("negative_slope", "threshold")
        )
        if layer is None or not layer.node.kind.typed or layer.kind is not None or not plain:
            raise ConversionError(
                f"layer {operation.name}",
                "must be a plain ReLU behind sums that are not quantised",
                None,
                "use QActivation with quantized_relu",
            )
        if not layer.node.relu:
            self._lose(layer.node.name, operation.name)
        layer.node = replace(layer.node, relu=True)
        self.made[output] = layer.node.name

    def _lose(self, name: str, quantizer: str) -> None:
        """Forget the tensors of a node, whose values a quantizer is about to change."""
        for tensor in [tensor for tensor, node in self.made.items() if node == name]:
            self.lost[tensor] = quantizer
            del self.made[tensor]

    def _refuse_lost(self, tensors: Sequence[str]) -> None:
        for tensor in tensors:
            if tensor in self.lost:
                raise ConversionError(
                    f"layer {self.lost[tensor]}",
                    "must be the only one that reads what it quantises",
                    None,
                    "let all others read it, or make a layer for each",
                )

    def _apply(self, layer: _Layer, quantizer: Quantizer) -> None:
        if layer.node.relu and not quantizer.relu:
            raise ConversionError(
                f"the quantizer behind layer {layer.keras}",
                "must have no sign behind ReLU",
                quantizer.kind,
                "use quantized_relu",
            )
        layer.node = replace(layer.node, relu=quantizer.relu)
        layer.kind = quantizer.kind

    def _settle(self, layer: _Layer) -> None:
        """Give values behind which no quantizer stands the type that holds them all."""
        if not layer.node.kind.typed or layer.kind is not None:
            return
        kinds = [self._kind_of(source) for source in layer.node.sources]
        shapes = [self._shape_of(source) for source in layer.node.sources]
        raw: dict[str, Raw] = {} if layer.weights is None else layer.weights.raw()
        most, fraction = layer.node.kind.largest(shapes, kinds, raw)
        width = most.bit_length() + (not layer.node.relu)
        if width > LARGEST_WIDTH:
            raise ConversionError(
                f"layer {layer.keras}",
                f"must be followed by a quantizer, or have values of up to {LARGEST_WIDTH} bits",
                width,
                "put a QActivation behind it",
            )
        make = FixedPoint.quantized_relu if layer.node.relu else FixedPoint.quantized_bits
        width = max(width, 2)
        layer.kind = make(width, width - fraction - (not layer.node.relu))

    def _kind_of(self, name: str) -> FixedPoint:
        if name == INPUT:
            return self.input or _UNKNOWN
        layer = self.layers[name]
        self._settle(layer)
        return self._kind_of(layer.node.sources[0]) if layer.kind is None else layer.kind

    def _shape_of(self, name: str) -> Shape:
        return self.shape if name == INPUT else self.layers[name].shape

    def _named(self, keras_name: str) -> str:
        """A name of letters and digits that is still free."""
        plain = "".join(filter(str.isalnum, keras_name))[:24] or "layer"
        name, number = plain, 1
        while name in self.layers or name in TAKEN:
            number += 1
            name = f"{plain}n{number}"
        return name


def _functional(model: Any) -> Any:
    """A model whose layers are known with their sources, in order; that of a Sequential."""
    found = getattr(model, "_functional", model)
    if not hasattr(found, "_nodes_by_depth"):
        raise ConversionError(
            "the model",
            "must be functional or sequential, and have an input",
            type(model).__name__,
            "begin it with keras.Input",
        )
    return found


def _function(activation: Any) -> str:
    """Name of what a Keras Activation applies."""
    function = activation.activation
    return getattr(function, "__name__", type(function).__name__)


def _starts(sizes: Sequence[Shape]) -> list[int]:
    ends = np.cumsum([0, *(elements(size) for size in sizes)])
    return [int(end) for end in ends[:-1]]


def _kind(operation: Any, shapes: Sequence[Shape]) -> Kind:
    name = type(operation).__name__
    for kind in KINDS.values():
        if name in kind.keras_classes:
            return kind.read(operation, shapes)
    raise _refused(operation.name, name)


def _refused(layer: str, found: str) -> ConversionError:
    known = sorted({name for kind in KINDS.values() for name in kind.keras_classes})
    remedies = dict.fromkeys(("BatchNormalization", "QBatchNormalization"), _FOLD)
    remedies |= dict.fromkeys(("softmax", "Softmax"), _ORDER)
    remedy = remedies.get(found, f"build it from {', '.join(known)}")
    rule = "must be a layer that hardware computes exactly"
    return ConversionError(f"layer {layer}", rule, found, remedy)
