"""The whole trigger in integers: particles to words, scores, regions and accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trigger_ad.display import Displayed, Table
from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Ports
from trigger_ad.features.words import check_words, to_words
from trigger_ad.trigger.decide import Decision, decide
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import HUNDREDTHS, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

__all__ = ["TriggerEmulator"]


@dataclass(frozen=True, repr=False)
class TriggerEmulator(Displayed):
    """An emulated trigger: what the firmware computes, from the same records.

    Parameters
    ----------
    hardware : HardwareTrigger
    registers : Registers
        Thresholds and prescales.
    threads : int
    """

    hardware: HardwareTrigger
    registers: Registers
    threads: int = 2

    def _display(self) -> Table:
        registers = self.registers
        prescales = (f"{prescale / HUNDREDTHS:g}" for prescale in registers.prescale)
        rows = (
            ("scores", ", ".join(self.hardware.scores)),
            ("thresholds", ", ".join(map(str, registers.thresholds))),
            ("prescales", ", ".join(map(" ".join, zip(registers.regions, prescales, strict=True)))),
        )
        return Table(f"emulator of {self.hardware.title}", (), rows)

    @property
    def layout(self) -> Ports:
        """Of the input ports."""
        return self.hardware.layout

    @property
    def rule(self) -> Rule:
        """Of the prescalers."""
        return self.hardware.rule

    @cached_property
    def blocks(self) -> tuple[BlockEmulator, ...]:
        """Emulators of the blocks."""
        return tuple(BlockEmulator(block, self.threads) for block in self.hardware.blocks)

    def start(self) -> State:
        """State of the prescalers and counters at the start of a run."""
        return State.start(self.registers)

    def scores(self, particles: NDArray[np.float32]) -> dict[str, NDArray[np.int64]]:
        """Score events.

        Parameters
        ----------
        particles : ndarray (n_events, 19, 4) of float32
            (pt in GeV, eta, phi in radians, class).

        Returns
        -------
        dict of ndarray (n_events,) of int64
            Raw integers; their LSB is that of ``hardware.scores[name]``.
        """
        block = self.hardware.blocks[0]
        return self.scores_of_words(to_words(particles, block.layout).values)

    def scores_of_words(self, words: NDArray[np.int32]) -> dict[str, NDArray[np.int64]]:
        """Score events given as hardware words, (n_events, n_fields) int32 within their ports.

        Raises
        ------
        ConversionError
            If they are not so many words a crossing: those of instances would be taken for
            crossings.
        EventFileError
            If a word does not fit its port, which would carry its lowest bits.
        """
        if words.shape != (len(words), len(self.layout.fields)):
            raise ConversionError(
                "the words of a crossing",
                f"must be an array of shape (n, {len(self.layout.fields)})",
                words.shape,
                "give one row a crossing",
            )
        check_words(words, self.layout, "the words of crossings")
        found: dict[str, NDArray[np.int64]] = {}
        first = 0
        for emulator in self.blocks:
            size = emulator.block.instances * len(emulator.block.layout.fields)
            found |= emulator.run(words[:, first : first + size])
            first += size
        return found

    def decide(
        self, scores: Mapping[str, NDArray[np.int64]], state: State
    ) -> tuple[Decision, State]:
        """Regions and accepts of consecutive events, and the state after them."""
        found = [scores[name] for name in self.hardware.scores]
        return decide(found, self.registers, state, self.rule, self.hardware.regions)
