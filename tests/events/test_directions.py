"""Directions that no object can have are refused, with the event and slot."""

import math

import numpy as np
import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.directions import LARGEST_ETA, LARGEST_PHI, refuse_directions
from trigger_ad.events.packaged import SAMPLES, packaged
from trigger_ad.events.readers import adc2021

PHI = "must have phi within 2 pi, not {} in event 12, {}: give azimuth in radians"
ETA = (
    "must have abs(eta) of at most 5.5 (egamma), 3 (muon), 5.5 (jet), not {} in event 12, {}: "
    "give pT, eta and phi in this order, and eta as pseudorapidity"
)


def events(slot, eta, phi, pt=20.0):
    values = np.zeros((4, 19, 4), np.float32)
    values[:, 0, 0] = 20
    values[2, slot, :3] = (pt, eta, phi)
    return values


@pytest.mark.parametrize("sample", SAMPLES)
def test_packaged_samples(sample):
    refuse_directions(adc2021.read(packaged(sample), 20_000).values, sample, 0)


@pytest.mark.parametrize(
    ("slot", "eta", "phi"),
    [
        (0, 0, -math.pi),
        (0, 9.0, 0),  # missing momentum has no eta; some files give that of the sum
        (1, -5.5, 2 * math.pi),
        (5, 3.0, 2 * math.pi),
        (8, -2.8, float(np.float16(2 * math.pi))),
        (9, 5.19, 3),
        (18, 5.5, LARGEST_PHI - 1e-6),
    ],
)
def test_possible_directions(slot, eta, phi):
    refuse_directions(events(slot, eta, phi), "x", 10)


def test_empty_slots_are_not_looked_at():
    refuse_directions(events(9, 40, 179, pt=0.0), "x", 10)


@pytest.mark.parametrize(
    ("slot", "eta", "phi", "expected"),
    [
        (0, 0, 179.5, PHI.format("179.5", "slot 0 (met 1)")),
        (9, 0, -90, PHI.format("-90", "slot 9 (jet 1)")),
        (1, 40, 0, ETA.format("40", "slot 1 (egamma 1)")),
        (4, -5.75, 0, ETA.format("-5.75", "slot 4 (egamma 4)")),
        (5, 3.125, 0, ETA.format("3.125", "slot 5 (muon 1)")),
        (18, 5.75, 0, ETA.format("5.75", "slot 18 (jet 10)")),
    ],
)
def test_impossible_directions(slot, eta, phi, expected):
    with pytest.raises(EventFileError) as caught:
        refuse_directions(events(slot, eta, phi), "a.h5:Data", 10)
    assert str(caught.value) == f"a.h5:Data {expected}"


def test_the_limits_are_beyond_what_detectors_see():
    assert LARGEST_ETA["jet"] > 5.191  # end of the forward calorimeter of CMS
    assert LARGEST_ETA["muon"] > 2.8  # end of the muon system of CMS with ME0
    assert float(np.float16(2 * math.pi)) < LARGEST_PHI < 7
