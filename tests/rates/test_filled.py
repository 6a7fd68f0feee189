"""Tables filled on background, against counts by hand."""

import numpy as np
import pytest

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.rates.filled import HT_STEPS, OBJECTS, Filled, classes
from trigger_ad.statistics.strata import Stratified

CMS = layout(Features())
COLUMN = {field.name: place for place, field in enumerate(CMS.fields)}


def words(events, **columns):
    found = np.zeros((events, len(CMS.fields)), np.int32)
    for name, values in columns.items():
        found[:, COLUMN[name]] = values
    return found


def test_largest_tail_is_that_of_the_rarest_word(rng):
    background = words(4000, met_pt=rng.integers(0, 300, 4000), muon0_pt=rng.poisson(0.2, 4000))
    filled = Filled.of(background, CMS)
    events = words(3, met_pt=[299, 0, 200], muon0_pt=[0, 2, 1])
    of_met, of_muon = (background[:, COLUMN[name]] for name in ("met_pt", "muon0_pt"))
    bits = [
        -np.log2(max(1, np.count_nonzero(of >= value)) / 4000)
        for of, value in ((of_met, 299), (of_muon, 2), (of_met, 200))
    ]
    bits[2] = max(bits[2], -np.log2(np.mean(of_muon >= 1)))
    assert filled.largest_tail(events).tolist() == np.rint(256 * np.array(bits)).tolist()
    assert filled.largest_tail(words(1)).tolist() == [0]
    beyond = filled.largest_tail(words(1, met_pt=4000))
    assert beyond.tolist() == [round(256 * np.log2(4000))]


def test_density_is_the_frequency_of_the_counts():
    background = words(1000)
    background[:250, COLUMN["egamma0_pt"]] = 16
    background[:30, COLUMN["egamma1_pt"]] = 40
    filled = Filled.of(background, CMS)
    events = words(4, egamma0_pt=[0, 15, 16, 60], egamma1_pt=[0, 0, 0, 16])
    events[3, COLUMN["muon0_pt"]] = 7  # a class that was never seen
    parts = np.array([0.75, 0.75, 0.22, 0.5 / 1000])
    assert filled.rarity(events).tolist() == np.rint(-256 * np.log2(parts)).tolist()


def test_every_class_has_a_place_of_its_own():
    most = [most for _, most in OBJECTS.values()]
    assert np.prod([n + 1 for n in most]) * (len(HT_STEPS) + 1) == 1024
    event = words(1)
    event[0, CMS.columns("pt")] = [field.maximum for field in CMS.fields if field.quantity == "pt"]
    assert classes(event, CMS).tolist() == [1023]
    muons = words(2, muon0_pt=[6, 7])  # one count more than the momentum: 2.5 and 3 GeV
    assert classes(muons, CMS).tolist() == [0, 8 * 4]


def test_strata_count_as_often_as_they_occur(rng):
    """Half of a drawn sample is hard, of which there is one in a hundred."""
    hard = np.arange(2000) % 2
    background = words(2000, met_pt=np.where(hard, 200, rng.integers(0, 50, 2000)))
    drawn = Stratified.of(hard, (0.99, 0.01))
    event = words(1, met_pt=150)
    weighted, alike = (Filled.of(background, CMS, d).largest_tail(event) for d in (drawn, None))
    assert weighted.tolist() == [round(256 * np.log2(100))]
    assert alike.tolist() == [256]
    rare = Filled.of(background, CMS, drawn).largest_tail(words(1, met_pt=900))
    assert rare.tolist() == [round(256 * np.log2(1000 / 0.01))]


def test_names_in_reports():
    filled = Filled.of(words(10), CMS)
    found = filled.baselines(words(3, met_pt=9))
    assert {name: values.tolist() for name, values in found.items()} == {
        "largest_tail": pytest.approx([round(256 * np.log2(10))] * 3),
        "density": [0, 0, 0],
    }
