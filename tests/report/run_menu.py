"""A record ``run_menu/1`` that follows from toy events: words, scores and a menu of four seeds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.menu.counts import MenuCounter
from trigger_ad.menu.file import parse
from trigger_ad.menu.gain import gain, sample, to_json
from trigger_ad.menu.integers import IntegerMenu, on_hardware
from trigger_ad.menu.rates import menu_rates
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.rates.staircase import diagonal_steps

MENU = """schema: menu/1
name: toy
seeds:
  - {name: L1_SingleMu22, object: muon, pt_gev: 22}
  - {name: L1_SingleMu7, object: muon, pt_gev: 7, prescale: 20}
  - {name: L1_ETM120, object: met, pt_gev: 120}
  - {name: L1_Off, object: jet, pt_gev: 60, prescale: 0}
  - {name: L1_AD_A, object: region, region: A}
"""
SIGNALS = {"leptoquark": 60, "a_to_4l": 45, "h0_to_tautau": 12, "hplus_to_taunu": -20}
INPUT = InputRate(31_037_531.986531988, "zero bias, 2760 colliding pairs of bunches")


def toy(events: int, seed: int, shift: int = 0, met: float = 40.0) -> tuple[Any, Any]:
    """Words with exponential momenta, and two scores that rise with `shift`."""
    rng = np.random.default_rng(seed)
    words = np.zeros((events, 57), dtype=np.int32)
    words[:, 0] = np.minimum(rng.exponential(met, events), 4095)
    words[:, 15] = np.minimum(rng.exponential(6, events), 511)
    words[:, 27] = np.minimum(rng.exponential(60, events), 2047)
    scores = {
        name: np.rint(rng.exponential(50, events) + shift + 100).astype(np.int64)
        for name in ("score1", "score2")
    }
    return words, scores


@cache
def run_menu(in_hz: bool = True) -> dict[str, Any]:
    """The record; thresholds from one background sample, figures from another."""
    source = INPUT if in_hz else None
    _, learnt = toy(20_000, 1)
    bare = diagonal_steps(learnt["score1"], learnt["score2"])
    chosen = bare.nearest(0.01)
    cuts = {f"score{n + 1}": int(bare.thresholds[n][chosen]) for n in (0, 1)}
    menu = on_hardware(parse(MENU), layout(Features()), cuts)
    threshold, test = (_sample(20_000, seed, menu) for seed in (1, 2))
    words, scores = toy(20_000, 2)
    counts = MenuCounter(menu).count(words, scores, np.arange(20_000))
    signals = {
        name: _sample(4_000, 3 + i, menu, shift, 80.0)
        for i, (name, shift) in enumerate(SIGNALS.items())
    }
    rates = menu_rates(counts, menu, source)
    steps = diagonal_steps(learnt["score1"], learnt["score2"], threshold.untaken)
    return {
        "schema": "run_menu/1",
        "menu": menu.name,
        "seeds": [str(seed) for seed in menu.seeds],
        "input_rate_hz": source.hz if source else None,
        "rates": rates.to_json(),
        "gain_refused": None,
        "gain": to_json(gain(menu, "L1_AD_A", threshold, test, signals)),
        "staircase": {
            "events": steps.events,
            "threshold1": steps.thresholds[0].tolist(),
            "threshold2": steps.thresholds[1].tolist(),
            "total": steps.total.tolist(),
            "pure": steps.pure.tolist(),
            "chosen": chosen,
        },
    }


def _sample(events: int, seed: int, menu: IntegerMenu, shift: int = 0, met: float = 40.0) -> Any:
    words, scores = toy(events, seed, shift, met)
    return sample(words, scores, np.arange(events), menu)
