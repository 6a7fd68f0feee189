"""A block of the trigger: words, what is prepared of them, a network or none, and scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Layout
from trigger_ad.features.words import port_types
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.program import INPUTS, Program
from trigger_ad.ir.score import PortType, Score

__all__ = ["Block", "Join"]

Integers = NDArray[np.int64]


class Join(StrEnum):
    """What becomes of the scores of several instances of a block.

    ``NONE`` keeps each, with the number of its instance; ``LARGEST`` keeps the largest; ``RANK``
    keeps all in descending order, so that the second is that of the second most anomalous object.
    """

    NONE = "none"
    LARGEST = "largest"
    RANK = "rank"


@dataclass(frozen=True, repr=False)
class Block(Displayed):
    """Words, what is prepared of them, the network that reads it, and the scores.

    Parameters
    ----------
    layout : Layout
        Of the words of one instance.
    network : HardwareNetwork or None
        Its input is the output of this name of `prepare`, or without a preparation the scaled
        words. None where scores read words and preparation alone.
    scores : mapping of str to Score
        By name, in order; over the input and the layers of the network, the outputs of `prepare`,
        and ``words`` and ``inputs``, raw and scaled.
    prepare : Program, optional
        Over ``words`` and ``inputs``.
    instances : int
        How often the block is there in a crossing, each with words of its own.
    join : Join
        Of the scores of all instances.
    label : str
        Name of a block without a network; any other has that of its network.

    Raises
    ------
    ConversionError
        If the words or the preparation give other inputs than the network has, a score reads what
        is not there, or a name is missing or there twice.
    """

    layout: Layout
    network: HardwareNetwork | None
    scores: Mapping[str, Score] = field(hash=False)
    prepare: Program | None = None
    instances: int = 1
    join: Join = Join.NONE
    label: str = ""

    def __post_init__(self) -> None:
        if self.network is not None:
            self._check_network(self.network)
        elif not self.label:
            raise ConversionError(
                "a block without a network", "must have a label", None, "give it one"
            )
        else:
            check_name("the label of a block", self.label)
        if self.instances < 1:
            raise ConversionError(
                f"the instances of block {self.name}",
                "must be 1 or more",
                self.instances,
                "add one",
            )
        if self.join not in list(Join):
            raise ConversionError(
                f"the join of block {self.name}",
                "must be one of " + ", ".join(Join),
                self.join,
                "choose one of these",
            )
        object.__setattr__(self, "join", Join(self.join))  # its text will do
        for name, kind in (self.prepare.inputs if self.prepare else {}).items():
            if kind != self.raw.get(name):
                raise ConversionError(
                    f"input {name} of the preparation of block {self.name}",
                    "must be one of words and inputs, as its layout gives them",
                    f"{kind.size} x {kind.type}",
                    "make the program with the layout of the block",
                )
        for score in self.scores.values():
            self._check_score(score)

    def _check_network(self, network: HardwareNetwork) -> None:
        name = network.input_name
        found: PortType | None = self.raw[INPUTS]
        what = f"the layout {self.layout.name}"
        if self.prepare is not None:
            found, what = self.prepare.ports.get(name), f"the preparation of {network.name}"
        given = None if found is None else (found.size, found.type.exact())
        asked = (network.input_size, network.input_type.exact())
        fits = given == asked or (self.prepare is not None and _holds(network, found))
        if not fits:
            raise ConversionError(
                what,
                f"must give the network {asked[0]} x {asked[1]}",
                "nothing" if given is None else f"{given[0]} x {given[1]}",
                "convert a network trained with this layout",
            )

    def _check_score(self, score: Score) -> None:
        """Ports beside the network; those of it are held against it where they are computed."""
        inside = self._inside
        for name, kind in score.ports.items():
            if name not in inside and kind != self.beside.get(name):
                raise ConversionError(
                    f"port {name} of score {score.name}",
                    "must be one of " + ", ".join([*self.beside, *sorted(inside)]),
                    f"{kind.size} x {kind.type}",
                    "bind the score to this block",
                )

    @property
    def name(self) -> str:
        """Name in firmware."""
        return self.label if self.network is None else self.network.name

    @cached_property
    def raw(self) -> dict[str, PortType]:
        """Words as they come, and scaled."""
        return port_types(self.layout)

    @property
    def own_network(self) -> HardwareNetwork:
        """The network, where there has to be one.

        Raises
        ------
        ConversionError
            If there is none.
        """
        if self.network is None:
            raise ConversionError(
                f"block {self.name}", "must have a network", None, "leave it to its scores"
            )
        return self.network

    @cached_property
    def beside(self) -> dict[str, PortType]:
        """What scores can read beside the network: words, scaled words, and what is prepared."""
        return self.raw | (self.prepare.ports if self.prepare is not None else {})

    @cached_property
    def input(self) -> PortType:
        """What the network reads, within the bounds of what can come; without one, scaled words."""
        if self.network is None or self.prepare is None:
            return self.raw[INPUTS]
        return self.prepare.ports[self.network.input_name]

    @property
    def input_range(self) -> tuple[Integers, Integers]:
        """Smallest and largest raw value of each input of the network, (n_in,) int64."""
        signal = self.input.signal
        return np.array(signal.minimum, np.int64), np.array(signal.maximum, np.int64)

    @cached_property
    def read(self) -> frozenset[str]:
        """Ports that scores and preparation read, and the input of the network."""
        names = {name for score in self.scores.values() for name in score.ports}
        if self.prepare is not None:
            names |= set(self.prepare.used)
        if self.network is not None:
            names.add(self.network.input_name if self.prepare is not None else INPUTS)
        return frozenset(names)

    @property
    def beside_read(self) -> bool:
        """Whether scores or the network read more than a network's scaled words."""
        names = {name for score in self.scores.values() for name in score.ports}
        return self.prepare is not None or bool((names - self._inside) & set(self.beside))

    @property
    def _inside(self) -> set[str]:
        """Ports of the network."""
        if self.network is None:
            return set()
        return {self.network.input_name, *(layer.name for layer in self.network.layers)}

    def names_of(self, score: str) -> tuple[str, ...]:
        """Names of what a score gives to the trigger, one or one for each instance."""
        if self.instances == 1 or self.join is Join.LARGEST:
            return (score,)
        between = "_rank" if self.join is Join.RANK else "_"
        return tuple(f"{score}{between}{i}" for i in range(self.instances))

    @property
    def title(self) -> str:
        """Its name, words and instances on a line."""
        more = f", {self.instances} instances, join {self.join.value}"
        line = f"block {self.name}: {len(self.layout.fields)} words of {self.layout.name}"
        return line + more if self.instances > 1 else line

    def _display(self) -> Table:
        prepared = {} if self.prepare is None else self.prepare.ports
        rows = [
            *((f"prepare {name}", f"{kind.size} x {kind.type}") for name, kind in prepared.items()),
            ("network", "none" if self.network is None else f"{len(self.network.layers)} layers"),
            *((f"score {name}", str(score.type)) for name, score in self.scores.items()),
        ]
        return Table(self.title, (), tuple(rows))

    def __str__(self) -> str:
        lines = [self.title]
        if self.prepare is not None:
            lines += [f"  prepare {n}: {k.size} x {k.type}" for n, k in self.prepare.ports.items()]
        if self.network is not None:
            lines += [f"  {line}" for line in str(self.network).splitlines()]
        lines += [f"  score {name}: {score.type}" for name, score in self.scores.items()]
        return "\n".join(lines)


def _holds(network: HardwareNetwork, found: PortType | None) -> bool:
    """Whether a preparation gives what fits the input of a network, at its binary point."""
    if found is None:
        return False
    kind, signal = network.input_type, found.signal
    return (
        found.size == network.input_size
        and signal.fraction == kind.fraction
        and signal.low >= kind.minimum
        and signal.high <= kind.maximum
    )
