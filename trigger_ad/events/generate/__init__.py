"""Generation of ADC2021-like events with Pythia 8 and a parametrised detector."""

from __future__ import annotations

from .processes import SAMPLES
from .run import generate

__all__ = ["SAMPLES", "generate"]
