"""Small files as CMS writes the objects of Level 1 to NanoAOD."""

import awkward as ak
import numpy as np
import uproot

from trigger_ad import config
from trigger_ad.features.layout import layout

LAYOUT = layout(config.Features())
BRANCH = {"met": "L1EtSum", "egamma": "L1EG", "muon": "L1Mu", "jet": "L1Jet"}
N = 40


def branches(rng, events=N):
    """Objects with hardware integers in five crossings, in no order, and their real values."""
    tables = {}
    for kind, prefix in BRANCH.items():
        field = {f.quantity: f for f in LAYOUT.fields if f.kind == kind}
        sizes = rng.integers(0, 80, events)
        total = int(sizes.sum())
        bx = rng.integers(-2, 3, total)
        table = {"bx": bx.astype(np.int16)}
        codes = {
            "hwPt": rng.integers(1 + (kind == "muon"), field["pt"].maximum + 1, total),
            "hwEta": rng.integers(-110, 111, total),
            "hwPhi": rng.integers(0, field["phi"].period, total),
        }
        table["pt"] = (codes["hwPt"] - field["pt"].offset) * 0.5
        table["eta"] = codes["hwEta"] * field["eta"].lsb if kind != "met" else None
        phi = codes["hwPhi"] * field["phi"].lsb
        table["phi"] = np.where(phi > np.pi, phi - 2 * np.pi, phi)
        if kind == "met":  # sums of eight types, one of each in every crossing
            sizes = np.full(events, 40)
            pick = rng.integers(0, total, 40 * events)
            codes = {k: v[pick] for k, v in codes.items() if k != "hwEta"}
            table = {k: v[pick] for k, v in table.items() if v is not None}
            table["bx"] = np.tile(np.repeat(np.arange(-2, 3), 8), events).astype(np.int16)
            table["etSumType"] = np.tile(np.arange(8), 5 * events)
        table |= codes
        for name, column in table.items():
            dtype = np.float32 if name in ("pt", "eta", "phi") else column.dtype
            tables[f"{prefix}_{name}"] = ak.unflatten(column.astype(dtype), sizes)
    return tables


def save(path, tables):
    with uproot.recreate(path) as file:
        file["Events"] = tables
    return path
