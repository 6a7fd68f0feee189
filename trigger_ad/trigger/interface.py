"""What every form of the trigger top takes, and how crossings are laid out at its ports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Layout
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.storage.files import read_json, write_json
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule, prescale_ports
from trigger_ad.trigger.stream import Stream

__all__ = ["CONTROLS", "TopInterface"]

SCHEMA = "trigger_top/1"

_FILE = "interface.json"

#: Numbers that come with the words of a crossing: three strobes, two thresholds, four prescales
#: and the enables.
CONTROLS = 10

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class TopInterface:
    """Ports of a trigger top.

    Parameters
    ----------
    name : str
        Of the network.
    layout : Layout
        Of the words.
    scores : tuple of 2 FixedPoint
        Types of the two scores.
    rule : Rule
        Of the prescalers.
    """

    name: str
    layout: Layout
    scores: tuple[FixedPoint, FixedPoint]
    rule: Rule

    @classmethod
    def of(cls, trigger: HardwareTrigger) -> TopInterface:
        """Ports of a trigger.

        Raises
        ------
        ConversionError
            If there are not two scores.
        """
        if len(trigger.scores) != 2:
            raise ConversionError(
                "the scores of a trigger",
                "must be two",
                len(trigger.scores),
                "choose the two to cut on",
            )
        first, second = (score.type for score in trigger.scores.values())
        return cls(trigger.name, trigger.layout, (first, second), trigger.rule)

    @property
    def top(self) -> str:
        """Name of the top function."""
        return f"{self.name}_trigger"

    @property
    def reset(self) -> Registers:
        """Registers after reset: the largest thresholds, nothing enabled, all prescales off."""
        largest = [2**kind.width - 1 for kind in self.scores]
        return Registers(largest[0], largest[1], (0, 0, 0, 0), (False,) * 4)

    def inputs(self, stream: Stream) -> Integers:
        """Values of the input ports in each crossing of a stream.

        Registers stand at the ports from the crossing after the load before: without a
        strobe they must not matter.

        Returns
        -------
        ndarray (n, words + 10) of int64
            Words; valid, load, section; thresholds, prescales, enables.

        Raises
        ------
        ConversionError
            If a word or a threshold does not fit its port.
        """
        self.check(stream)
        rows = self.writes(stream)
        if not len(rows):
            rows = np.zeros((1, 7), dtype=np.int64)
        index: Integers = np.cumsum(stream.load) - stream.load
        given = rows[np.minimum(index, len(rows) - 1)]
        strobes = (stream.valid, stream.load, stream.section)
        parts = [stream.words, *(strobe[:, None] for strobe in strobes), given]
        return np.concatenate([part.astype(np.int64) for part in parts], axis=1)

    def check(self, stream: Stream) -> None:
        """Check that a stream fits the ports.

        Raises
        ------
        ConversionError
            If a word or a threshold does not fit its port.
        """
        self._check_words(stream.words)
        for registers in stream.registers:
            thresholds = (registers.threshold1, registers.threshold2)
            for number, (value, kind) in enumerate(zip(thresholds, self.scores, strict=True), 1):
                if not -(2**kind.width) <= value < 2**kind.width:
                    raise ConversionError(
                        f"register threshold{number}",
                        f"must fit {kind.width + 1} bits",
                        value,
                        "derive it from the scores of this network",
                    )

    def writes(self, stream: Stream) -> Integers:
        """Values of the register ports at each load of a stream.

        Returns
        -------
        ndarray (n_loads, 7) of int64
            Thresholds, prescales of A to D, enables.
        """
        rows = [self._ports(registers) for registers in stream.registers]
        return np.array(rows, dtype=np.int64).reshape(-1, 7)

    def _ports(self, registers: Registers) -> tuple[int, ...]:
        enable = sum(on << code for code, on in enumerate(registers.enable))
        thresholds = (registers.threshold1, registers.threshold2)
        return (*thresholds, *prescale_ports(registers, self.rule), enable)

    def _check_words(self, words: NDArray[Any]) -> None:
        fields = self.layout.fields
        if words.shape[1] != len(fields):
            raise ConversionError(
                "the words of the trigger top",
                f"must have {len(fields)} columns",
                words.shape[1],
                "make them with its layout",
            )
        outside = (words < self.layout.minimum) | (words > self.layout.maximum)
        if np.any(outside):
            crossing, position = (int(index[0]) for index in np.nonzero(outside))
            field = fields[position]
            raise ConversionError(
                f"word {field.name} of crossing {crossing}",
                f"must be from {field.minimum} to {field.maximum}",
                words[crossing, position],
                "make the words with the layout of the trigger",
            )

    def save(self, folder: Path) -> None:
        """Write ``interface.json`` beside the sources of a top."""
        record = {
            "schema": SCHEMA,
            "name": self.name,
            "rule": self.rule.value,
            "scores": [str(kind) for kind in self.scores],
            "layout": self.layout.to_json(),
        }
        write_json(folder / _FILE, record)

    @classmethod
    def load(cls, folder: Path) -> TopInterface:
        """Read what `save` wrote.

        Raises
        ------
        RunFolderError
            If there is none.
        SchemaError
            If it has another schema.
        """
        record = read_json(folder / _FILE, SCHEMA)
        first, second = (FixedPoint.parse(kind) for kind in record["scores"])
        layout = Layout.from_json(record["layout"])
        return cls(record["name"], layout, (first, second), Rule(record["rule"]))
