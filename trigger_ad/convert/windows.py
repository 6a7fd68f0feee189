"""Layers of windows in hls4ml: what their graph knows of them, and the C++ that it writes.

hls4ml has convolutions and pooling of its own, one text for each kind and dimension, with the
windows spelled out as code. Here all of them are tables of places over its dense layer, as in the
record and in the RTL, so that the written project can be read back whatever the kind.
"""

from __future__ import annotations

import textwrap
from functools import cache
from typing import Any, ClassVar

import numpy as np
from hls4ml.backends import get_backend
from hls4ml.backends.template import FunctionCallTemplate, LayerConfigTemplate
from hls4ml.backends.vivado.passes.core_templates import (
    DenseConfigTemplate,
    DenseFunctionTemplate,
    dense_config_template,
    dense_function_template,
)
from hls4ml.model.attributes import Attribute
from hls4ml.model.layers import Dense, Layer, register_layer
from hls4ml.model.optimizer.passes import bit_exact
from hls4ml.utils.qinterval import QIntervalArray
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.places import NOTHING, gathered
from trigger_ad.storage.shipped import shipped_path

__all__ = ["LinearWindows", "MaximumWindows", "register"]

_HEADER = "nnet_windows.h"

_PLACES = """    static const unsigned n_source = {n_source};
    static const unsigned n_windows = {n_windows};
    static int place(unsigned index) {{
        #pragma HLS INLINE
        static const int places[n_windows * n_in] = {{
{place_list}}};
        return places[index];
    }}
"""

_MAXIMUM = (
    "struct config{index} : nnet::maximum_windows_config {{\n"
    "    static const unsigned n_in = {n_in};\n" + _PLACES + "}};\n"
)


class LinearWindows(Dense):
    """A dense layer that is applied to each of its windows."""

    _expected_attributes: ClassVar[list[Any]] = [
        Attribute("n_windows"),
        Attribute("places", value_type=np.ndarray),
    ]

    def initialize(self) -> None:
        """Declare result, weights and biases."""
        _declare(self)
        self.add_output_variable([self.get_attr("n_windows") * self.get_attr("n_out")])
        self.add_weights(quantizer=self.get_attr("weight_quantizer"))
        if self.get_attr("bias_data") is None:  # hls4ml would make one for each output
            self.set_attr("bias_data", np.zeros(self.get_attr("n_out")))
        self.add_bias(quantizer=self.get_attr("bias_quantizer"))


class MaximumWindows(Layer):
    """The largest element of each window."""

    _expected_attributes: ClassVar[list[Any]] = [
        Attribute("n_in"),
        Attribute("n_windows"),
        Attribute("places", value_type=np.ndarray),
    ]

    def initialize(self) -> None:
        """Declare the result."""
        _declare(self)
        self.add_output_variable([self.get_attr("n_windows")])


def _declare(layer: Any) -> None:
    """Set what follows from the places and the source."""
    places, size = layer.get_attr("places"), layer.get_input_variable().shape[0]
    least = NOTHING if isinstance(layer, LinearWindows) else 0
    if places.min() < least or places.max() >= size:
        raise ConversionError(
            f"the places of layer {layer.name}",
            f"must be {least} to {size - 1}",
            f"{places.min()} to {places.max()}",
            "correct the kind of layer",
        )
    layer.set_attr("n_windows", len(places))
    layer.set_attr("n_in", places.shape[1])
    layer.set_attr("n_source", size)
    numbers = ", ".join(str(place) for place in places.reshape(-1))
    indent = " " * 12
    text = textwrap.fill(numbers, 100, initial_indent=indent, subsequent_indent=indent)
    layer.set_attr("place_list", text)


class _LinearConfig(DenseConfigTemplate):
    def __init__(self) -> None:
        LayerConfigTemplate.__init__(self, LinearWindows)
        self.template = dense_config_template.replace("}};\n", _PLACES + "}};\n")


class _LinearFunction(DenseFunctionTemplate):
    def __init__(self) -> None:
        FunctionCallTemplate.__init__(self, LinearWindows, include_header=_included())
        self.template = dense_function_template.replace("nnet::dense<", "nnet::linear_windows<")


class _MaximumConfig(LayerConfigTemplate):
    def __init__(self) -> None:
        super().__init__(MaximumWindows)

    def format(self, node: Any) -> str:
        """Fill in places and sizes."""
        return _MAXIMUM.format(**self._default_config_params(node))


class _MaximumFunction(FunctionCallTemplate):
    def __init__(self) -> None:
        super().__init__(MaximumWindows, include_header=_included())

    def format(self, node: Any) -> str:
        """Write the call."""
        text = "nnet::maximum_windows<{input_t}, {output_t}, {config}>({input}, {output});"
        return text.format(**self._default_function_params(node))


def _included() -> list[str]:
    return [f"nnet_utils/{_HEADER}"]


def _sums(layer: Any) -> tuple[NDArray[Any], ...]:
    """Signs, integer and fraction bits of the sums of every window."""
    (source,) = bit_exact.get_input_layers(layer)
    windows = [gathered(part, layer.get_attr("places")) for part in bit_exact.produce_kif(source)]
    found = QIntervalArray.from_kif(*windows) @ layer.get_attr("weight").data
    if layer.get_attr("bias") is not None:
        found = found + layer.get_attr("bias").data
    signs, integers, fractions = found.to_kif()
    return signs.astype(np.int16).reshape(-1), integers.reshape(-1), fractions.reshape(-1)


def _largest(layer: Any) -> tuple[NDArray[Any], ...]:
    """Those that hold every element of a window."""
    (source,) = bit_exact.get_input_layers(layer)
    places = layer.get_attr("places")
    return tuple(part[places].max(axis=1) for part in bit_exact.produce_kif(source))


@cache
def register() -> None:
    """Tell hls4ml of both, once in a process."""
    register_layer("LinearWindows", LinearWindows)
    register_layer("MaximumWindows", MaximumWindows)
    # The pass that makes every width exact knows what each class of layer gives.
    known = bit_exact._produce_kif  # noqa: SLF001  hls4ml has no other way to add one
    known.register(LinearWindows, _sums)
    known.register(MaximumWindows, _largest)
    vivado = get_backend("Vivado")  # whose templates Vitis takes
    for template in (_LinearConfig, _LinearFunction, _MaximumConfig, _MaximumFunction):
        vivado.register_template(template)
    for name in ("Vivado", "Vitis"):
        get_backend(name).register_source(shipped_path("firmware", "hls", _HEADER))
