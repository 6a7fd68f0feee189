"""Zero-bias crossings: overlaid Pythia collisions as a Level-1 trigger sees them."""

from __future__ import annotations

from trigger_ad.events.zerobias.draws import Draws, Pileup, draw
from trigger_ad.events.zerobias.recover import identities
from trigger_ad.events.zerobias.run import generate
from trigger_ad.events.zerobias.uncertainty import bootstrap

__all__ = ["Draws", "Pileup", "bootstrap", "draw", "generate", "identities"]
