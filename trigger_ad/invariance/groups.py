"""Bins of what must not explain a score: azimuth, flavour of leptons, pile-up, and chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.split import splitmix64
from trigger_ad.features.layout import Ports
from trigger_ad.invariance.sample import Sample

__all__ = ["FLAVOURS", "HALVES", "OCTANTS", "PILEUP", "Group", "groups", "within"]

#: Bins of azimuth.
OCTANTS = 8

#: Least pT in GeV of what counts as a lepton, by kind.
FLAVOURS: Mapping[str, float] = MappingProxyType({"egamma": 8.0, "muon": 3.0})

#: Ends of the bins of pile-up: below the first, between, above the last.
PILEUP = (55, 65)

#: Name of two halves of the clusters by chance, which nothing depends on.
HALVES = "halves"

_FLAVOUR_NAMES = ("no lepton", "e/gamma only", "muon only", "both")

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Group:
    """Bins of one quantity.

    Parameters
    ----------
    by : str
        Name of the quantity.
    bins : tuple of str
    place : ndarray (n_events,) of int64
        Bin of each event; -1 where it has none.
    ordered : bool
        Whether the last bin is to be compared with the first, not the largest with the smallest.
    """

    by: str
    bins: tuple[str, ...]
    place: Integers
    ordered: bool = False

    def inside(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Each bin that has events, and which these are."""
        for number, name in enumerate(self.bins):
            events = self.place == number
            if events.any():
                yield name, events


def groups(sample: Sample, layout: Ports) -> tuple[Group, ...]:
    """Every quantity that the words and files of a sample know.

    Parameters
    ----------
    sample : Sample
    layout : Ports
        Of its words.
    """
    kinds = dict.fromkeys(field.kind for field in layout.fields)
    found = [_octants(sample.words, layout, kind) for kind in kinds if _places(layout, kind)]
    return (*found, *within(sample, layout), _halves(sample))


def within(sample: Sample, layout: Ports) -> tuple[Group, ...]:
    """The quantities in whose bins scores are to be independent: flavour and pile-up."""
    found = []
    if all(layout.columns("pt", kind) for kind in FLAVOURS):
        found.append(_flavours(sample.words, layout))
    if sample.pileup is not None:
        found.append(_pileup(sample.pileup))
    return tuple(found)


def _places(layout: Ports, kind: str) -> list[tuple[int, int]]:
    """Indices of pT and azimuth of the objects of a kind."""
    found = []
    for indices in layout.objects:
        own = {layout.fields[index].quantity: index for index in indices}
        azimuth = own.get("phi")
        if azimuth is None or "pt" not in own or layout.fields[azimuth].kind != kind:
            continue
        if layout.fields[azimuth].period:
            found.append((own["pt"], azimuth))
    return found


def _octants(words: NDArray[np.int32], layout: Ports, kind: str) -> Group:
    """Azimuth of the object of a kind with the largest pT."""
    momenta, angles = (list(column) for column in zip(*_places(layout, kind), strict=True))
    leading = words[:, momenta].argmax(axis=1)
    rows = np.arange(len(words))
    period = np.array([layout.fields[index].period for index in angles])[leading]
    octant = words[:, angles][rows, leading].astype(np.int64) * OCTANTS // period
    there = words[:, momenta][rows, leading] != 0
    step = 360 // OCTANTS
    names = tuple(f"{step * n} to {step * (n + 1)} degrees" for n in range(OCTANTS))
    return Group(f"azimuth_{kind}", names, np.where(there, octant, -1))


def _flavours(words: NDArray[np.int32], layout: Ports) -> Group:
    """Which kinds of leptons there are."""
    place = np.zeros(len(words), np.int64)
    for bit, (kind, least) in enumerate(FLAVOURS.items()):
        for index in layout.columns("pt", kind):
            field = layout.fields[index]
            momentum = (words[:, index] - field.offset) * field.lsb
            place |= ((words[:, index] != 0) & (momentum >= least)).astype(np.int64) << bit
    return Group("flavour", _FLAVOUR_NAMES, place)


def _pileup(pileup: NDArray[np.int32]) -> Group:
    low, high = PILEUP
    place = (pileup >= low).astype(np.int64) + (pileup > high)
    names = (f"below {low}", f"{low} to {high}", f"above {high}")
    return Group("pileup", names, np.where(pileup < 0, -1, place), ordered=True)


def _halves(sample: Sample) -> Group:
    """Halves by chance: what depends on them shows how far intervals are to be believed."""
    drawn = sample.drawn
    number = drawn.clusters * len(drawn.probabilities) + drawn.places
    place = (splitmix64(number.view(np.uint64)) & np.uint64(1)).astype(np.int64)
    return Group(HALVES, ("one", "other"), place)
