"""Layers in front of the dense ones of a scorer, as its section gives them."""

from __future__ import annotations

from math import prod
from typing import Any, Self

import pydantic
from pydantic import Field

from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Kind
from trigger_ad.layers.node import INPUT, Node
from trigger_ad.layers.table import KINDS
from trigger_ad.sections.section import Section
from trigger_ad.storage.record import dataclass_of

__all__ = ["LayerSettings", "front_and_dense"]


class LayerSettings(Section):
    """A layer of any kind."""

    name: str | None = Field(None, description="in letters and digits; numbered if not given")
    kind: str = Field(description="a kind of layer")
    sources: tuple[str, ...] | None = Field(
        None, description="names of what it reads, input among them; the layer before if not given"
    )
    relu: bool = Field(False, description="whether ReLU follows")
    parameters: dict[str, Any] = Field(default_factory=dict, description="those of the kind")

    @pydantic.model_validator(mode="after")
    def _made(self) -> Self:
        self.made()
        return self

    def made(self) -> Kind:
        """The kind with its parameters.

        Raises
        ------
        ValueError
            If nobody knows the kind, or it has other parameters.
        """
        if self.kind not in KINDS:
            raise ValueError(f"must have a kind that is one of {', '.join(KINDS)}")
        try:
            return dataclass_of(KINDS[self.kind], self.parameters)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            message = first["msg"].lower()
            raise ValueError(
                f"must have the parameters of {self.kind}: {name}, {message}"
            ) from None


def front_and_dense(
    name: str,
    inputs: int,
    front: tuple[tuple[int, ...], tuple[LayerSettings, ...]],
    dense: tuple[tuple[int, bool], ...],
    *,
    bias: bool,
) -> Architecture:
    """A network of some layers, and dense ones behind them.

    Parameters
    ----------
    name : str
    inputs : int
        Words of an event.
    front : tuple
        Shape in which the first layer reads them, empty for a vector, and layers.
    dense : tuple of (int, bool)
        Units of each dense layer, and whether ReLU follows.
    bias : bool
        Whether dense layers have biases.

    Raises
    ------
    ArchitectureError
        If layers do not fit each other or the words.
    """
    shape, layers = front[0] or (inputs,), front[1]
    if prod(shape) != inputs:
        rule = f"must hold the {inputs} words of an event"
        what = f"the input shape of network {name}"
        raise ArchitectureError(what, rule, shape, "change the key shape, or take a part of them")
    nodes: list[Node] = []
    for number, layer in enumerate(layers):
        before = (nodes[-1].name if nodes else INPUT,)
        own = layer.name or f"front{number}"
        nodes.append(Node(own, layer.made(), layer.sources or before, layer.relu))
    for number, (units, relu) in enumerate(dense):
        before = (nodes[-1].name if nodes else INPUT,)
        nodes.append(Node(str(number), Dense(units, bias), before, relu))
    return Architecture(name, shape, tuple(nodes), nodes[-1].name)
