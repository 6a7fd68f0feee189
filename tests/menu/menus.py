"""Menus and words for the tests of this room."""

import numpy as np

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.menu.file import parse
from trigger_ad.menu.integers import Cut, IntegerMenu, IntegerSeed, ScoreValue, on_hardware

LAYOUT = layout(Features())


def menu(seeds, **thresholds):
    """Integer menu of lines of YAML, one for each seed."""
    text = "schema: menu/1\nname: m\nseeds:\n" + "\n".join(f"  - {{{seed}}}" for seed in seeds)
    return on_hardware(parse(text), LAYOUT, thresholds)


def abstract(*prescales):
    """Menu of seeds that cut on a score each; for tests that start from patterns."""
    seeds = [
        IntegerSeed(f"s{i}", (Cut(ScoreValue(f"v{i}"), 1),), round(100 * ps))
        for i, ps in enumerate(prescales)
    ]
    return IntegerMenu("abstract", LAYOUT, tuple(seeds))


def words(**columns):
    """Words of one event, 0 but for the columns given by name."""
    names = [field.name for field in LAYOUT.fields]
    event = np.zeros((1, 57), dtype=np.int32)
    for name, value in columns.items():
        event[0, names.index(name)] = value
    return event
