"""What stands between the words and the networks of a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Config
from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.settings import LayoutSettings
from trigger_ad.features.vectors.program import part, program_of
from trigger_ad.features.words import port_types, scale_array, scaled_range
from trigger_ad.ir.expression import PORT, Expression, walk
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.program import INPUTS, SCHEMA, WORDS, Program
from trigger_ad.ir.score import Score
from trigger_ad.ir.typed import PortType
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import read_json

__all__ = ["Reading", "inputs_of", "preparation", "require_read"]

Integers = NDArray[np.int32]

#: Events at a time: what a program computes on the way stays small.
_BLOCK = 16_384


def preparation(folder: Path, config: Config) -> Program | None:
    """All vectors of a run, each an output of its name; None where it has none.

    Parameters
    ----------
    folder : Path
        A run folder whose stage ``prepare`` was run.
    config : Config
        Of the run.
    """
    return _program(folder, config.features)


def _program(folder: Path, features: LayoutSettings) -> Program | None:
    if not features.vectors:
        return None
    return Program.from_json(read_json(RunFolder(folder).prepare, SCHEMA))


def inputs_of(features: LayoutSettings) -> int:
    """Numbers that a network reads: those of its vector, or one for each word.

    Raises
    ------
    ConfigError
        If an entry of a vector asks for what the layout does not have.
    """
    ports, found = program_of(features, layout(features)).ports, features.network
    return len(layout(features).fields) if found is None else ports[found].size


def require_read(
    features: LayoutSettings, expressions: Iterable[Expression], networks: Iterable[str]
) -> None:
    """Refuse a vector that nothing reads, or that has the name of a network.

    Parameters
    ----------
    features : LayoutSettings
    expressions : iterable of Expression
        All scores.
    networks : iterable of str
        Names of the networks, which are ports of scores as well.

    Raises
    ------
    ConfigError
    """
    read = {node.name for node in walk(expressions) if node.operation == PORT}
    taken = {*networks}
    for name in features.vectors:
        if name in taken:
            raise ConfigError(
                f"vector {name} of features.vectors",
                "must have another name than the networks " + ", ".join(sorted(taken)),
                None,
                "rename it",
            )
        if name not in read and name != features.network:
            raise ConfigError(
                f"vector {name} of features.vectors",
                "must be read by a score, or by the networks as features.network",
                None,
                "remove it",
            )


@dataclass(frozen=True)
class Reading:
    """What the networks of a run read.

    Parameters
    ----------
    layout : Layout
    program : Program or None
        All vectors of the run.
    vector : str or None
        That networks read; scaled words if None.
    """

    layout: Layout
    program: Program | None
    vector: str | None

    @classmethod
    def of(cls, folder: Path, features: LayoutSettings) -> Reading:
        """That of a run folder."""
        return cls(layout(features), _program(folder, features), features.network)

    @property
    def _port(self) -> PortType | None:
        if self.program is None or self.vector is None:
            return None
        return self.program.ports[self.vector]

    @property
    def type(self) -> FixedPoint:
        """Type of every number, signed, as the quantizer in front of a network is."""
        port = self._port
        if port is None:
            return self.layout.input
        width = port.type.width + (not port.type.signed)
        return FixedPoint(width, width - port.type.fraction)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        port = self._port
        return len(self.layout.fields) if port is None else port.size

    @property
    def bounds(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Smallest and largest raw value of each."""
        port = self._port
        if port is None:
            return scaled_range(self.layout)
        signal = port.signal
        return np.array(signal.minimum, np.int32), np.array(signal.maximum, np.int32)

    def raw(self, words: Integers) -> Integers:
        """Raw numbers of events given as hardware words, (n_events, size) int32."""
        if self.program is None or self.vector is None:
            return scale_array(words, self.layout)
        only = part(self.program, (self.vector,))
        found = np.empty((len(words), self.size), np.int32)
        for start in range(0, len(words), _BLOCK):
            values = {WORDS: words[start : start + _BLOCK].astype(np.int64)}
            found[start : start + _BLOCK] = only.evaluate(values)[self.vector]
        return found

    @property
    def ports(self) -> dict[str, PortType]:
        """What scores can read beside a network: words, scaled words, and all vectors."""
        return port_types(self.layout) | (self.program.ports if self.program else {})

    def beside(self, words: Integers, names: Collection[str]) -> dict[str, NDArray[np.int64]]:
        """Raw numbers (n_events, size) of some of `ports`, of events given as hardware words."""
        found = {WORDS: words.astype(np.int64)}
        if INPUTS in names:
            found[INPUTS] = scale_array(words, self.layout).astype(np.int64)
        if self.program is not None:
            found |= part(self.program, names).evaluate({WORDS: found[WORDS]})
        return {name: found[name] for name in names}

    def prepare(self, network: HardwareNetwork | None, scores: dict[str, Score]) -> Program | None:
        """Program of a block: the vectors that its scores read, and what its network reads.

        Where scores read vectors, it hands on the scaled words to a network that reads these.

        Parameters
        ----------
        network : HardwareNetwork or None
        scores : dict of str to Score
        """
        if self.program is None:
            return None
        read = {name for score in scores.values() for name in score.ports}
        named = {} if network is None or self.vector is None else {network.input_name: self.vector}
        found = part(self.program, read - {*named}, named)
        if found.empty:
            return None
        if network is None or named:
            return found
        scaled = {network.input_name: Expression(PORT, name=INPUTS)}
        return replace(found, outputs={**found.outputs, **scaled})
