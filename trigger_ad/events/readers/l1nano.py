"""CMS Level-1 NanoAOD: trigger objects of recorded crossings, piece by piece.

Read are ``L1EG``, ``L1Mu``, ``L1Jet`` and ``L1EtSum`` of the tree ``Events``, in the names of
PhysicsTools/NanoAOD/python/l1trig_cff.py of CMSSW; docs/events.md has every choice of branch with
its source. A file holds the objects of five bunch crossings around the recorded one; crossing 0 is
kept. The extended table (``nanoL1TrigObjCustomizeFull``) has the integers of the hardware; central
NanoAOD has none of them, and lacks objects below its own cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError, MissingDependencyError
from trigger_ad.events.block import Block
from trigger_ad.events.directions import refuse_directions
from trigger_ad.events.numbers import known_pileup, whole_numbers
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import CLASSES, SLOTS, Particles
from trigger_ad.events.readers import bits, root
from trigger_ad.events.readers.l1branches import (
    IDENTITY,
    MISSING_ET,
    NEEDED,
    PILEUP,
    Chosen,
    choose,
    names,
)
from trigger_ad.events.readers.l1objects import in_slots
from trigger_ad.events.readers.reader import Reader, Source
from trigger_ad.events.readers.root import Branch, Tree
from trigger_ad.events.units import FIRST_BLOCK, Units, in_gev, refuse_mev

__all__ = [
    "MISSING_ET",
    "ORIGIN",
    "READER",
    "L1Events",
    "NanoFile",
    "check",
    "count",
    "read_chunks",
    "read_origin",
    "read_range",
]

#: Files are taken for zero bias; that nothing selected their events only the user can know.
ORIGIN = Origin("zero_bias", "CMS Level-1 NanoAOD, bunch crossing 0")

#: Event numbers of a run, and runs, are below these, so that both fit 63 bits.
_EVENTS_IN_RUN, _RUNS = 2**40, 2**23

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
        Mean number of collisions of the simulation, rounded, or reconstructed vertices; -1
        where that is no number of collisions.
    """

    particles: Particles
    hardware: Mapping[str, npt.NDArray[np.int32]]
    pileup: npt.NDArray[np.int32] | None

    def __len__(self) -> int:
        return len(self.particles)


def is_root(path: EventPath) -> bool:
    """Whether a file begins as ROOT files do."""
    return root.is_root(Path(path))


def count(path: EventPath) -> int:
    """Number of events in a file, its branches checked.

    Raises
    ------
    EventFileError
        If the file is no such file, or has no events.
    MissingDependencyError
        If uproot is not installed.
    """
    with _opened(path) as tree:
        _require(tree)
        return tree.entries


def read_origin(path: EventPath) -> Origin:
    """Where the events of a file came from, and where its muons are; errors as in `count`."""
    with _opened(path) as tree:
        _require(tree)
        at_vertex = choose("muon", tree.names).at_vertex
    where = "at the vertex" if at_vertex else "at the muon stations"
    return Origin(ORIGIN.kind, f"{ORIGIN.filter}, muons {where}")


def check(path: EventPath, units: Units = None) -> None:
    """Look at the branches of a file and the units of its first events; errors as in `count`."""
    with _opened(path) as tree:
        _require(tree)
        first = _read(tree, 0, min(tree.entries, FIRST_BLOCK), None)
    refuse_mev(first.particles.values[..., 0], f"{path}:Events", units)


def read_chunks(
    path: EventPath, chunk_events: int = 65536, units: Units = None
) -> Iterator[L1Events]:
    """Read a file piece by piece; errors as in `count` and `check`, before the first piece."""
    check(path, units)
    total = count(path)
    return (
        read_range(path, start, min(start + chunk_events, total), units)
        for start in range(0, total, chunk_events)
    )


def read_range(path: EventPath, start: int, stop: int, units: Units = None) -> L1Events:
    """Read events `start` to `stop` of a file.

    Raises
    ------
    EventFileError, MissingDependencyError
        As `count`; also for momenta that are negative or no numbers, directions that no object
        can have, event numbers that are no whole numbers, and crossings with two missing ETs.
    """
    with _opened(path) as tree:
        _require(tree)
        return _read(tree, start, stop, units)


def _read(tree: Tree, start: int, stop: int, units: Units) -> L1Events:
    chosen = {kind: choose(kind, tree.names) for kind in SLOTS}
    wanted = {name for kind in SLOTS for name in _branches(kind, chosen[kind])}
    flat = [name for name in (*PILEUP, *IDENTITY) if name in tree.names]
    data = tree.read([*sorted(wanted), *flat], start, stop)
    path = str(tree.path)
    values = np.zeros((stop - start, 19, 4), np.float32)
    hardware = {}
    for kind, slots in SLOTS.items():
        real, codes = in_slots(data, kind, chosen[kind], path, start, stop - start)
        present = real[..., 0] > 0
        values[:, slots, :3] = np.where(present[..., None], real, 0)
        values[:, slots, 3] = np.where(present, CLASSES[kind], 0)
        if codes is not None:
            hardware[kind] = codes
    values[..., 0] = in_gev(values[..., 0], units)
    refuse_directions(values, f"{path}:Events", start)
    numbers = {name: _one_each(data[name], f"{path}:{name}", start) for name in flat}
    identity = _identity(numbers, path, start, stop)
    particles = Particles(values, np.zeros(len(values), np.uint8), identity)
    return L1Events(particles, hardware, _pileup(numbers))


def _opened(path: EventPath) -> AbstractContextManager[Tree]:
    if find_spec("uproot") is None or find_spec("awkward") is None:
        raise MissingDependencyError.of("reading CMS Level-1 NanoAOD", "uproot", "root")
    return root.opened(Path(path), "Events")


def _branches(kind: str, chosen: Chosen) -> set[str]:
    return names(kind, (*NEEDED[kind], *chosen.real, *(chosen.hardware or ())))


def _require(tree: Tree) -> None:
    for kind, fields in NEEDED.items():
        missing = sorted(names(kind, fields) - tree.names)
        if missing:
            raise EventFileError(
                f"{tree.path}:Events",
                f"must have the branch {missing[0]}",
                f"{len(tree.names)} others",
                "make the file with the Level-1 objects of NanoAOD",
            )
    if not tree.entries:
        raise EventFileError(
            f"{tree.path}:Events", "must hold events", "0", "give a file with events"
        )


def _one_each(branch: Branch, name: str, first: int) -> npt.NDArray[np.number]:
    """Numbers of a branch of one number an event."""
    if (branch.sizes != 1).any():
        event = int(np.argmax(branch.sizes != 1))
        raise EventFileError(
            name,
            "must have one number for each event",
            f"{branch.sizes[event]} in event {first + event}",
            "make the file again",
        )
    return branch.values


def _identity(
    data: Mapping[str, npt.NDArray[np.number]], path: str, start: int, stop: int
) -> npt.NDArray[np.int64]:
    if not all(name in data for name in IDENTITY):
        return np.arange(start, stop, dtype=np.int64)
    run = whole_numbers(data["run"], f"{path}:run", start, 0, _RUNS - 1)
    event = whole_numbers(data["event"], f"{path}:event", start, 0, _EVENTS_IN_RUN - 1)
    return run * _EVENTS_IN_RUN + event


def _pileup(data: Mapping[str, npt.NDArray[np.number]]) -> npt.NDArray[np.int32] | None:
    return next((known_pileup(data[name]) for name in PILEUP if name in data), None)


@dataclass(frozen=True)
class NanoFile(Source):
    """A file of CMS Level-1 NanoAOD."""

    @cached_property
    def origin(self) -> Origin:
        """Zero bias, and where muons are taken."""
        return read_origin(self.path)

    @cached_property
    def count(self) -> int:
        """Events of the tree."""
        return count(self.path)

    def read(self, start: int, stop: int) -> Block:
        """Events `start` to `stop`; see `Source.read`."""
        with _opened(self.path) as tree:
            _require(tree)
            found = _read(tree, start, stop, self.settings.units)
            known = tree.names >= {*IDENTITY}
        return Block(
            found.particles.values,
            ids=found.particles.parton_event if known else None,
            hardware=found.hardware,
            pileup=found.pileup,
            bits=bits.read(self.path, start, stop, self.settings.bits),
            name=str(self.path),
            first=start,
        )

    def check(self) -> None:
        """Look at the branches, the wanted bits and the units of the first events."""
        check(self.path, self.settings.units)
        bits.check(self.path, self.settings.bits)


READER = Reader(root.is_root, NanoFile)
