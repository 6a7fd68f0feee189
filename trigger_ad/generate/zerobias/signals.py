"""Signals inside the pile-up: crossings with one collision of a signal and those of the library.

The processes are those of `trigger_ad.generate.adc2021`, without its lepton filter and its
repeated decays, at 13.6 TeV. Each collision goes through the response that the library went
through (`response`) and is used once. It is added to the collisions that the crossing draws,
and not counted among them.

A chunk of `CHUNK` crossings is a stream of Pythia, and each collision has its own random numbers
in the detector. So a collision depends on the seed, the signal and its number only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.events.particles import PROCESSES
from trigger_ad.generate.detector import Stable
from trigger_ad.generate.processes import GENERATORS, SM_PROPORTIONS
from trigger_ad.generate.zerobias.collisions import final_state, start
from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.grid import CELLS, Floats, Ints
from trigger_ad.generate.zerobias.library import Library
from trigger_ad.generate.zerobias.response import VERSION, Deposits, respond

__all__ = [
    "CHUNK",
    "SIGNALS",
    "Collisions",
    "added",
    "check",
    "collide",
    "joined",
    "origin",
    "stream",
]

#: Names of the signals.
SIGNALS = tuple(name for name in GENERATORS if name not in SM_PROPORTIONS)
#: Crossings of a chunk that have one stream of Pythia; another value is other events.
CHUNK = 250


@dataclass(frozen=True)
class Collisions:
    """Deposits of the signal collisions of consecutive crossings.

    Attributes
    ----------
    em, had : (n, CELLS) csr_array of int32
        Transverse energy in 1/32 GeV.
    muons : (m, 3) float32
        pT in GeV, eta, phi.
    counts : (n,) int64
        Muons of each collision.
    cross_section_pb, error_pb : float
        Leading order, at 13.6 TeV.
    """

    em: Any
    had: Any
    muons: npt.NDArray[np.float32]
    counts: Ints
    cross_section_pb: float
    error_pb: float


def check(signal: str) -> None:
    """See that there is such a signal.

    Parameters
    ----------
    signal : str

    Raises
    ------
    ConfigError
        If there is none; the sentence lists the names.
    """
    if signal not in SIGNALS:
        raise ConfigError(
            "signal",
            f"must be one of {', '.join(SIGNALS)}",
            repr(signal),
            "choose one of these names",
        )


def stream(signal: str) -> dict[str, Any]:
    """What the collisions of a signal depend on besides their seed.

    Parameters
    ----------
    signal : str
        One of `SIGNALS`.

    Returns
    -------
    dict
        Its name, the version of Pythia and the SHA-256 of the settings.
    """
    settings = json.dumps([CHUNK, *GENERATORS[signal].settings])
    return {
        "name": signal,
        "pythia8mc": version("pythia8mc"),
        "settings": hashlib.sha256(settings.encode()).hexdigest(),
    }


def collide(signal: str, seed: int, first: int, events: int) -> Collisions:
    """Signal collisions of the crossings from `first`, where a chunk begins.

    Parameters
    ----------
    signal : str
        One of `SIGNALS`.
    seed, first : int
    events : int
        How many; fewer of them are the first ones of more.

    Raises
    ------
    ImportError
        If Pythia is not installed; `run.generate` asks before.
    """
    root = [seed, 3, PROCESSES.index(signal)]
    pythia = start(GENERATORS[signal].settings, np.random.SeedSequence([*root, 0, first]))
    found: list[Deposits] = []
    while len(found) < events:
        if pythia.next():
            pdg, *rest = final_state(pythia)
            particles = Stable(np.zeros(len(pdg), np.int64), pdg.astype(np.int64), *rest)
            rng = np.random.default_rng([*root, 1, first + len(found)])
            found.append(respond(particles, 1, rng))
    cells = np.concatenate([f.cell for f in found])
    offsets = np.cumsum([0, *(len(f.cell) for f in found)])
    em, had = (
        csr_array((np.concatenate(part).astype(np.int32), cells, offsets), shape=(events, CELLS))
        for part in ([f.em for f in found], [f.had for f in found])
    )
    info = pythia.infoPython()
    return Collisions(
        em,
        had,
        np.concatenate([f.muons for f in found]),
        np.array([len(f.muons) for f in found]),
        info.sigmaGen() * 1e9,
        info.sigmaErr() * 1e9,
    )


def joined(stock: Library, own: Collisions) -> Library:
    """A library with the signal collisions after its own, to be overlaid but not drawn from.

    Parameters
    ----------
    stock : Library
        Of n collisions.
    own : Collisions
        Of m crossings; they become the collisions n to n + m - 1.
    """
    ends = stock.muon_offsets[-1] + np.cumsum(own.counts)
    return replace(
        stock,
        em=vstack([stock.em, own.em], format="csr"),
        had=vstack([stock.had, own.had], format="csr"),
        muons=np.concatenate([stock.muons, own.muons]),
        muon_offsets=np.concatenate([stock.muon_offsets, ends]),
        pthat=np.concatenate([stock.pthat, np.zeros(len(own.counts), np.float32)]),
        owner=np.concatenate([stock.owner, len(stock) + np.arange(len(own.counts))]),
    )


def added(draws: Draws, events: Ints) -> Draws:
    """Draws with one event more, the last one, in each crossing.

    Parameters
    ----------
    draws : Draws
        Of m crossings.
    events : (m,) int64
        Numbers in the library that `joined` gives.
    """
    return Draws(draws.collisions + 1, np.insert(draws.events, np.cumsum(draws.collisions), events))


def origin(signal: str, seed: int, events: Ints, sigma: Floats, error: Floats) -> Origin:
    """Record of a sample; nothing is filtered, so its cross-section normalises it.

    Parameters
    ----------
    signal : str
    seed : int
    events : (chunks,) int64
    sigma, error : (chunks,) float64
        Cross-section that each chunk found, in pb; averaged with the events as weights.
    """
    n = int(events.sum())
    process = ProcessOrigin(
        name=signal,
        cross_section_pb=float((sigma * events).sum() / n),
        cross_section_error_pb=float(np.hypot.reduce(error * events) / n),
        tried=n,
        passed=n,
        resampling=1,
        distinct_parton_events=n,
    )
    versions = {name: version(name) for name in ("numpy", "pythia8mc")}
    versions["response"] = str(VERSION)
    return Origin("cross_section", "", seed, versions, (process,))
