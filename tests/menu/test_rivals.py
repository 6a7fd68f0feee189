"""Templates of seeds: all legs are scaled together."""

import math

import numpy as np

from tests.menu.menus import LAYOUT, menu, words
from trigger_ad.menu.integers import Leading
from trigger_ad.menu.rivals import OF_TABLES, RIVALS, leg_thresholds, rivals
from trigger_ad.rates.filled import Filled

MENU = menu(["name: L1_Mu, object: muon, pt: 50"])


def of(**columns):
    return {name: int(value[0]) for name, value in rivals(words(**columns), MENU).items()}


def test_by_hand():
    found = of(
        met_pt=90, egamma0_pt=50, egamma1_pt=23, muon0_pt=21, jet0_pt=120, jet1_pt=100, jet2_pt=50
    )
    assert found == {
        "ht": 220,
        "met": 90,
        "leading_jet": 120,
        "leading_egamma": 50,
        "leading_muon": 20,  # a muon's word is one more than its momentum
        "two_egamma": 23 * 25 // 12,
        "two_muons": 0,
        "egamma_muon": 50,  # 20 * 23 / 5 is more
        "muon_two_jets": 20,  # 100 * 12 / 40 is more
        "egamma_two_jets": 50,
        "four_jets": 0,
    }


def test_jets_and_electrons_outside_do_not_count():
    assert of(jet0_pt=200, jet0_eta=58)["ht"] == 0
    assert of(egamma0_pt=60, egamma0_eta=58, egamma1_pt=40)["two_egamma"] == 0
    assert of(egamma0_pt=60, egamma0_eta=57, egamma1_pt=40)["two_egamma"] == 60


def test_the_value_is_the_largest_threshold_at_which_all_legs_hold(rng):
    """Against the cuts themselves, tried one threshold after the other."""
    events = np.zeros((300, len(LAYOUT.fields)), np.int32)
    columns = LAYOUT.columns("pt")
    events[:, columns] = rng.integers(0, 60, (300, len(columns)))
    found = rivals(events, MENU)
    for name, legs in RIVALS.items():
        if name == "ht":
            continue
        fires = np.ones((300, 200), bool)
        for leg in legs:
            assert isinstance(leg.quantity, Leading)
            own = LAYOUT.columns("pt", leg.quantity.kind)
            momenta = -np.sort(-(events[:, own] - LAYOUT.fields[own[0]].offset), axis=1)
            cuts = [math.ceil(s * leg.gev / legs[0].gev) for s in range(1, 201)]
            place = legs.index(leg)
            assert cuts == [leg_thresholds(name, s)[place] for s in range(1, 201)]
            fires &= momenta[:, [leg.quantity.rank - 1]] >= cuts
        assert found[name].tolist() == fires.sum(axis=1).tolist(), name


def test_tables_stand_beside_the_templates():
    event = words(met_pt=90)
    filled = Filled.of(np.repeat(words(), 64, axis=0), LAYOUT)
    assert tuple(rivals(event, MENU, filled)) == (*RIVALS, *OF_TABLES)
    assert rivals(event, MENU, filled)["largest_tail"].tolist() == [6 * 256]
