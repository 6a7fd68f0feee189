"""Chunks of single collisions from Pythia: the unit of seeding, of work and of checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.bins import BINS, EDGE, MUON, Bin
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
    """Some collisions: what they leave, their pT-hat, and how many had been tried with each."""

    deposits: Deposits
    pthat: Floats
    tried: Ints

    def of(self, chosen: Ints) -> _Batch:
        """Some of these, in rising order."""
        return _Batch(self.deposits.of(chosen), self.pthat[chosen], self.tried[chosen])


def produce(piece: Piece) -> None:
    """Generate a chunk and leave it at its checkpoint."""
    own = BINS[piece.kind]
    stream, detector = np.random.SeedSequence([piece.seed, 2, piece.kind, piece.index]).spawn(2)
    pythia, rng = start(own.settings, stream), np.random.default_rng(detector)
    found: list[_Batch] = []
    tried = missing = 0
    while missing := piece.events - sum(len(batch.pthat) for batch in found):
        batch = _batch(pythia, own, _BATCH if own.muon else min(missing, _BATCH), tried, rng)
        tried = int(batch.tried[-1])
        found.append(batch.of(_wanted(own, batch.deposits, len(batch.pthat))[:missing]))
    _save(piece, found, pythia.infoPython())


def _batch(pythia: Any, own: Bin, events: int, tried: int, rng: np.random.Generator) -> _Batch:
    """The next collisions of a bin, with or without a muon."""
    columns: list[Floats] = []
    pthat: list[float] = []
    number: list[int] = []
    while len(columns) < events:
        if not pythia.next():
            continue
        tried += 1
        info = pythia.infoPython()
        scale = info.mHat() / 2 if own.single else info.pTHat()
        if own.soft and info.code() == _NONDIFFRACTIVE and scale >= EDGE:
            continue
        columns.append(final_state(pythia))
        pthat.append(scale)
        number.append(tried)
    event = np.repeat(np.arange(events), [c.shape[1] for c in columns])
    pdg, *momenta = np.concatenate(columns, axis=1)
    deposits = respond(Stable(event, pdg.astype(np.int64), *momenta), events, rng)
    return _Batch(deposits, np.array(pthat), np.array(number))


def _wanted(own: Bin, deposits: Deposits, events: int) -> Ints:
    """Which of some collisions are of the bin."""
    if own.muon is None:
        return np.arange(events)
    hard = deposits.muon_event[deposits.muons[:, 0] >= MUON]
    return np.flatnonzero((np.bincount(hard, minlength=events) > 0) == own.muon)


def _save(piece: Piece, found: list[_Batch], info: Any) -> None:
    deposits = Deposits.joined([batch.deposits for batch in found])
    tried = int(np.concatenate([batch.tried for batch in found])[-1])
    part, error = 1.0, 0.0
    if BINS[piece.kind].muon:
        part, error = piece.events / tried, np.sqrt(piece.events) / tried
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
