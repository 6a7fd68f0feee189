"""Leptons, jets and missing momentum from the candidates of a batch of events.

* Electrons collect the photons within 0.1. A lepton is kept if the scalar pT sum of everything
  else within 0.3 is less than 45 % of its own pT; other leptons become part of jets.
* Jets: anti-kT, R = 0.4, of all candidates that are no kept lepton; pT > 15 GeV, abs(eta) < 4.
* Missing momentum: minus the vector sum of all candidates.
* The filter of the data set: one kept electron (abs(eta) < 2.5) or muon (abs(eta) < 2.1) with
  pT > 23 GeV.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import awkward as ak
import fastjet
import numpy as np
import numpy.typing as npt

from trigger_ad.generate.detector import Floats, Ints, Visible

__all__ = ["build", "passes_filter"]

ISOLATION_CONE, ISOLATION = 0.3, 0.45
DRESSING_CONE = 0.1
JET_RADIUS, JET_PT, JET_ETA = 0.4, 15.0, 4.0
LEPTON_PT, LEPTON_ETA = 23.0, 2.5
PT_GRID, ANGLE_GRID = 16.0, 1024.0


@cache
def _definition() -> Any:
    return fastjet.JetDefinition(fastjet.antikt_algorithm, JET_RADIUS)


def _distance2(eta: Floats, phi: Floats, eta0: float, phi0: float) -> Floats:
    dphi = np.abs(phi - phi0)
    dphi = np.minimum(dphi, 2 * np.pi - dphi)
    return np.asarray((eta - eta0) ** 2 + dphi**2)


def _leptons(seen: Visible, bounds: Ints) -> tuple[list[tuple[int, ...]], list[Floats], Any]:
    """Kept leptons as (event, kind) and (pt, eta, phi), and which candidates remain."""
    keys: list[tuple[int, ...]] = []
    momenta: list[Floats] = []
    remain = np.ones(len(seen.pt), dtype=bool)
    for i in np.flatnonzero(seen.kind):
        event = int(seen.event[i])
        near = slice(int(bounds[event]), int(bounds[event + 1]))
        d2 = _distance2(seen.eta[near], seen.phi[near], float(seen.eta[i]), float(seen.phi[i]))
        core = np.zeros(len(d2), dtype=bool)
        core[i - near.start] = True
        if seen.kind[i] == 2:
            core |= (d2 < DRESSING_CONE**2) & (seen.kind[near] == 0) & seen.photon[near]
        pt = float(seen.pt[near][core].sum())
        if seen.pt[near][(d2 < ISOLATION_CONE**2) & ~core].sum() < ISOLATION * pt:
            keys.append((event, int(seen.kind[i])))
            momenta.append(np.array([pt, seen.eta[i], seen.phi[i]]))
            remain[near.start + np.flatnonzero(core)] = False
    return keys, momenta, remain


def _jets(seen: Visible, remain: npt.NDArray[np.bool_], events: int) -> tuple[Ints, Floats]:
    """Jets as (event,) and (pt, eta, phi)."""
    pt, eta, phi = seen.pt[remain], seen.eta[remain], seen.phi[remain]
    counts = np.bincount(seen.event[remain], minlength=events)
    flat = ak.zip(
        {
            "px": pt * np.cos(phi),
            "py": pt * np.sin(phi),
            "pz": pt * np.sinh(eta),
            "E": pt * np.cosh(eta),
        },
        with_name="Momentum4D",
    )
    jets = fastjet.ClusterSequence(ak.unflatten(flat, counts), _definition())
    found = jets.inclusive_jets(min_pt=JET_PT)
    event = np.repeat(np.arange(events), ak.to_numpy(ak.num(found)))
    px, py, pz = (ak.to_numpy(ak.flatten(found[k])) for k in ("px", "py", "pz"))
    jet_pt = np.hypot(px, py)
    momenta = np.stack([jet_pt, np.arcsinh(pz / jet_pt), np.arctan2(py, px)], axis=1)
    keep = np.abs(momenta[:, 1]) < JET_ETA
    return event[keep], momenta[keep]


def _fill(
    out: npt.NDArray[np.float32], event: Ints, momenta: Floats, kind: int, first: int, slots: int
) -> None:
    """Put the objects of one kind into their slots, highest pT first."""
    order = np.lexsort((-momenta[:, 0], event))
    event, momenta = event[order], momenta[order]
    rank = np.arange(len(event)) - np.searchsorted(event, event)
    keep = rank < slots
    out[event[keep], first + rank[keep], :3] = momenta[keep]
    out[event[keep], first + rank[keep], 3] = kind


def _on_grid(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    values[..., 0] = np.round(values[..., 0] * PT_GRID) / PT_GRID
    angles = np.round(values[..., 1:3] * ANGLE_GRID)
    limit = np.floor(np.pi * ANGLE_GRID)
    angles[..., 1] = np.clip(angles[..., 1], -limit, limit)
    values[..., 1:3] = angles / ANGLE_GRID
    return values


def passes_filter(values: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Whether the events, (n, 19, 4), have the lepton that the data set asks for."""
    leptons = values[:, 1:9]
    hard = (leptons[..., 0] > LEPTON_PT) & (np.abs(leptons[..., 1]) < LEPTON_ETA)
    return np.asarray(hard.any(axis=1))


def build(seen: Visible, events: int) -> npt.NDArray[np.float32]:
    """Objects of a batch of events, (events, 19, 4), on the grid of the file.

    Parameters
    ----------
    seen : Visible
        Candidates, ordered by event.
    events : int
        Number of events in the batch.
    """
    out = np.zeros((events, 19, 4), dtype=np.float32)
    bounds = np.searchsorted(seen.event, np.arange(events + 1))
    px = -np.bincount(seen.event, seen.pt * np.cos(seen.phi), minlength=events)
    py = -np.bincount(seen.event, seen.pt * np.sin(seen.phi), minlength=events)
    out[:, 0, 0] = np.maximum(np.hypot(px, py), 1.0 / PT_GRID)
    out[:, 0, 2] = np.arctan2(py, px)
    out[:, 0, 3] = 1
    keys, momenta, remain = _leptons(seen, bounds)
    if keys:
        event, kind = np.array(keys, dtype=np.int64).T
        table = np.array(momenta)
        for code, first in ((2, 1), (3, 5)):
            _fill(out, event[kind == code], table[kind == code], code, first, 4)
    # jets are the expensive part: only events that can pass are clustered
    passing = passes_filter(_on_grid(out.copy()))
    remain &= passing[seen.event]
    if passing.any():
        event, table = _jets(seen, remain, events)
        _fill(out, event, table, 4, 9, 10)
    return _on_grid(out)
