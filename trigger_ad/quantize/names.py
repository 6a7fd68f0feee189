"""Names of layers from Keras to C++."""

from __future__ import annotations

from trigger_ad.scorers.branch import Branch

__all__ = ["INPUT_NAME", "SCALED_NAME", "activation_names", "layer_names"]

#: Name of the input in Keras and in C++; hls4ml reserves ``input``, which scores say.
INPUT_NAME = "inputs"

#: Name of the quantizer behind the input.
SCALED_NAME = "scaled"


def layer_names(branch: Branch) -> tuple[str, ...]:
    """Names of the dense layers in hardware.

    Whatever makes the output of a branch bears its name: the last dense layer, which
    swallows the quantizer behind it, or the ReLU behind that.
    """
    return branch.layers if branch.relu[-1] else (*branch.layers[:-1], branch.name)


def activation_names(branch: Branch) -> tuple[str, ...]:
    """Names of the quantizers behind the dense layers."""
    names = [
        f"{name}_{'relu' if relu else 'cast'}"
        for name, relu in zip(layer_names(branch), branch.relu, strict=True)
    ]
    return (*names[:-1], branch.name) if branch.relu[-1] else tuple(names)
