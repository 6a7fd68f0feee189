"""Chunks of single collisions from Pythia: the unit of seeding, of work and of checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.bins import BINS, EDGE
from trigger_ad.generate.zerobias.grid import Floats
from trigger_ad.generate.zerobias.response import respond
from trigger_ad.storage.outputs import atomic

__all__ = ["PIECE", "Piece", "final_state", "finished", "produce", "start"]

#: Collisions of a full chunk: of the soft bin, whose start is slow, and of another one.
PIECE = (5000, 500)
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


def produce(piece: Piece) -> None:
    """Generate a chunk and leave it at its checkpoint."""
    stream, detector = np.random.SeedSequence([piece.seed, 2, piece.kind, piece.index]).spawn(2)
    pythia = start(BINS[piece.kind].settings, stream)
    columns: list[Floats] = []
    pthat: list[float] = []
    tried = 0
    while len(pthat) < piece.events:
        if not pythia.next():
            continue
        tried += 1
        info = pythia.infoPython()
        scale = info.mHat() / 2 if BINS[piece.kind].single else info.pTHat()
        if piece.kind == 0 and info.code() == _NONDIFFRACTIVE and scale >= EDGE:
            continue
        columns.append(final_state(pythia))
        pthat.append(scale)
    info = pythia.infoPython()
    event = np.repeat(np.arange(len(columns)), [c.shape[1] for c in columns])
    pdg, *momenta = np.concatenate(columns, axis=1)
    found = respond(Stable(event, pdg.astype(np.int64), *momenta), np.random.default_rng(detector))
    with atomic(piece.path) as temporary:
        np.savez_compressed(
            temporary,
            cell=found.cell.astype(np.uint16),
            em=found.em,
            had=found.had,
            towers=np.bincount(found.event, minlength=piece.events),
            muons=found.muons,
            muon_counts=np.bincount(found.muon_event, minlength=piece.events),
            pthat=np.array(pthat, dtype=np.float32),
            tried=tried,
            cross_section_pb=info.sigmaGen() * 1e9,
            error_pb=info.sigmaErr() * 1e9,
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
