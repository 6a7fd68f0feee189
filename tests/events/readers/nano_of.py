"""Given events as CMS writes them to NanoAOD."""

import awkward as ak
import numpy as np

from tests.events.readers.nano import BRANCH
from trigger_ad.events.particles import SLOTS


def of_particles(values, codes=None):
    """Tables of the objects of events, those of crossing 1 of another event among them.

    Parameters
    ----------
    values : (n, 19, 4) float32
    codes : mapping of str to (n, slots, 3) integers, optional
        pT, eta and phi as the hardware has them.
    """
    tables = {}
    for kind, slots in SLOTS.items():
        objects = values[:, slots, :3]
        columns = dict(zip(("pt", "eta", "phi"), np.moveaxis(objects, 2, 0), strict=True))
        if codes is not None:
            hardware = np.moveaxis(codes[kind], 2, 0)
            columns |= dict(zip(("hwPt", "hwEta", "hwPhi"), hardware, strict=True))
        columns["bx"] = np.zeros(objects.shape[:2], np.int16)
        if kind == "met":
            columns["etSumType"] = np.full(objects.shape[:2], 2, np.int32)
        both = {  # the same slots of the next event, one crossing later
            name: np.concatenate([np.roll(c, 1, axis=0) + (name == "bx"), c], axis=1)
            for name, c in columns.items()
        }
        present = both["pt"] > 0
        for name, column in both.items():
            tables[f"{BRANCH[kind]}_{name}"] = ak.unflatten(column[present], present.sum(axis=1))
    return tables
