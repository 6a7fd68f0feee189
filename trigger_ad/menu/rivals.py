"""Conventional seeds that could be added to a menu in place of an anomaly seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Layout
from trigger_ad.menu.fires import quantities
from trigger_ad.menu.integers import IntegerMenu, JetSum, Leading
from trigger_ad.rates.baselines import HT_ETA, HT_MINIMUM, leptons, sum_words
from trigger_ad.rates.filled import Filled

__all__ = ["OF_TABLES", "RIVALS", "Leg", "leg_thresholds", "rivals"]

#: Largest eta word of central e/gamma and jets: 2.5 in LSB of 0.087 / 2, as the seeds have it.
_CENTRAL = 57


@dataclass(frozen=True)
class Leg:
    """A quantity of a seed, and its threshold in GeV where the template is taken from."""

    quantity: JetSum | Leading
    gev: int = 1


def _leading(kind: str, *gev: int, eta: int | None = None) -> tuple[Leg, ...]:
    return tuple(Leg(Leading(kind, rank, eta), pt) for rank, pt in enumerate(gev, 1))


#: Seeds by name, each a template whose legs are scaled together: the first has the threshold that
#: is scanned, the others the same times the ratio of the momenta here. Those of several objects
#: have the momenta of a seed of the Level-1 menu of CMS for 2018 or 2022 (its name beside it), by
#: momenta alone: without isolation, angles between objects, or a cut on HT.
RIVALS: Mapping[str, tuple[Leg, ...]] = {
    "ht": (Leg(JetSum(HT_MINIMUM, HT_ETA)),),
    "met": (Leg(Leading("met")),),
    "leading_jet": _leading("jet", 1),
    "leading_egamma": _leading("egamma", 1),
    "leading_muon": _leading("muon", 1),
    # L1_DoubleEG_25_12_er2p5
    "two_egamma": _leading("egamma", 25, 12, eta=_CENTRAL),
    # L1_DoubleMu_15_7
    "two_muons": _leading("muon", 15, 7),
    # L1_Mu5_EG23_er2p5
    "egamma_muon": (*_leading("egamma", 23, eta=_CENTRAL), *_leading("muon", 5)),
    # L1_Mu12er2p3_Jet40er2p1_DR_Max0p4_DoubleJet40er2p1_dEta_Max1p6
    "muon_two_jets": (*_leading("muon", 12), *_leading("jet", 40, 40, eta=_CENTRAL)),
    # L1_LooseIsoEG30er2p1_Jet34er2p5_dR_Min0p3, with a second jet like the first
    "egamma_two_jets": (
        *_leading("egamma", 30, eta=_CENTRAL),
        *_leading("jet", 34, 34, eta=_CENTRAL),
    ),
    # L1_HTT320er_QuadJet_70_55_40_40_er2p5
    "four_jets": _leading("jet", 70, 55, 40, 40, eta=_CENTRAL),
}

#: Baselines that are scanned besides; the last two need tables that were filled on background.
OF_TABLES = ("leptons", "sum_words", "largest_tail", "density")


def leg_thresholds(name: str, threshold: int) -> tuple[int, ...]:
    """Threshold of every leg of a template in counts of 0.5 GeV, from that of the first.

    Examples
    --------
    >>> leg_thresholds("two_egamma", 50), leg_thresholds("two_egamma", 51)
    ((50, 24), (51, 25))
    """
    legs = RIVALS[name]
    return tuple(-(-threshold * leg.gev // legs[0].gev) for leg in legs)


def rivals(
    words: NDArray[Any], menu: IntegerMenu, filled: Filled | None = None
) -> dict[str, NDArray[np.int32]]:
    """What each rival cuts on: of a template the largest threshold at which it fires.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
    menu : IntegerMenu
        Its layout says where objects are.
    filled : Filled, optional
        Tables, without which `OF_TABLES` are left out. Where several blocks scale the words, each
        in its way, there is no sum of scaled words.

    Returns
    -------
    dict of str to ndarray (n_events,) of int32
        Counts of 0.5 GeV of the first leg; 0 where the seed cannot fire.
    """
    wanted = {leg.quantity for legs in RIVALS.values() for leg in legs}
    values = quantities(words, menu, sorted(wanted, key=str))
    found = {name: _largest(legs, values, menu) for name, legs in RIVALS.items()}
    if filled is not None:
        found["leptons"] = leptons(words, menu.layout)
        if isinstance(menu.layout, Layout):
            found["sum_words"] = sum_words(words, menu.layout)
        found |= filled.baselines(words)
    return found


def _largest(
    legs: tuple[Leg, ...], values: Mapping[JetSum | Leading, NDArray[np.int32]], menu: IntegerMenu
) -> NDArray[np.int32]:
    """Largest first threshold s with which every leg holds: word >= s gev / (gev of the first).

    A word of a muon is one more than its momentum, so that empty slots are below all others.
    """
    first = legs[0].gev
    bounds = []
    for leg in legs:
        momentum = values[leg.quantity]
        if isinstance(leg.quantity, Leading):
            momentum = momentum - int(menu.layout.offset[_column(leg.quantity.kind, menu)])
        bounds.append(np.maximum(momentum, 0) * first // leg.gev)
    return np.asarray(np.minimum.reduce(bounds)).astype(np.int32)


def _column(kind: str, menu: IntegerMenu) -> int:
    return menu.layout.columns("pt", kind)[0]
