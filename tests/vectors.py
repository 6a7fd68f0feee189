"""Vectors of every kind of quantity, as a configuration has them."""

import numpy as np

from trigger_ad.config.tables import TABLES
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.settings import Features
from trigger_ad.features.vectors.program import program_of

LAYOUT = layout(Features())

LEPTONS = ("egamma", "muon")

#: One entry of each form.
ALL = {
    "momenta": (
        {"kind": "momentum", "of": "met"},
        {"kind": "momentum", "of": "muon", "shift": 2},
        {"kind": "momentum", "of": "jet", "slots": (0, 3), "log2_bits": 3},
        {"kind": "momentum", "of": LEPTONS, "leading": 3},
        {"kind": "momentum", "of": LEPTONS, "leading": 1, "log2_bits": 2},
        {"kind": "momentum", "of": "met", "steps_gev": (20.0, 50.2, 100.0)},
    ),
    "counts": (
        {"kind": "count", "of": LEPTONS, "pt_gev": 8.0, "most": 3},
        {"kind": "count", "of": "jet", "pt_gev": 30.0, "eta": 2.3925},
        {"kind": "count", "of": "muon"},
        {"kind": "sum", "of": "jet", "pt_gev": 30.2, "eta": 2.4},
        {"kind": "sum", "of": ("met", "egamma", "muon", "jet"), "log2_bits": 2},
        {"kind": "sum", "of": "jet", "pt_gev": 30.0, "steps_gev": (60.0, 120.0, 240.0)},
    ),
    "angles": (
        {"kind": "azimuth", "of": "muon"},
        {"kind": "azimuth", "of": "jet", "slots": (0, 1), "reference": LEPTONS},
        {"kind": "azimuth", "of": LEPTONS, "shift": 3},
        {"kind": "azimuth", "of": "jet", "slots": (1, 2), "reference": "jet"},
        {"kind": "transverse_mass"},
        {"kind": "transverse_mass", "of": "muon", "log2_bits": 4},
    ),
    "eta": (
        {"kind": "eta", "of": "muon", "shift": 3},
        {"kind": "eta", "of": "jet", "slots": (9, 0), "absolute": True},
    ),
}


def features(vectors, **more):
    """Section ``features`` with such vectors."""
    return Features.model_validate({"vectors": vectors, **more}, context=TABLES)


def values(entry, words):
    """Numbers of one entry for hardware words."""
    program = program_of(features({"v": (entry,)}), LAYOUT)
    return program.evaluate({"words": words.astype(np.int64)})["v"]
