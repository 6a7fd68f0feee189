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
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.trigger.decide import Decision, decide
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

__all__ = ["TriggerEmulator"]


@dataclass(frozen=True)
class TriggerEmulator:
    """An emulated trigger: what the firmware computes, from the same records.

    Parameters
    ----------
    layout : Layout
        Of the input ports.
    network : HardwareNetwork
    bound : mapping of str to Score
        Scores over the ports of the network, in order.
    registers : Registers
        Thresholds and prescales.
    rule : Rule
        Of the prescalers.
    threads : int
    regions : RegionRule, optional
        Those that all scores span if not given.
    """

    layout: Layout
    network: HardwareNetwork
    bound: Mapping[str, Score]
    registers: Registers
    rule: Rule = Rule.CMS_COUNTER
    threads: int = 2
    regions: RegionRule | None = None

    @cached_property
    def emulator(self) -> FastEmulator:
        """Emulator of the networks and scores."""
        return FastEmulator(
            self.network, self.bound, *scaled_range(self.layout), threads=self.threads
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
        """Score events given as hardware words, (n_events, 57) int32."""
        return dict(self.emulator.run(scale_array(words, self.layout), layers=()).scores)

    def decide(
        self, scores: Mapping[str, NDArray[np.int64]], state: State
    ) -> tuple[Decision, State]:
        """Regions and accepts of consecutive events, and the state after them."""
        found = [scores[name] for name in self.bound]
        return decide(found, self.registers, state, self.rule, self.regions)
