"""How hls4ml reads QKeras layers on Keras 3, which it cannot by itself."""

from __future__ import annotations

from typing import Any

from hls4ml.converters.keras_v3._base import KerasV3LayerHandler, registry
from hls4ml.model.quantizers import QKerasQuantizer
from qkeras import quantized_bits, quantized_relu

from trigger_ad.errors import ConversionError

__all__ = ["QActivationHandler", "QDenseHandler", "register"]


def _refuse(layer: Any, rule: str, value: object) -> ConversionError:
    return ConversionError(
        f"layer {layer.name}", rule, value, "build the network with trigger_ad.quantize.model"
    )


class QDenseHandler(KerasV3LayerHandler):
    """A dense layer with power-of-two quantizers for weights and biases."""

    def handle(self, layer: Any, _inputs: Any, _outputs: Any) -> dict[str, Any]:
        """Return the keys that hls4ml wants for a dense layer."""
        kernel = self.load_weight(layer, "kernel")
        return {
            "class_name": "Dense",
            "data_format": "channels_last",
            "weight_data": kernel,
            "bias_data": self.load_weight(layer, "bias") if layer.use_bias else None,
            "n_in": kernel.shape[0],
            "n_out": kernel.shape[1],
            "weight_quantizer": _wrap(layer, layer.kernel_quantizer_internal),
            "bias_quantizer": _wrap(layer, layer.bias_quantizer_internal)
            if layer.use_bias
            else None,
        }


class QActivationHandler(KerasV3LayerHandler):
    """A quantizer between layers; its type comes with the precisions of the conversion."""

    def handle(self, layer: Any, inputs: Any, _outputs: Any) -> tuple[dict[str, Any]]:
        """Return the keys that hls4ml wants for an activation of a given type."""
        quantizer = layer.activation
        if not isinstance(quantizer, quantized_bits | quantized_relu):
            raise _refuse(layer, "must be quantized_bits or quantized_relu", quantizer)
        relu = isinstance(quantizer, quantized_relu)
        if not relu:
            _check_scale(layer, quantizer)
        record = dict(self.default_config) | {
            "class_name": "Activation",
            "activation": "relu" if relu else "linear",
            "n_in": inputs[0].shape[-1],
            "trusted": True,
        }
        return (record,)


def _check_scale(layer: Any, quantizer: Any) -> None:
    if quantizer.alpha != 1:
        raise _refuse(layer, "must have quantizers of scale 1", f"alpha {quantizer.alpha!r}")


def _wrap(layer: Any, quantizer: Any) -> Any:
    if not isinstance(quantizer, quantized_bits):
        raise _refuse(layer, "must have quantized_bits weights and biases", quantizer)
    _check_scale(layer, quantizer)
    return QKerasQuantizer({"class_name": "quantized_bits", "config": quantizer.get_config()})


def register() -> None:
    """Tell hls4ml of both; may be called again."""
    registry["qkeras.qlayers.QDense"] = QDenseHandler()
    registry["qkeras.qlayers.QActivation"] = QActivationHandler()
