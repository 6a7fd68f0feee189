"""Names of a conversion, checked before anything is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from trigger_ad.convert.extract import INPUT_PORT
from trigger_ad.convert.steps import steps_of
from trigger_ad.convert.text import network_function
from trigger_ad.errors import ConversionError
from trigger_ad.ir.naming import check_name
from trigger_ad.layers.architecture import Architecture
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME

__all__ = ["check_names"]


def check_names(branches: Iterable[Architecture], namespace: str) -> None:
    """Check the names of a conversion: namespace, branches, and each only once.

    Raises
    ------
    ConversionError
    """
    check_name("the namespace", namespace)
    seen = {INPUT_NAME, SCALED_NAME, INPUT_PORT, namespace, network_function(namespace)}
    for branch in branches:
        check_name("the name of a branch", branch.name)
        for name in _hardware_names(branch):
            if name in seen:
                raise ConversionError(
                    f"the name {name} of a layer", "must be used once", "twice", "rename a branch"
                )
            seen.add(name)


def _hardware_names(network: Architecture) -> Iterator[str]:
    zeros = {
        f"{network.layer(node)}.{name}": np.zeros(shape, np.float32)
        for node in network.nodes
        for name, shape in network.weights(node).items()
    }
    for named, steps in steps_of(network, zeros):
        yield from (step.name for step in steps)
        if named.quantizer:
            yield named.quantizer
