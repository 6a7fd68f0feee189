"""Random architectures of every kind of layer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.add import Add
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.average_pooling import AveragePooling
from trigger_ad.layers.concatenate import Concatenate
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Kind, Shape, elements
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.node import INPUT, Node
from trigger_ad.layers.part import Part
from trigger_ad.layers.shared import Shared

#: No layer of a random network has more values.
LARGEST = 80


@dataclass
class Growing:
    """A network while layers are added to it."""

    name: str
    shape: Shape
    rng: np.random.Generator
    nodes: list[Node] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shapes[INPUT] = self.shape

    def add(self, kind: Kind, *sources: str, relu: bool = False) -> str:
        """Add a layer behind its sources; refused if it does not fit."""
        found = kind.shape("random", [self.shapes[source] for source in sources])
        name = f"{kind.name.replace('_', '')[:4]}{len(self.nodes)}"
        self.nodes.append(Node(name, kind, sources, relu and kind.typed))
        self.shapes[name] = found
        return name

    def grow(self, source: str, kinds: tuple[Callable[["Growing", str], Kind], ...]) -> str:
        """Add a random layer that fits behind a source."""
        for _ in range(100):
            kind = kinds[self.rng.integers(len(kinds))](self, source)
            try:
                size = elements(kind.shape("random", [self.shapes[source]]))
            except ArchitectureError:
                continue
            if size <= LARGEST:
                return self.add(kind, source, relu=self.rng.random() < 0.6)
        raise AssertionError("nothing fits")

    def finish(self, last: str) -> Architecture:
        """The network; what nobody reads is left out."""
        read, kept = {last}, []
        for node in reversed(self.nodes):
            if node.name in read:
                read |= set(node.sources)
                kept.append(node)
        return Architecture(self.name, self.shape, tuple(reversed(kept)), last)


def _rank(growing: Growing, source: str) -> int:
    return len(growing.shapes[source]) - 1


def _sizes(growing: Growing, source: str, choices: tuple[int, ...]) -> Shape:
    rank = _rank(growing, source)
    return tuple(int(size) for size in growing.rng.choice(choices, rank)) if rank else ()


def convolution(growing: Growing, source: str) -> Kind:
    """Any window, stride and padding, with biases or without."""
    rng = growing.rng
    padding = str(rng.choice(["valid", "same"]))
    return Convolution(
        int(rng.integers(1, 4)),
        _sizes(growing, source, (1, 2, 3)),
        _sizes(growing, source, (1, 1, 2)),
        padding,
        bool(rng.random() < 0.7),
    )


def shared(growing: Growing, source: str) -> Kind:
    """A layer for every particle or pixel."""
    return Shared(int(growing.rng.integers(1, 5)), bool(growing.rng.random() < 0.7))


def maximum(growing: Growing, source: str) -> Kind:
    """Windows that overlap, or not, or everything."""
    if growing.rng.random() < 0.2:
        return MaximumPooling()
    sizes = _sizes(growing, source, (1, 2, 3))
    strides = _sizes(growing, source, (1, 2)) if growing.rng.random() < 0.6 else ()
    return MaximumPooling(sizes, strides, str(growing.rng.choice(["valid", "same"])))


def average(growing: Growing, source: str) -> Kind:
    """A power of two of values."""
    if growing.rng.random() < 0.2:
        return AveragePooling()
    strides = _sizes(growing, source, (1, 2)) if growing.rng.random() < 0.6 else ()
    return AveragePooling(_sizes(growing, source, (1, 2, 4)), strides)


WINDOWS = (convolution, convolution, shared, maximum, average)


def architecture(name: str, shape: Shape, seed: int, outputs: int = 4) -> Architecture:
    """Three layers of windows or more, a residual sum, several branches merged, dense layers.

    Parameters
    ----------
    name : str
    shape : tuple of int
        Of the inputs. A vector is taken for particles of three numbers and some further numbers.
    seed : int
    outputs : int
    """
    rng = np.random.default_rng(seed)
    growing = Growing(name, shape, rng)
    start, other = INPUT, None
    if len(shape) == 1:
        particles = shape[0] // 4
        start = growing.add(Part(0, (particles, 3)), INPUT)
        other = growing.add(Part(3 * particles, (shape[0] - 3 * particles,)), INPUT)
        other = growing.add(Dense(3, bool(rng.random() < 0.5)), other, relu=True)
    last = growing.grow(start, (convolution, shared))
    beside = growing.add(Shared(growing.shapes[last][-1]), last, relu=bool(rng.random() < 0.5))
    last = growing.add(Add(), last, beside, relu=bool(rng.random() < 0.5))
    together = growing.add(Shared(2), last)
    last = growing.add(Concatenate(), last, together, relu=bool(rng.random() < 0.5))
    for _ in range(2):
        if len(growing.shapes[last]) > 1:
            last = growing.grow(last, WINDOWS)
    ends = [growing.add(Dense(int(rng.integers(3, 6))), last, relu=True)]
    ends += [growing.add(Dense(3, bias=False), source) for source in (last, other) if source]
    last = growing.add(Concatenate(), *ends)
    if rng.random() < 0.5:
        return growing.finish(growing.add(Dense(outputs), last, relu=bool(rng.random() < 0.3)))
    sums = [growing.add(Dense(outputs), last), growing.add(Dense(outputs), ends[0])]
    return growing.finish(growing.add(Add(), *sums))


def kinds_of(network: Architecture) -> Iterator[str]:
    """Names of the kinds in a network."""
    return (node.kind.name for node in network.nodes)
