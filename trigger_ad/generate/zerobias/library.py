"""The library: single collisions that are drawn again and again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.generate.zerobias.bins import BINS, EDGE
from trigger_ad.generate.zerobias.grid import CELLS, Floats, Ints
from trigger_ad.generate.zerobias.response import VERSION
from trigger_ad.storage.arrays import load_arrays
from trigger_ad.storage.json_text import NoJsonError, loads
from trigger_ad.storage.outputs import atomic

__all__ = ["SCHEMA", "Composition", "Library", "load", "probabilities", "save", "stream"]

SCHEMA = "zero_bias_library/2"

#: What a file holds; `save` says what each is.
_ARRAYS = (
    "stream",
    "sizes",
    "em",
    "had",
    "cell",
    "offsets",
    "muons",
    "muon_offsets",
    "pthat",
    "owner",
    "cross_section_pb",
    "error_pb",
    "tried",
)


@dataclass(frozen=True)
class Composition:
    """What a crossing can draw.

    Attributes
    ----------
    sizes : tuple of int
        Events of each bin; they are numbered through, bin after bin.
    probabilities : tuple of float
        That a collision is of the bin; their sum is 1.
    """

    sizes: tuple[int, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Library:
    """Single proton collisions as deposits.

    Attributes
    ----------
    composition : Composition
    em, had : (n, CELLS) csr_array of int32
        Transverse energy in 1/32 GeV.
    muons : (m, 3) float32
        pT in GeV, eta, phi.
    muon_offsets : (n + 1,) int64
        Range of muons of each collision.
    pthat : (n,) float32
        Of the hardest interaction, in GeV; 0 for diffractive events, half the mass for W and Z.
    owner : (n,) int64
        Number, by `bins.numbers`, of the first collision that was made of the same partons.
    cross_section_pb, error_pb : (bins,) float64
        Leading order; of a bin of muons times the part that has one, of others before events of
        other bins are dropped.
    tried : (bins,) int64
    stream : mapping
        Seed, version and settings that the collisions depend on.
    digest : str
        SHA-256 of the file.
    """

    composition: Composition
    em: Any
    had: Any
    muons: npt.NDArray[np.float32]
    muon_offsets: Ints
    pthat: npt.NDArray[np.float32]
    owner: Ints
    cross_section_pb: Floats
    error_pb: Floats
    tried: Ints
    stream: dict[str, Any]
    digest: str = ""

    def __len__(self) -> int:
        return len(self.pthat)

    def identity(self, collision: Ints) -> Ints:
        """What crossings with these collisions are known by, or those without any, whose is n."""
        return np.append(self.owner, len(self))[collision]


def probabilities(cross_section_pb: Floats) -> tuple[float, ...]:
    """Probability of each bin; the soft one is the rest of the inelastic cross-section.

    Parameters
    ----------
    cross_section_pb : (bins,) float64
        The first one is that of all inelastic collisions.
    """
    found = cross_section_pb / cross_section_pb[0]
    names = [one.name for one in BINS]
    for place, one in enumerate(BINS):
        if one.parent:
            found[names.index(one.parent)] -= found[place]
    found[0] = 1 - found[1:].sum()
    return tuple(map(float, found))


def stream(seed: int) -> dict[str, Any]:
    """What the collisions of a seed depend on."""
    settings = json.dumps([EDGE, CELLS, VERSION, *map(asdict, BINS)], sort_keys=True)
    return {
        "schema": SCHEMA,
        "seed": seed,
        "pythia8mc": version("pythia8mc"),
        "settings": hashlib.sha256(settings.encode()).hexdigest(),
    }


def save(path: Path, library: Library) -> None:
    """Write a library as NPZ, whole or not at all."""
    with atomic(path) as temporary:
        np.savez_compressed(
            temporary,
            stream=np.array(json.dumps(library.stream, sort_keys=True)),
            sizes=np.array(library.composition.sizes),
            em=library.em.data.astype(np.uint16),
            had=library.had.data.astype(np.uint16),
            cell=library.em.indices.astype(np.uint16),
            offsets=library.em.indptr.astype(np.int64),
            muons=library.muons,
            muon_offsets=library.muon_offsets,
            pthat=library.pthat,
            owner=library.owner,
            cross_section_pb=library.cross_section_pb,
            error_pb=library.error_pb,
            tried=library.tried,
        )


def load(path: Path) -> Library:
    """Read a library.

    Raises
    ------
    EventFileError
        If the file is not a whole library.
    SchemaError
        If it was made with other collisions, towers or another schema.
    """
    try:
        data = load_arrays(path, _ARRAYS)
        made = loads(str(data["stream"]))
    except (SchemaError, NoJsonError):
        raise _no_library(path) from None
    if not isinstance(made, dict):
        raise _no_library(path)
    _check(path, made)
    return _library(data, made, hashlib.sha256(path.read_bytes()).hexdigest())


def _no_library(path: Path) -> EventFileError:
    return EventFileError(
        path,
        "must be a library of collisions",
        "something else",
        "give another path, and a library is made there",
    )


def _check(path: Path, made: dict[str, Any]) -> None:
    for name in ("schema", "settings"):
        mine, found = stream(0)[name], made.get(name)
        if found != mine:
            raise SchemaError(
                path,
                f"must be a library with {name} {mine[:20]}",
                str(found)[:20],
                "give another path, and a library of this version is made there",
            )


def _library(data: dict[str, Any], made: dict[str, Any], digest: str) -> Library:
    n = len(data["pthat"])
    em, had = (
        csr_array(
            (data[part].astype(np.int32), data["cell"].astype(np.int32), data["offsets"]),
            shape=(n, CELLS),
        )
        for part in ("em", "had")
    )
    sizes = tuple(map(int, data["sizes"]))
    return Library(
        Composition(sizes, probabilities(data["cross_section_pb"])),
        em,
        had,
        data["muons"],
        data["muon_offsets"],
        data["pthat"],
        data["owner"],
        data["cross_section_pb"],
        data["error_pb"],
        data["tried"],
        made,
        digest,
    )
