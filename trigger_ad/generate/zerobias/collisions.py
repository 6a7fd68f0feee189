"""Chunks of single collisions from Pythia: the unit of seeding, of work and of checkpoints."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.bins import BINS, EDGE, Bin
from trigger_ad.generate.zerobias.grid import Floats, Ints
from trigger_ad.generate.zerobias.response import Deposits, respond
from trigger_ad.storage.outputs import atomic

__all__ = ["Piece", "final_state", "finished", "produce", "start"]

#: Most collisions that are in memory together.
_BATCH = 1000
_NONDIFFRACTIVE = 101
_COMMON = ("Print:quiet = on", "Check:event = off", "Random:setSeed = on", "Beams:eCM = 13600")


@dataclass(frozen=True)
class Piece:
    """Some collisions of one bin, which depend on the seed, the bin and the index only.

    Attributes
    ----------
    kind : int
        Index into `BINS`.
    index, events, seed : int
    folder : Path
        Where the checkpoints are.
    """

    kind: int
    index: int
    events: int
    seed: int
    folder: Path

    @property
    def path(self) -> Path:
        """Checkpoint of this chunk."""
        return self.folder / f"{BINS[self.kind].name}-{self.index:05d}-{self.events}.npz"


def finished(piece: Piece) -> bool:
    """Whether the chunk is there."""
    return piece.path.exists()


@dataclass(frozen=True)
class _Batch:
    """Some collisions.

    Attributes
    ----------
    deposits : Deposits
    pthat : (n,) float64
    partons : (n,) int64
        Number of the collision of partons that each was made of.
    tried : (n,) int64
        How many had been tried with each.
    """

    deposits: Deposits
    pthat: Floats
    partons: Ints
    tried: Ints

    def of(self, chosen: Ints) -> _Batch:
        """Some of these, in rising order."""
        deposits, pthat = self.deposits.of(chosen), self.pthat[chosen]
        return _Batch(deposits, pthat, self.partons[chosen], self.tried[chosen])


def produce(piece: Piece) -> None:
    """Generate a chunk and leave it at its checkpoint."""
    own = BINS[piece.kind]
    stream, detector = np.random.SeedSequence([piece.seed, 2, piece.kind, piece.index]).spawn(2)
    late = () if own.hadrons == 1 else ("HadronLevel:all = off",)
    pythia, rng = start((*own.settings, *late), stream), np.random.default_rng(detector)
    tries = enumerate(_tries(pythia, own), 1)
    found: list[_Batch] = []
    while missing := piece.events - sum(len(batch.pthat) for batch in found):
        batch = _batch(tries, _BATCH if own.parent else min(missing, _BATCH), rng)
        found.append(batch.of(_wanted(own, batch.deposits)[:missing]))
    _save(piece, found, pythia.infoPython())


def _tries(pythia: Any, own: Bin) -> Iterator[tuple[int, float, Floats | None]]:
    """Number of the collision of partons, pT-hat, and the final state.

    There is none where the collision is one of another bin.
    """
    import pythia8mc

    for number in itertools.count():
        while not pythia.next():
            pass
        info = pythia.infoPython()
        scale = info.mHat() / 2 if own.single else info.pTHat()
        dropped = own.soft and info.code() == _NONDIFFRACTIVE and scale >= EDGE
        if dropped:
            yield from [(number, scale, None)] * own.hadrons
        elif own.hadrons == 1:
            yield number, scale, final_state(pythia)
        else:
            partons = pythia8mc.Event(pythia.event)
            for _ in range(own.hadrons):
                pythia.event = partons
                if pythia.forceHadronLevel(False):
                    yield number, scale, final_state(pythia)


def _batch(
    tries: Iterator[tuple[int, tuple[int, float, Floats | None]]],
    events: int,
    rng: np.random.Generator,
) -> _Batch:
    """The next collisions, with or without a muon."""
    columns: list[Floats] = []
    rows: list[tuple[float, int, int]] = []
    while len(columns) < events:
        tried, (number, scale, particles) = next(tries)
        if particles is not None:
            columns.append(particles)
            rows.append((scale, number, tried))
    event = np.repeat(np.arange(events), [c.shape[1] for c in columns])
    pdg, *momenta = np.concatenate(columns, axis=1)
    deposits = respond(Stable(event, pdg.astype(np.int64), *momenta), events, rng)
    pthat, partons, tried_with = map(np.array, zip(*rows, strict=True))
    return _Batch(deposits, pthat, partons, tried_with)


def _wanted(own: Bin, deposits: Deposits) -> Ints:
    """Which of some collisions are of the bin."""
    hardest = np.zeros(deposits.events)
    np.maximum.at(hardest, deposits.muon_event, deposits.muons[:, 0])
    return np.flatnonzero((hardest >= own.muon) & (hardest < own.below))


def _save(piece: Piece, found: list[_Batch], info: Any) -> None:
    deposits = Deposits.joined([batch.deposits for batch in found])
    tried = int(found[-1].tried[-1])
    partons = np.concatenate([batch.partons for batch in found])
    _, owner, counts = np.unique(partons, return_index=True, return_counts=True)
    part, error = 1.0, 0.0
    if BINS[piece.kind].parent:
        part, error = piece.events / tried, float(np.sqrt((counts**2).sum())) / tried
    with atomic(piece.path) as temporary:
        np.savez_compressed(
            temporary,
            cell=deposits.cell.astype(np.uint16),
            em=deposits.em,
            had=deposits.had,
            towers=np.bincount(deposits.event, minlength=piece.events),
            muons=deposits.muons,
            muon_counts=np.bincount(deposits.muon_event, minlength=piece.events),
            pthat=np.concatenate([batch.pthat for batch in found]).astype(np.float32),
            owner=np.repeat(owner, counts),
            tried=tried,
            cross_section_pb=info.sigmaGen() * 1e9 * part,
            error_pb=np.hypot(info.sigmaErr() * part, info.sigmaGen() * error) * 1e9,
        )


def start(settings: tuple[str, ...], stream: np.random.SeedSequence) -> Any:
    """An initialised ``pythia8mc.Pythia`` of a process at 13.6 TeV, with a seed of its own.

    Parameters
    ----------
    settings : tuple of str
        Lines for ``Pythia.readString``.
    stream : numpy.random.SeedSequence
    """
    import pythia8mc

    seed = 1 + int(stream.generate_state(1)[0]) % 899_999_999
    pythia = pythia8mc.Pythia("", False)
    for line in (*_COMMON, f"Random:seed = {seed}", *settings):
        if not pythia.readString(line):
            raise RuntimeError(f"Pythia does not know '{line}'")
    if not pythia.init():
        raise RuntimeError("Pythia did not initialise")
    return pythia


def final_state(pythia: Any) -> Floats:
    """PDG code, pT in GeV, eta and phi of the final particles of the event, (4, n) float64."""
    import pythia8mc

    particle = pythia8mc.Particle
    final = list(filter(particle.isFinal, pythia.event.particles()))
    read = (particle.id, particle.pT, particle.eta, particle.phi)
    return np.array([list(map(f, final)) for f in read], dtype=np.float64)
