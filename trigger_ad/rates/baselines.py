"""What any trigger could cut on instead of a learned score; integers from hardware words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Layout, Ports
from trigger_ad.features.words import scale_array

__all__ = ["BASELINES", "baselines", "counts_above", "ht", "leptons", "sum_words"]

#: Jets in the scalar sum are above 30 GeV and within 2.4, in LSB.
HT_MINIMUM, HT_ETA = 60, 55

Momenta = dict[str, NDArray[np.int32]]


def _momenta(values: NDArray[np.int32], layout: Ports) -> Momenta:
    """Momenta by kind, (n_events, n_slots) in LSB of 0.5 GeV without the muons' offset."""
    result = {}
    for kind in ("met", "egamma", "muon", "jet"):
        columns = layout.columns("pt", kind)
        result[kind] = np.maximum(values[:, columns] - layout.offset[columns], 0)
    return result


def ht(values: NDArray[np.int32], layout: Ports) -> NDArray[np.int32]:
    """Scalar sum of jet momenta, jets above 30 GeV within abs(eta) < 2.4, in LSB of 0.5 GeV."""
    pt, eta = values[:, layout.columns("pt", "jet")], values[:, layout.columns("eta", "jet")]
    taken = (pt >= HT_MINIMUM) & (np.abs(eta) <= HT_ETA)
    return np.asarray((pt * taken).sum(axis=1, dtype=np.int32))


def sum_pt(values: NDArray[np.int32], layout: Ports) -> NDArray[np.int32]:
    """Scalar sum of the momenta of all objects and of the missing one, in LSB of 0.5 GeV."""
    parts = _momenta(values, layout).values()
    return np.asarray(sum(part.sum(axis=1, dtype=np.int32) for part in parts))


def multiplicity(values: NDArray[np.int32], layout: Ports) -> NDArray[np.int32]:
    """Objects in the event, the missing momentum not counted."""
    columns = [i for i, f in enumerate(layout.fields) if f.quantity == "pt" and f.kind != "met"]
    return np.asarray((values[:, columns] > 0).sum(axis=1, dtype=np.int32))


def leading_lepton_pt(values: NDArray[np.int32], layout: Ports) -> NDArray[np.int32]:
    """Momentum of the hardest electron or muon, in LSB of 0.5 GeV; 0 without one."""
    momenta = _momenta(values, layout)
    return np.asarray(np.maximum(momenta["egamma"].max(axis=1), momenta["muon"].max(axis=1)))


def leptons(values: NDArray[np.int32], layout: Ports) -> NDArray[np.int32]:
    """Electrons, photons and muons of any momentum."""
    kinds = ("egamma", "muon")
    return np.asarray(sum(counts_above(values, layout, kind, 0) for kind in kinds))


def counts_above(
    values: NDArray[np.int32], layout: Ports, kind: str, least: int
) -> NDArray[np.int32]:
    """Objects of a kind whose momentum is at least so many LSB of 0.5 GeV."""
    columns = layout.columns("pt", kind)
    there = values[:, columns] >= np.maximum(layout.offset[columns] + least, 1)
    return np.asarray(there.sum(axis=1, dtype=np.int32))


def sum_words(values: NDArray[np.int32], layout: Layout) -> NDArray[np.int32]:
    """Sum of the absolute scaled words, of momenta and angles alike: what a network reads."""
    return np.asarray(np.abs(scale_array(values, layout)).sum(axis=1, dtype=np.int32))


#: Every baseline that needs no background, by its name in reports.
BASELINES: dict[str, Callable[[NDArray[np.int32], Layout], NDArray[np.int32]]] = {
    "ht": ht,
    "sum_pt": sum_pt,
    "multiplicity": multiplicity,
    "leading_lepton_pt": leading_lepton_pt,
    "leptons": leptons,
    "sum_words": sum_words,
}


def baselines(values: NDArray[np.int32], layout: Layout) -> dict[str, NDArray[np.int32]]:
    """Every baseline of every event.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of int32
        Hardware words.
    layout : Layout

    Returns
    -------
    dict of str to ndarray (n_events,) of int32
    """
    return {name: function(values, layout) for name, function in BASELINES.items()}
