"""Layers in front of the dense ones of a scorer, as its section gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any, Self

import pydantic
from pydantic import Field

from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Kind
from trigger_ad.layers.node import INPUT, Node
from trigger_ad.layers.table import KINDS, kind_of
from trigger_ad.sections.section import Section

__all__ = ["NO_LAYERS", "Front", "LayerSettings"]


class LayerSettings(Section):
    """A layer of any kind."""

    name: str | None = Field(None, description="in letters and digits; numbered if not given")
    kind: str = Field(description=f"one of {', '.join(KINDS)}")
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
        return kind_of(self.kind, self.parameters)


@dataclass(frozen=True)
class Front:
    """Layers between the words and the dense layers of a network; none by default.

    Parameters
    ----------
    shape : tuple of int
        In which the first of them reads the words, channels last; a vector if empty.
    layers : tuple of LayerSettings
    """

    shape: tuple[int, ...] = ()
    layers: tuple[LayerSettings, ...] = ()

    def network(
        self, name: str, inputs: int, dense: Iterable[tuple[int, bool]], *, bias: bool
    ) -> Architecture:
        """A network of these layers, and dense ones behind them.

        Parameters
        ----------
        name : str
        inputs : int
            Words of an event.
        dense : iterable of (int, bool)
            Units of each dense layer, and whether ReLU follows.
        bias : bool
            Whether dense layers have biases.

        Raises
        ------
        ArchitectureError
            If layers do not fit each other or the words.
        """
        shape = self.shape or (inputs,)
        if prod(shape) != inputs:
            what, rule = f"the input shape of network {name}", f"must hold the {inputs} words"
            remedy = "change the key shape, or take a part of the words"
            raise ArchitectureError(what, rule, shape, remedy)
        nodes: list[Node] = []
        for number, layer in enumerate(self.layers):
            before = (nodes[-1].name if nodes else INPUT,)
            own = layer.name or f"front{number}"
            nodes.append(Node(own, layer.made(), layer.sources or before, layer.relu))
        for number, (units, relu) in enumerate(dense):
            before = (nodes[-1].name if nodes else INPUT,)
            nodes.append(Node(str(number), Dense(units, bias), before, relu))
        return Architecture(name, shape, tuple(nodes), nodes[-1].name)


#: Of a network of dense layers alone.
NO_LAYERS = Front()
