"""Generation of ADC2021-like events with Pythia 8 and a parametrised detector."""

from __future__ import annotations

from trigger_ad.events.generate.processes import SAMPLES
from trigger_ad.events.generate.run import generate

__all__ = ["SAMPLES", "generate"]
