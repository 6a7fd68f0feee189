"""Parton-level events that can still give the lepton, found early in the shower.

Almost all of the time goes into multi-parton interactions below a few GeV, so the interleaved
evolution is interrupted at 8 GeV and events that cannot pass the lepton filter any more are
dropped there. Whatever is dropped, nothing is weighted:

* ``resonance``: the resonance is decayed as it will be, with the recoil it has by then. An
  electron or muon with pT > 19 GeV keeps the event; if there is only a tau with pT > 21 GeV the
  event is kept with probability 1/decays, and its decays are repeated `decays` times.
* ``heavy_flavour``: a b or c quark with pT > 32 GeV and abs(eta) < 2.7 keeps the event.
* ``leptons``: nothing is dropped here.

The finished parton-level event must have an electron or muon above 22 GeV or, for tau events, a
tau above 23 GeV. Leptons of hadrons in events that have none of these are lost by this. How many
events the veto loses is measured by ``tools/check_generation.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pythia8mc

from trigger_ad.generate.processes import Generator

__all__ = ["SCALE", "PartonShower", "Veto", "lepton_class"]

#: Of the veto, in GeV.
SCALE = 8.0
_ETA = {11: 2.55, 13: 2.15, 15: 2.7}
_QUIET = (
    "Print:quiet = on",
    "Check:event = off",
    "Random:setSeed = on",
    "Beams:eCM = 13000",
    "HadronLevel:all = off",
)


def lepton_class(leptons: list[tuple[int, float, float]], light: float, tau: float) -> int:
    """2 with an electron or muon above `light` GeV, 1 with only a tau above `tau`, else 0."""
    best = 0
    for code, pt, eta in leptons:
        if code in _ETA and abs(eta) < _ETA[code]:
            if code != 15 and pt > light:
                return 2
            if code == 15 and pt > tau:
                best = 1
    return best


class Veto(pythia8mc.UserHooks):  # type: ignore[misc]
    """Interrupts the evolution at 8 GeV; `kept` is the class of the event that went through."""

    def __init__(self, generator: Generator, pythia: Any, rng: np.random.Generator) -> None:
        super().__init__()
        self.generator, self.pythia, self.rng = generator, pythia, rng
        self.tried = 0
        self.kept = 0

    def canVetoPT(self) -> bool:
        """Yes: Pythia asks for the decision."""
        return True

    def scaleVetoPT(self) -> float:
        """Scale of the decision, in GeV."""
        return SCALE

    def doVetoPT(self, position: int, event: Any) -> bool:
        """Whether the event is dropped; `position` tells its own shower from those of decays."""
        if position > 4:
            return False
        self.tried += 1
        if self.generator.selection == "resonance":
            self.kept = lepton_class(self._decayed(event), 19.0, 21.0)
            if self.kept == 1 and not self.thin():
                self.kept = 0
        elif self.generator.selection == "heavy_flavour":
            self.kept = int(_has_heavy_quark(event))
        else:
            self.kept = 3
        return self.kept == 0

    def thin(self) -> bool:
        """Whether to keep a tau event: always, or one in `decays` where the process is thinned."""
        generator = self.generator
        return not generator.thinned or self.rng.random() * generator.decays <= 1

    def _decayed(self, event: Any) -> list[tuple[int, float, float]]:
        """Leptons of the resonance with the recoil that it has in `event`."""
        process = self.pythia.process
        resonance = process[5]
        now = next(
            p for i in range(event.size() - 1, 0, -1) if (p := event[i]).id() == resonance.id()
        )
        leptons = []
        for i in range(6, process.size()):
            particle = process[i]
            if particle.isFinal() and particle.idAbs() in _ETA:
                momentum = pythia8mc.Vec4(particle.p())
                momentum.bstback(resonance.p())
                momentum.bst(now.p())
                leptons.append((particle.idAbs(), momentum.pT(), momentum.eta()))
        return leptons


def _has_heavy_quark(event: Any) -> bool:
    return any(
        p.pT() > 32 and abs(p.eta()) < 2.7
        for i in range(3, event.size())
        if (p := event[i]).idAbs() in (4, 5) and p.isFinal()
    )


class PartonShower:
    """Stream of parton-level events of one process.

    Parameters
    ----------
    generator : Generator
    seed : int
        1 to 900,000,000, as Pythia wants it.
    rng : numpy.random.Generator
        For the thinning of tau events.
    """

    def __init__(self, generator: Generator, seed: int, rng: np.random.Generator) -> None:
        self.generator = generator
        self.pythia = pythia8mc.Pythia("", False)
        for line in (*_QUIET, f"Random:seed = {seed}", *generator.settings):
            if not self.pythia.readString(line):
                raise RuntimeError(f"Pythia does not know '{line}'")
        self.veto = Veto(generator, self.pythia, rng)
        self.pythia.setUserHooksPtr(self.veto)
        if not self.pythia.init():
            raise RuntimeError("Pythia did not initialise")
        self.accepted = 0

    @property
    def tried(self) -> int:
        """Events of the process begun so far."""
        return self.veto.tried

    def cross_section(self) -> tuple[float, float]:
        """Cross-section of the process before any veto and its error, in pb."""
        info = self.pythia.infoPython()
        scale = 1e9 * self.tried / max(self.accepted, 1)
        return info.sigmaGen() * scale, info.sigmaErr() * scale

    def next(self) -> int:
        """Leave the next event that can pass in ``pythia.event``; how often to decay it."""
        while True:
            if not self.pythia.next():
                continue
            self.accepted += 1
            if self.generator.selection == "heavy_flavour":
                return self.generator.decays
            kind = lepton_class(self.prompt_leptons(), 22.0, 23.0)
            if self.generator.selection == "leptons":
                if kind == 1 and not self.veto.thin():
                    continue
                self.veto.kept = kind
            if kind:
                return 1 if self.veto.kept == 2 else self.generator.decays

    def prompt_leptons(self) -> list[tuple[int, float, float]]:
        """PDG code, pT in GeV and eta of the leptons of the parton-level event."""
        event = self.pythia.event
        return [
            (p.idAbs(), p.pT(), p.eta())
            for i in range(event.size())
            if (p := event[i]).idAbs() in _ETA and p.isFinal()
        ]
