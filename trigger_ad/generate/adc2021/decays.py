"""Hadronisation, and repeated decays of taus and of hadrons with b and c quarks.

The lepton of a multijet or tau event comes from a decay that is rare and cheap, after a shower
that is expensive. So the particles that can give it are first kept stable and then decayed
several times: taus by Pythia from a saved copy of the event, with their polarisation; b and c
hadrons from a table of decays. Every passing result is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pythia8mc

from trigger_ad.generate.adc2021 import heavy
from trigger_ad.generate.adc2021.library import HEAVY, DecayLibrary

__all__ = ["HadronLevel"]

_Particle = pythia8mc.Particle

Columns = npt.NDArray[np.float64]


def _columns(particles: list[Any]) -> Columns:
    """PDG code, pT, eta and phi of some particles, (4, n)."""
    return np.array(
        [
            list(map(f, particles))
            for f in (_Particle.id, _Particle.pT, _Particle.eta, _Particle.phi)
        ],
        dtype=np.float64,
    ).reshape(4, len(particles))


def _hard_lepton(columns: Columns) -> bool:
    code = np.abs(columns[0])
    chosen = ((code == 11) | (code == 13)) & (columns[1] > 21) & (np.abs(columns[2]) < 2.6)
    return bool(chosen.any())


class HadronLevel:
    """The hadron level of parton events that a Pythia object holds.

    Parameters
    ----------
    pythia : pythia8mc.Pythia
    library : DecayLibrary or None
        Decays of b and c hadrons; with it they, without it the taus are decayed repeatedly.
    """

    def __init__(self, pythia: Any, library: DecayLibrary | None, rng: np.random.Generator) -> None:
        self.pythia, self.library, self.rng = pythia, library, rng
        self.codes = (15,) if library is None else HEAVY
        self._late(False)

    def _late(self, decay: bool) -> None:
        for code in self.codes:
            self.pythia.particleData.mayDecay(code, decay)

    def results(self, times: int) -> Iterator[Columns]:
        """Stable particles of those of `times` decays that can pass the lepton filter.

        Yields
        ------
        (4, n) float64
            PDG code, pT, eta and phi.
        """
        if not self.pythia.forceHadronLevel(False):
            return
        event = self.pythia.event
        final = list(filter(_Particle.isFinal, event.particles()))
        codes = list(map(_Particle.idAbs, final))
        late = [p for p, code in zip(final, codes, strict=True) if code in self.codes]
        if self.library is not None:
            if not any(p.pT() > 26 and abs(p.eta()) < 2.7 for p in late):
                return
            hadrons = np.array([(p.id(), p.px(), p.py(), p.pz(), p.m()) for p in late])
        early = _columns(
            [p for p, code in zip(final, codes, strict=True) if code not in self.codes]
        )
        if self.library is not None:
            yield from heavy.decay(early, hadrons, self.library, times, self.rng)
        elif late:
            yield from self._taus(early, times)
        elif _hard_lepton(early):
            yield early

    def _taus(self, early: Columns, times: int) -> Iterator[Columns]:
        pythia = self.pythia
        saved = pythia8mc.Event(pythia.event)
        start = saved.size()
        prompt = _hard_lepton(early)
        self._late(True)
        for _ in range(times):
            pythia.event = saved
            if not pythia.moreDecays():
                continue
            event = pythia.event
            new = [p for i in range(start, event.size()) if (p := event[i]).isFinal()]
            if prompt or any(p.idAbs() in (11, 13) and p.pT() > 21 for p in new):
                yield np.concatenate([early, _columns(new)], axis=1)
        self._late(False)
