"""The scores of a scorer over the ports of its hardware network."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, fold
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.ir.typed import Typed
from trigger_ad.scorers.ranked import Events, resolve

__all__ = ["bind"]


def bind(
    expressions: Mapping[str, Expression],
    branches: Sequence[str],
    network: HardwareNetwork,
    minimum: NDArray[np.integer[Any]] | None = None,
    maximum: NDArray[np.integer[Any]] | None = None,
    events: Events = Events(),  # noqa: B008 - a frozen record
    beside: Mapping[str, PortType] = MappingProxyType({}),
) -> dict[str, Score]:
    """Give every port of the scores its type in the hardware.

    Parameters
    ----------
    expressions : mapping of str to Expression
        Over the port ``input``, one port for each branch, and those of `beside`.
    branches : sequence of str
        In the order of the network's outputs.
    network : HardwareNetwork
    minimum, maximum : ndarray (57,) of int, optional
        Raw bounds of each scaled input. Without them every port has the whole range of its
        type, as networks of the same types with other weights need it.
    events : Events, optional
        Background events with values of this network, of which tables are made.
    beside : mapping of str to PortType, optional
        Vectors that scores read beside the network.

    Returns
    -------
    dict of str to Score
        Over the names of the network and of the vectors.

    Raises
    ------
    ConversionError
        If a vector has the name of a layer.
    """
    names = {"input": network.input_name, **dict(zip(branches, network.outputs, strict=True))}
    types = _types(network, names.values(), minimum, maximum)
    _require_apart(network, beside)
    types |= beside

    def rename(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        if node.operation == PORT:
            return dataclasses.replace(node, name=names.get(node.name, node.name))
        node = dataclasses.replace(node, arguments=arguments)
        return _table(node, types)

    def used(node: Expression, arguments: tuple[frozenset[str], ...]) -> frozenset[str]:
        own = frozenset([node.name]) if node.operation == PORT else frozenset()
        return own.union(*arguments)

    scores = {}
    for name, expression in expressions.items():
        read = sorted(names.get(old, old) for old in fold(expression, used))
        ports = {port: types[port] for port in read}
        bound = resolve(fold(expression, rename), types, events)
        scores[name] = Score(name, bound, ports)
    return scores


def _require_apart(network: HardwareNetwork, beside: Iterable[str]) -> None:
    layers = {network.input_name, *(layer.name for layer in network.layers)}
    for name in beside:
        if name in layers:
            raise ConversionError(
                f"vector {name}",
                "must have another name than the layers of the network",
                None,
                "rename it",
            )


def _types(
    network: HardwareNetwork,
    ports: Iterable[str],
    minimum: NDArray[np.integer[Any]] | None,
    maximum: NDArray[np.integer[Any]] | None,
) -> dict[str, PortType]:
    if minimum is None or maximum is None:
        return {
            port: PortType(
                network.type_of(port),
                network.input_size if port == network.input_name else network.layer(port).size,
            )
            for port in ports
        }
    low, high = (np.asarray(bound, dtype=np.int64) for bound in (minimum, maximum))
    bounds = network.intervals(low, high)
    return {
        port: PortType(
            network.type_of(port),
            len(bounds[port].minimum),
            tuple(bounds[port].minimum.tolist()),
            tuple(bounds[port].maximum.tolist()),
        )
        for port in ports
    }


def _table(node: Expression, types: Mapping[str, PortType]) -> Expression:
    """Write an operation that hardware has as a table in that way; any other stays."""
    entries = OPERATIONS[node.operation].entries
    if entries is None:
        return node
    (argument,) = node.arguments
    values = entries(node, Typed("a score", types).signal(argument))
    return argument.table(values, node.parameter)
