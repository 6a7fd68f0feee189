"""What every form of the trigger top takes, and how crossings are laid out at its ports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Ports
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.storage.files import read_json, write_json
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule, prescale_ports
from trigger_ad.trigger.stream import Stream, signals

__all__ = ["TopInterface"]

SCHEMA = "trigger_top/2"

#: Of the regions of two scores, which it does not name; still read.
_EARLIER = "trigger_top/1"

_FILE = "interface.json"

#: Strobes of a crossing: valid, load, section.
_STROBES = 3

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class TopInterface:
    """Ports of a trigger top.

    Parameters
    ----------
    name : str
        Of the network.
    layout : Ports
        Of the words.
    scores : tuple of FixedPoint
        Types of the scores.
    rule : Rule
        Of the prescalers.
    regions : RegionRule
        Over the scores.

    Raises
    ------
    ConversionError
        If a word has the name of another port.
    """

    name: str
    layout: Ports
    scores: tuple[FixedPoint, ...]
    rule: Rule
    regions: RegionRule

    def __post_init__(self) -> None:
        taken = self._own_ports()
        for field in self.layout.fields:
            if field.width and field.name in taken:
                raise ConversionError(
                    f"word {field.name} of trigger {self.name}",
                    "must have another name than the other ports of the top",
                    None,
                    "rename the field of its layout",
                )

    def _own_ports(self) -> set[str]:
        """Names of all ports that are no words, in C++ and in SystemVerilog."""
        names = {"clk", "rst", "valid", "load", "section", "prescale", "enable"}
        names |= {*signals(self.regions), *self.regions.threshold_names}
        return names | {f"{name}_{code}" for name in names for code in range(self.regions.regions)}

    @classmethod
    def of(cls, trigger: HardwareTrigger) -> TopInterface:
        """Ports of a trigger."""
        kinds = tuple(trigger.scores.values())
        return cls(trigger.name, trigger.layout, kinds, trigger.rule, trigger.regions)

    @property
    def top(self) -> str:
        """Name of the top function."""
        return f"{self.name}_trigger"

    @property
    def reset(self) -> Registers:
        """Registers after reset: the largest thresholds, nothing enabled, all prescales off."""
        regions = self.regions.regions
        largest = tuple(2**kind.width - 1 for kind in self.axes)
        return Registers(largest, (0,) * regions, (False,) * regions)

    @property
    def axes(self) -> tuple[FixedPoint, ...]:
        """Types of the scores that span the regions, in the order of the axes."""
        return tuple(self.scores[axis] for axis in self.regions.axes)

    @property
    def registers(self) -> int:
        """Numbers written with a load: thresholds, prescales, and the enables as one."""
        return len(self.regions.axes) + self.regions.regions + 1

    @property
    def controls(self) -> int:
        """Numbers that come with the words of a crossing: strobes and registers."""
        return _STROBES + self.registers

    def inputs(self, stream: Stream) -> Integers:
        """Values of the input ports in each crossing of a stream.

        Registers stand at the ports from the crossing after the load before: without a
        strobe they must not matter.

        Returns
        -------
        ndarray (n, words + controls) of int64
            Words; valid, load, section; thresholds, prescales, enables.

        Raises
        ------
        ConversionError
            If a word or a threshold does not fit its port.
        """
        self.check(stream)
        rows = self.writes(stream)
        if not len(rows):
            rows = np.zeros((1, self.registers), dtype=np.int64)
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
            If a word or a threshold does not fit its port, or registers are those of other
            regions.
        """
        self._check_words(stream.words)
        for registers in stream.registers:
            if len(registers.thresholds) != len(self.axes):
                raise ConversionError(
                    "the registers of the trigger top",
                    f"must have {len(self.axes)} thresholds",
                    len(registers.thresholds),
                    "give one for each axis of its regions",
                )
            named = zip(self.regions.threshold_names, registers.thresholds, self.axes, strict=True)
            for name, value, kind in named:
                if not -(2**kind.width) <= value < 2**kind.width:
                    raise ConversionError(
                        f"register {name}",
                        f"must fit {kind.width + 1} bits",
                        value,
                        "derive it from the scores of this network",
                    )

    def writes(self, stream: Stream) -> Integers:
        """Values of the register ports at each load of a stream.

        Returns
        -------
        ndarray (n_loads, registers) of int64
            Thresholds, prescales from A on, enables.
        """
        rows = [self._ports(registers) for registers in stream.registers]
        return np.array(rows, dtype=np.int64).reshape(-1, self.registers)

    def _ports(self, registers: Registers) -> tuple[int, ...]:
        enable = sum(on << code for code, on in enumerate(registers.enable))
        return (*registers.thresholds, *prescale_ports(registers, self.rule), enable)

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
            "regions": self.regions.to_json(),
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
        record = read_json(folder / _FILE, SCHEMA, _EARLIER)
        scores = tuple(FixedPoint.parse(kind) for kind in record["scores"])
        layout = Ports.from_json(record["layout"])
        pair = record["schema"] == _EARLIER
        regions = PAIR if pair else RegionRule.from_json(record["regions"])
        return cls(record["name"], layout, scores, Rule(record["rule"]), regions)
