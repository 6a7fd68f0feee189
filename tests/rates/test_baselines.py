"""Baselines from hardware words."""

import numpy as np

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words
from trigger_ad.rates.baselines import BASELINES, baselines

CMS = layout(Features())


def event(**slots):
    names = [field.name.removesuffix("_pt") for field in CMS.fields[::3]]
    particles = np.zeros((1, 19, 4), dtype=np.float32)
    for name, (pt, eta) in slots.items():
        particles[0, names.index(name), :2] = pt, eta
    return baselines(to_words(particles, CMS).values, CMS)


def test_known_event():
    found = event(
        met=(20, 0), egamma0=(25, 1), muon0=(30.5, -1), jet0=(100, 0), jet1=(40, 3), jet2=(29, 0)
    )
    assert list(found) == list(BASELINES)
    assert {name: value.tolist() for name, value in found.items()} == {
        "ht": [200],
        "sum_pt": [2 * 20 + 2 * 25 + 61 + 2 * 100 + 2 * 40 + 2 * 29],
        "multiplicity": [5],
        "leading_lepton_pt": [61],
        "leptons": [2],
        # In 2 GeV and towers; azimuth 0 is the end of its port, 36 towers from the middle.
        "sum_words": [10 + 12 + 15 + 50 + 20 + 14 + 11 + 12 + 34 + 6 * 36],
    }


def test_jets_of_the_scalar_sum():
    assert event(jet0=(30, 2.3))["ht"] == [60]
    assert event(jet0=(29.9, 0))["ht"] == [0]
    assert event(jet0=(50, -2.5))["ht"] == [0]


def test_soft_muon_counts_as_an_object():
    found = event(muon0=(0.3, 0))
    assert found["multiplicity"] == [1]
    assert found["leading_lepton_pt"] == found["sum_pt"] == [0]


def test_empty_event():
    assert all(value.tolist() == [0] for value in event().values())
