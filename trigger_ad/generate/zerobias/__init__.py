"""Zero-bias crossings: overlaid Pythia collisions as a Level-1 trigger sees them."""

from __future__ import annotations

from trigger_ad.generate.zerobias.draws import Draws, Pileup, draw
from trigger_ad.generate.zerobias.recover import identities
from trigger_ad.generate.zerobias.run import generate
from trigger_ad.generate.zerobias.uncertainty import bootstrap

__all__ = ["Draws", "Pileup", "bootstrap", "draw", "generate", "identities"]
