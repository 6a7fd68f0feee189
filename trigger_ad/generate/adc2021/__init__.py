"""Generation of ADC2021-like events with Pythia 8 and a parametrised detector."""

from __future__ import annotations

from trigger_ad.generate.adc2021.run import generate
from trigger_ad.generate.processes import SAMPLES

__all__ = ["SAMPLES", "generate"]
