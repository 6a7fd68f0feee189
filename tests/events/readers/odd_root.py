"""Odd but valid ROOT files: one set of events, written in every way that is allowed."""

import os

import awkward as ak
import numpy as np
import uproot

from tests.events.readers import odd
from tests.events.readers.nano import branches
from tests.events.readers.odd import N

#: By name: takes a folder, writes a file there and gives its path.
ROOT = {}


def root(maker):
    ROOT[maker.__name__] = maker
    return maker


TABLES = branches(np.random.default_rng(21), N) | {
    "run": np.full(N, 370_000, np.uint32),
    "event": odd.IDENTITY.astype(np.uint64),
    "PV_npvs": odd.PILEUP.astype(np.int32),
}


def save_root(path, tables=TABLES, compression=None, pieces=1):
    with uproot.recreate(path, compression=compression) as file:
        file.mktree("Events", {name: _type(column) for name, column in tables.items()})
        for part in np.array_split(np.arange(N), pieces):
            chosen = slice(part[0], part[-1] + 1)
            file["Events"].extend({name: column[chosen] for name, column in tables.items()})
    return path


def _type(column):
    if isinstance(column, np.ndarray):
        return np.dtype((column.dtype, column.shape[1:]))
    return column.type.content


def _root(**how):
    return lambda folder: save_root(folder / "e.root", **how)


def _with(convert, *names, without=()):
    tables = {
        name: convert(column) if not names or name.partition("_")[2] in names else column
        for name, column in TABLES.items()
        if name.partition("_")[2] not in without
    }
    return _root(tables=tables)


def _jagged(dtype):
    return lambda column: ak.values_astype(column, dtype)


def _fixed():
    """Sums of energy are as many in each event."""
    return TABLES | {
        name: np.asarray(column.to_numpy())
        for name, column in TABLES.items()
        if name.startswith("L1EtSum")
    }


def _turned(column):
    return column % np.float32(2 * np.pi)


ROOT |= {
    "ZLIB": _root(compression=uproot.ZLIB(1)),
    "LZMA": _root(compression=uproot.LZMA(1)),
    "LZ4": _root(compression=uproot.LZ4(4)),
    "ZSTD": _root(compression=uproot.ZSTD(5)),
    "seven baskets": _root(compression=uproot.ZLIB(1), pieces=7),
    "branches in another order": _root(tables=dict(reversed(TABLES.items()))),
    "more branches": _root(tables=TABLES | {"HLT_x": np.ones(N, np.bool_), "w": np.ones((N, 3))}),
    "sums in fixed arrays": _root(tables=_fixed()),
    "momenta as float64": _with(_jagged(np.float64), "pt", "eta", "phi"),
    "crossings as int32": _with(_jagged(np.int32), "bx", "etSumType"),
    "crossings as int8": _with(_jagged(np.int8), "bx", "etSumType"),
    "integers as int64": _with(_jagged(np.int64), "hwPt", "hwEta", "hwPhi"),
    "integers as int16": _with(_jagged(np.int16), "hwPt", "hwEta", "hwPhi"),
    "no integers": _with(lambda column: column, "", without=("hwPt", "hwEta", "hwPhi")),
    "azimuth from 0 to 2 pi": _with(_turned, "phi", without=("hwPt", "hwEta", "hwPhi")),
    "run as int64": _root(tables=TABLES | {"run": np.full(N, 370_000, np.int64)}),
    "event as int64": _root(tables=TABLES | {"event": odd.IDENTITY}),
    "event as float64": _root(tables=TABLES | {"event": odd.IDENTITY.astype(np.float64)}),
    "vertices as uint8": _root(tables=TABLES | {"PV_npvs": odd.PILEUP.astype(np.uint8)}),
    "collisions as float32": _root(
        tables=TABLES | {"Pileup_nTrueInt": odd.PILEUP.astype(np.float32) + 0.25}
    ),
}


@root
def several_trees_and_cycles(folder):
    path = save_root(folder / "e[1].root")
    with uproot.update(path) as file:
        file["Runs"] = {"run": np.arange(2)}
        file["LuminosityBlocks"] = {"run": np.arange(2)}
    return path


@root
def another_ending(folder):
    path = save_root(folder / "e.h5")
    os.link(path, folder / "copy.h5")
    return path
