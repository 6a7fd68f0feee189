"""The whole trigger in integers: particles to words, scores, regions and accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.features.layout import Layout
from trigger_ad.features.words import scale_array, scaled_range, to_words
from trigger_ad.ir.score import Score
from trigger_ad.trigger.decide import Decision, decide
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

__all__ = ["TriggerEmulator"]


@dataclass(frozen=True)
class TriggerEmulator:
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

    @property
    def layout(self) -> Layout:
        """Of the input ports."""
        return self.hardware.layout

    @property
    def bound(self) -> Mapping[str, Score]:
        """Scores that span the plane, in order."""
        return self.hardware.scores

    @property
    def rule(self) -> Rule:
        """Of the prescalers."""
        return self.hardware.rule

    @cached_property
    def emulator(self) -> FastEmulator:
        """Emulator of the networks and scores."""
        (block,) = self.hardware.blocks
        return FastEmulator(
            block.network, block.scores, *scaled_range(block.layout), threads=self.threads
        )

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
            Raw integers; their LSB is that of ``bound[name].type``.
        """
        return self.scores_of_words(to_words(particles, self.layout).values)

    def scores_of_words(self, words: NDArray[np.int32]) -> dict[str, NDArray[np.int64]]:
        """Score events given as hardware words, (n_events, n_fields) int32."""
        return dict(self.emulator.run(scale_array(words, self.layout), layers=()).scores)

    def decide(
        self, scores: Mapping[str, NDArray[np.int64]], state: State
    ) -> tuple[Decision, State]:
        """Regions and accepts of consecutive events, and the state after them."""
        found = [scores[name] for name in self.bound]
        return decide(found, self.registers, state, self.rule, self.hardware.regions)
