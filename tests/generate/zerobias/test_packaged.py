"""The packaged crossings: stitched, unfiltered, and with their collisions."""

import numpy as np
import pytest

from trigger_ad.events.packaged import SAMPLES, START, packaged
from trigger_ad.events.particles import CLASSES, SLOTS
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.zerobias import Pileup, bootstrap, identities
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.draws import hardest
from trigger_ad.generate.zerobias.library import probabilities
from trigger_ad.generate.zerobias.recover import recipe

PATH = packaged("zero_bias")


@pytest.fixture(scope="module")
def sample():
    return adc2021.read(PATH)


@pytest.fixture(scope="module")
def origin():
    return adc2021.read_origin(PATH)


def test_size(sample):
    assert len(sample) >= 100_000
    pileup_60 = [name for name in SAMPLES if name.startswith("zero_bias") and name != START]
    assert sum(packaged(name).stat().st_size for name in pileup_60) <= 10 * 10**6


def test_origin(origin, sample):
    made = recipe(PATH)
    assert (origin.kind, origin.seed, made.seed) == ("zero_bias", 20301, 20301)
    assert made.pileup == Pileup((60.0,))
    assert [p.name for p in origin.processes] == [b.name for b in BINS]
    sigma = np.array([p.cross_section_pb for p in origin.processes])
    np.testing.assert_allclose(made.composition.probabilities, probabilities(sigma), rtol=1e-12)
    assert sum(made.composition.probabilities) == pytest.approx(1)
    distinct = sum(p.distinct_parton_events for p in origin.processes)
    assert distinct == len(np.unique(sample.parton_event))


def test_hardly_one_crossing_in_a_thousand_has_a_jet_above_120_gev(sample):
    """As decision 0015 says."""
    part = np.mean(sample.values[:, 9:, 0].max(axis=1) > 120)
    assert 5e-4 < part < 1e-3


def test_what_the_soft_sample_drops_is_what_the_hard_bins_bring(origin):
    """Both are the part of collisions above the edge, from SoftQCD and from HardQCD."""
    soft, *hard = origin.processes
    jets = [p for p in hard if p.name.startswith("jets")]
    dropped = 1 - soft.passed / soft.tried
    brought = sum(p.cross_section_pb for p in jets) / soft.cross_section_pb
    error = np.sqrt(dropped / soft.tried)
    # Pythia's damping of multiple interactions is 3 % at 20 GeV
    assert dropped == pytest.approx(brought, abs=4 * error + 0.05 * brought)


def test_pileup(sample):
    pileup = adc2021.read_pileup(PATH)
    assert pileup.mean() == pytest.approx(60, abs=4 * np.sqrt(60 / len(pileup)))
    assert pileup.var() == pytest.approx(60, rel=0.03)
    few = identities(PATH, 0, 500)
    np.testing.assert_array_equal(few.collisions, pileup[:500])
    sizes = recipe(PATH).composition.sizes
    soft = np.repeat(np.arange(len(sizes)) == 0, sizes)
    assert few.events.max() < len(soft)
    # a crossing with a hard collision is led by one
    led = hardest(few, 1.0 - soft)
    np.testing.assert_array_equal(soft[sample.parton_event[:500]], soft[led])


def test_objects(sample):
    for kind, slots in SLOTS.items():
        values = sample.values[:, slots]
        present = values[..., 0] > 0
        assert (np.diff(values[..., 0], axis=1) <= 0).all()
        assert (values[..., 3] == np.where(present, CLASSES[kind], 0)).all()
        assert not values[~present].any()
    jets = sample.values[:, SLOTS["jet"]]
    assert jets[jets[..., 0] > 0, 0].min() >= 15
    assert np.abs(jets[..., 1]).max() < 4.36
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        scaled = sample.values[..., column] * steps
        np.testing.assert_array_equal(scaled, np.round(scaled))


def test_directions_are_even(sample):
    pt, eta, phi, _ = sample.values[:, SLOTS["jet"].start].T
    eta, phi = eta[pt > 0], phi[pt > 0]
    counts, _ = np.histogram(phi, 8, (-np.pi, np.pi))
    assert np.abs(counts / counts.mean() - 1).max() < 0.15
    assert np.mean(eta > 0) == pytest.approx(0.5, abs=0.03)


def test_rates_fall_as_they_should(sample):
    """In kHz for 2760 colliding pairs: a menu at pile-up 60 has tens of them, not thousands."""
    khz = 31037.6
    pt = sample.values[..., 0]
    for slot, low, high in ((9, 60, 100), (1, 20, 30), (5, 5, 20)):
        soft, hard = ((pt[:, slot] > cut).mean() * khz for cut in (low, high))
        assert 0 < hard < soft / 2
    assert (pt[:, 9] > 100).mean() * khz < 100
    assert (pt[:, 0] > 80).mean() * khz < 200


def test_errors_know_of_shared_collisions(sample):
    fires = sample.values[:, 9, 0] > 60
    found = bootstrap(fires, sample.parton_event, 50, 1).std()
    binomial = np.sqrt(fires.mean() / len(fires))
    assert 0.8 * binomial < found < 6 * binomial
