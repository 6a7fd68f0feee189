"""The architecture of a network: named layers from its inputs to one output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Shape, elements
from trigger_ad.layers.node import INPUT, Node
from trigger_ad.storage.whole import NotWholeError, listed, typed

__all__ = ["Architecture", "chain"]

T = TypeVar("T")


@dataclass(frozen=True)
class Architecture:
    """Layers from the event's inputs to one output vector.

    Parameters
    ----------
    name : str
        Of the network: prefix of its layers, and name of its port in the score.
    shape : tuple of int
        Of the inputs: (n,), (length, channels) or (height, width, channels). They come as a flat
        vector in this order, the channels of a particle or pixel beside each other.
    nodes : tuple of Node
        Each after its sources.
    output : str
        Name of the node whose values, flat, leave the network.

    Raises
    ------
    ArchitectureError
        If nodes, or what they compute, do not fit each other.
    """

    name: str
    shape: Shape
    nodes: tuple[Node, ...]
    output: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.shape) <= 3 or min(self.shape) < 1:
            rule = "must be (n,), (length, channels) or (height, width, channels), all from 1"
            raise ArchitectureError(
                f"the input shape of network {self.name}", rule, self.shape, "change it"
            )
        self._check_output(self.shapes)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """Shapes of the input and of what each node gives, by name."""
        found: dict[str, Shape] = {INPUT: self.shape}
        for node in self.nodes:
            layer = self.layer(node)
            node.check(layer, found)
            found[node.name] = node.kind.shape(layer, [found[name] for name in node.sources])
        return found

    def _check_output(self, known: Mapping[str, Shape]) -> None:
        if self.output == INPUT or self.output not in known:
            names = ", ".join(node.name for node in self.nodes) or "nodes that there are"
            raise ArchitectureError(
                f"the output of network {self.name}",
                f"must be one of {names}",
                repr(self.output),
                "name a node",
            )
        read = {self.output, *(source for node in self.nodes for source in node.sources)}
        for node in self.nodes:
            if node.name not in read:
                rule = "must be read by another layer, or be the output"
                raise ArchitectureError(f"layer {self.layer(node)}", rule, None, "leave it out")

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return elements(self.shape)

    @property
    def size(self) -> int:
        """Number of outputs."""
        return elements(self.shapes[self.output])

    @property
    def weighted(self) -> tuple[Node, ...]:
        """Nodes with weights."""
        return tuple(node for node in self.nodes if self.weights(node))

    @property
    def layers(self) -> tuple[str, ...]:
        """Full names of the layers with weights."""
        return tuple(self.layer(node) for node in self.weighted)

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers of values: of the inputs, and of what each node gives."""
        return tuple(elements(shape) for shape in self.shapes.values())

    @property
    def relu(self) -> tuple[bool, ...]:
        """Whether each node is followed by ReLU."""
        return tuple(node.relu for node in self.nodes)

    def layer(self, node: Node) -> str:
        """Full name of a node."""
        return f"{self.name}_{node.name}"

    def sources(self, node: Node) -> tuple[Shape, ...]:
        """Shapes of what a node reads."""
        return tuple(self.shapes[name] for name in node.sources)

    def weights(self, node: Node) -> dict[str, Shape]:
        """Shapes of the weights of a node, by their names behind that of the layer."""
        return node.kind.weights(self.sources(node))

    def fold(self, first: T, visit: Callable[[Node, tuple[T, ...]], T]) -> dict[str, T]:
        """Go through the nodes with what was found for their sources.

        Parameters
        ----------
        first : object
            What belongs to the inputs.
        visit : callable
            Node, and what belongs to its sources, to what belongs to the node.

        Returns
        -------
        dict
            By name, the input among them.
        """
        found = {INPUT: first}
        for node in self.nodes:
            found[node.name] = visit(node, tuple(found[name] for name in node.sources))
        return found

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        nodes = [node.to_json() for node in self.nodes]
        return {"name": self.name, "shape": list(self.shape), "nodes": nodes, "output": self.output}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Architecture:
        """Rebuild from `to_json`, or from the chains of earlier versions.

        Raises
        ------
        ArchitectureError
            If nodes do not fit each other, or nobody knows a kind.
        NotWholeError
            If a value is missing, or of another type.
        """
        name = typed(record, "name", str)
        if "widths" in record:
            widths, relu = listed(record, "widths", int), listed(record, "relu", bool)
            if len(widths) != len(relu) + 1:
                raise NotWholeError("one with such a value of relu")
            return chain(name, widths, relu, typed(record, "bias", bool))
        nodes = tuple(Node.from_json(node) for node in listed(record, "nodes", dict))
        return cls(name, listed(record, "shape", int), nodes, typed(record, "output", str))


def chain(name: str, widths: tuple[int, ...], relu: tuple[bool, ...], bias: bool) -> Architecture:
    """Return a chain of dense layers from the event's inputs to one output vector.

    Parameters
    ----------
    name : str
        Prefix of its layers, and name of its port in the score.
    widths : tuple of int
        Of the input and of every layer: 57-16-8-4-8-16-57.
    relu : tuple of bool
        Whether each dense layer is followed by ReLU; one less than `widths`.
    bias : bool
        Whether dense layers have biases.
    """
    layers = enumerate(zip(widths[1:], relu, strict=True))
    nodes = tuple(
        Node(str(index), Dense(units, bias), (str(index - 1) if index else INPUT,), follows)
        for index, (units, follows) in layers
    )
    return Architecture(name, widths[:1], nodes, str(len(nodes) - 1))
