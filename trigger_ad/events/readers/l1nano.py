"""CMS Level-1 NanoAOD: trigger objects of recorded crossings, piece by piece.

Read are ``L1EG``, ``L1Mu``, ``L1Jet`` and ``L1EtSum`` of the tree ``Events``, in the names of
PhysicsTools/NanoAOD/python/l1trig_cff.py of CMSSW. A file holds the objects of five bunch
crossings around the recorded one; crossing 0 is kept. The extended table (``nanoL1TrigObjCustomizeFull``)
has the hardware integers ``hwPt``, ``hwEta``, ``hwPhi``; central NanoAOD has none of them, and
lacks objects below its own cuts (e/gamma 10 GeV, jets 30 GeV, muons 3 GeV).
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError, MissingDependencyError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import CLASSES, SLOTS, Particles

__all__ = ["MISSING_ET", "ORIGIN", "L1Events", "count", "read_chunks", "read_range"]

#: ``kMissingEt`` of ``l1t::EtSum::EtSumType`` (DataFormats/L1Trigger/interface/EtSum.h in
#: CMSSW): missing ET of the calorimeters without the forward one, whose sum has type 8.
MISSING_ET = 2

#: Files are taken for zero bias; that nothing selected their events only the user can know.
ORIGIN = Origin("zero_bias", "CMS Level-1 NanoAOD, bunch crossing 0")

#: Collections by kind, and what each must have.
_COLLECTIONS = {"met": "L1EtSum", "egamma": "L1EG", "muon": "L1Mu", "jet": "L1Jet"}
_NEEDED = dict.fromkeys(SLOTS, ("pt", "eta", "phi", "bx")) | {
    "met": ("pt", "phi", "etSumType", "bx")
}
_HARDWARE = dict.fromkeys(SLOTS, ("hwPt", "hwEta", "hwPhi")) | {"met": ("hwPt", "hwPhi")}
#: Branches that give the pile-up, the first that is there.
_PILEUP = ("Pileup_nTrueInt", "PV_npvs")
_IDENTITY = ("run", "event")
_SIGNATURE = b"root"
#: Event numbers of a run are below this.
_EVENTS_IN_RUN = 2**40

EventPath = str | PathLike[str]


@dataclass(frozen=True)
class L1Events:
    """Trigger objects of recorded crossings.

    Attributes
    ----------
    particles : Particles
        Without any object where the trigger saw none. The process is 0; the identity is run
        times 2**40 plus event, or the row where the file does not say.
    hardware : mapping of str to ndarray (n_events, slots, 3) of int32
        pT, eta and phi as the hardware had them, by kind, for kinds that have them; 0 in
        empty slots. Turned into words by `trigger_ad.features.hardware.words_of`.
    pileup : ndarray (n_events,) of int32, or None
        Mean number of collisions of the simulation, rounded, or reconstructed vertices.
    """

    particles: Particles
    hardware: Mapping[str, npt.NDArray[np.int32]]
    pileup: npt.NDArray[np.int32] | None

    def __len__(self) -> int:
        return len(self.particles)


def is_root(path: EventPath) -> bool:
    """Whether a file begins as ROOT files do."""
    path = Path(path)
    if not path.is_file():
        return False
    with path.open("rb") as raw:
        return raw.read(len(_SIGNATURE)) == _SIGNATURE


def count(path: EventPath) -> int:
    """Number of events in a file, its branches checked.

    Raises
    ------
    EventFileError
        If the file is no such file, or has no events.
    MissingDependencyError
        If uproot is not installed.
    """
    with _tree(path) as tree:
        return int(tree.num_entries)


def read_chunks(path: EventPath, chunk_events: int = 65536) -> Iterator[L1Events]:
    """Read a file piece by piece; errors as in `count`, before the first piece."""
    total = count(path)
    return (
        read_range(path, start, min(start + chunk_events, total))
        for start in range(0, total, chunk_events)
    )


def read_range(path: EventPath, start: int, stop: int) -> L1Events:
    """Read events `start` to `stop` of a file.

    Raises
    ------
    EventFileError, MissingDependencyError
        As `count`; also for momenta that are negative or no numbers, and for crossings with
        two missing ETs.
    """
    with _tree(path) as tree:
        found = set(tree.keys())
        kinds = {k: f for k, f in _HARDWARE.items() if _names(k, f) <= found}
        wanted = set().union(*(_names(kind, _NEEDED[kind]) for kind in SLOTS))
        wanted |= set().union(*(_names(kind, fields) for kind, fields in kinds.items()))
        extra = [name for name in (*_PILEUP, *_IDENTITY) if name in found]
        data = tree.arrays(
            [*sorted(wanted), *extra], entry_start=start, entry_stop=stop, library="ak", how=dict
        )
    values = np.zeros((stop - start, 19, 4), np.float32)
    hardware = {}
    for kind, slots in SLOTS.items():
        size = slots.stop - slots.start
        order = _chosen(data, kind, str(path), start)
        for column, quantity in enumerate(("pt", "eta", "phi")):
            if (name := f"{_COLLECTIONS[kind]}_{quantity}") in data:
                values[:, slots, column] = _padded(data[name][order], size)
        _refuse_momenta(values[:, slots], f"{path}:{_COLLECTIONS[kind]}", start)
        present = values[:, slots, 0] > 0
        values[:, slots][~present] = 0
        values[:, slots, 3] = np.where(present, CLASSES[kind], 0)
        if kind in kinds:
            codes = np.zeros((stop - start, size, 3), np.int32)
            for column, field in enumerate(("hwPt", "hwEta", "hwPhi")):
                if field in kinds[kind]:
                    codes[..., column] = _padded(data[f"{_COLLECTIONS[kind]}_{field}"][order], size)
            hardware[kind] = codes
    particles = Particles(values, np.zeros(len(values), np.uint8), _identity(data, start, stop))
    return L1Events(particles, hardware, _pileup(data))


def _names(kind: str, fields: tuple[str, ...]) -> set[str]:
    return {f"{_COLLECTIONS[kind]}_{field}" for field in fields}


@contextmanager
def _tree(path: EventPath) -> Iterator[Any]:
    """The tree of events, with every branch that is needed and at least one event."""
    if find_spec("uproot") is None or find_spec("awkward") is None:
        raise MissingDependencyError.of("reading CMS Level-1 NanoAOD", "uproot", "root")
    import uproot

    if not is_root(path):
        found = "a file of another kind" if Path(path).is_file() else "missing"
        raise EventFileError(path, "must be a ROOT file", found, "give the path of a NanoAOD")
    try:
        with uproot.open(path, array_cache=None, object_cache=None) as file:
            tree = file.get("Events")
            if tree is None or not hasattr(tree, "num_entries"):
                raise EventFileError(
                    path,
                    "must hold the tree Events",
                    ", ".join(file.keys(cycle=False)) or None,
                    "give the path of a NanoAOD",
                )
            _require(tree, str(path))
            yield tree
    except (OSError, ValueError, IndexError, uproot.DeserializationError) as error:
        raise EventFileError(
            path,
            "must be a whole ROOT file",
            f"{Path(path).stat().st_size} bytes that uproot cannot read",
            "copy or download the file again",
        ) from error


def _require(tree: Any, path: str) -> None:
    for kind, fields in _NEEDED.items():
        missing = sorted(_names(kind, fields) - set(tree.keys()))
        if missing:
            raise EventFileError(
                f"{path}:Events",
                f"must have the branch {missing[0]}",
                f"{len(tree.keys())} others",
                "make the file with the Level-1 objects of NanoAOD",
            )
    if not tree.num_entries:
        raise EventFileError(f"{path}:Events", "must hold events", "0", "give a file with events")


def _chosen(data: Mapping[str, Any], kind: str, path: str, start: int) -> Any:
    """Indices of the objects of crossing 0, hardest first; equal ones in the file's order."""
    import awkward as ak

    prefix = _COLLECTIONS[kind]
    mine = data[f"{prefix}_bx"] == 0
    if kind == "met":
        mine = mine & (data[f"{prefix}_etSumType"] == MISSING_ET)
        several = ak.to_numpy(ak.sum(mine, axis=1)) > 1
        if several.any():
            raise EventFileError(
                f"{path}:{prefix}",
                f"must have one sum of type {MISSING_ET} in crossing 0",
                f"several in event {start + int(np.argmax(several))}",
                "make the file again",
            )
    index = ak.local_index(mine)[mine]
    momenta = data[f"{prefix}_pt"][index]
    return index[ak.argsort(momenta, axis=1, ascending=False, stable=True)]


def _padded(values: Any, size: int) -> npt.NDArray[Any]:
    import awkward as ak

    filled = ak.fill_none(ak.pad_none(values, size, axis=1, clip=True), 0)
    return np.asarray(ak.to_numpy(filled))


def _refuse_momenta(values: npt.NDArray[np.float32], name: str, start: int) -> None:
    bad = ~np.isfinite(values[..., :3]) | (values[..., :3] < [0, -np.inf, -np.inf])
    if bad.any():
        event, slot, column = (int(i) for i in np.argwhere(bad)[0])
        raise EventFileError(
            name,
            "must have finite numbers and pT >= 0",
            f"{values[event, slot, column]:g} in event {start + event}",
            "make the file again",
        )


def _identity(data: Mapping[str, Any], start: int, stop: int) -> npt.NDArray[np.int64]:
    if not all(name in data for name in _IDENTITY):
        return np.arange(start, stop, dtype=np.int64)
    run, event = (np.asarray(data[name]).astype(np.int64) for name in _IDENTITY)
    return run * _EVENTS_IN_RUN + event


def _pileup(data: Mapping[str, Any]) -> npt.NDArray[np.int32] | None:
    for name in _PILEUP:
        if name in data:
            return np.rint(np.asarray(data[name])).astype(np.int32)
    return None
