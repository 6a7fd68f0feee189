"""Names of layers from Keras to C++."""

from __future__ import annotations

from trigger_ad.scorers.branch import Branch

__all__ = ["INPUT_NAME", "SCALED_NAME", "activation_name", "layer_names"]

#: Name of the input in Keras and in C++; hls4ml reserves ``input``, which scores say.
INPUT_NAME = "inputs"

#: Name of the quantizer behind the input.
SCALED_NAME = "scaled"


def layer_names(branch: Branch) -> tuple[str, ...]:
    """Names of the dense layers in hardware: the last one is the port of the branch."""
    return (*branch.layers[:-1], branch.name)


def activation_name(layer: str, *, relu: bool) -> str:
    """Name of the quantizer behind a dense layer."""
    return f"{layer}_{'relu' if relu else 'cast'}"
