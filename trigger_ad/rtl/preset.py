"""Clock and latency that the RTL is built for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trigger_ad.errors import ConfigError

__all__ = ["CORE_CYCLES", "PRESETS", "Preset", "preset"]

#: Clock edges from the scores to the decision: the registers of ``trigger_core.sv``.
CORE_CYCLES = 1


@dataclass(frozen=True)
class Preset:
    """A clock, and how the scoring circuit is cut into stages for it.

    Every preset takes a new crossing with each clock (II = 1).

    Parameters
    ----------
    name : str
        A key of `PRESETS`.
    clock_mhz : int
        Clock that the preset is meant for. Nothing here times it.
    cycles : int
        Most clock edges from words to decision, the core included.
    levels : float or None
        Logic levels allowed between two registers, as `trigger_ad.rtl.levels` estimates them:
        two for an adder. A stage may come out a few levels longer, since no operation is cut and
        a mapper orders sums anew.
        More stages than `cycles` allows are not made, whatever their levels. None always makes
        as many as it allows: the latency is then `cycles` for any network.
    register_words : bool
        Whether words are registered before anything is computed.
    register_scores : bool
        Whether scores are registered before the core; otherwise the core's comparison belongs
        to the last stage.
    """

    name: str
    clock_mhz: int
    cycles: int
    levels: float | None
    register_words: bool
    register_scores: bool

    @property
    def most_stages(self) -> int:
        """Largest number of stages of the scoring circuit that leaves room for the rest."""
        return self.cycles - CORE_CYCLES - int(self.register_words) + int(not self.register_scores)

    def stages(self, levels: float) -> int:
        """Stages for a circuit of so many logic levels."""
        if self.levels is None:
            return self.most_stages
        return min(max(math.ceil(levels / self.levels), 1), self.most_stages)

    def scoring_cycles(self, stages: int) -> int:
        """Registers between words and scores."""
        return int(self.register_words) + stages - int(not self.register_scores)


#: Every preset by name.
PRESETS: dict[str, Preset] = {
    "240mhz": Preset("240mhz", 240, 12, 9.0, register_words=True, register_scores=True),
    "40mhz": Preset("40mhz", 40, 2, None, register_words=False, register_scores=False),
}


def preset(name: str) -> Preset:
    """Preset of this name.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if name not in PRESETS:
        raise ConfigError(
            "an RTL preset",
            "must be one of " + ", ".join(PRESETS),
            repr(name),
            "choose one of these",
        )
    return PRESETS[name]
