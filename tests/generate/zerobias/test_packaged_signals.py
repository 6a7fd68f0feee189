"""The packaged signals inside the pile-up: unfiltered, of the same library as zero bias."""

import numpy as np
import pytest

from trigger_ad.events.packaged import SAMPLES, packaged
from trigger_ad.events.particles import CLASSES, PROCESSES, SLOTS
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.sample import opened
from trigger_ad.generate.zerobias import Pileup, identities
from trigger_ad.generate.zerobias.recover import recipe
from trigger_ad.generate.zerobias.signals import SIGNALS

SEEDS = dict(zip(SIGNALS, range(20502, 20502 + len(SIGNALS)), strict=True))


@pytest.fixture(scope="module", params=SIGNALS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def path(name):
    return packaged(f"zero_bias_{name}")


@pytest.fixture(scope="module")
def sample(path):
    return adc2021.read(path)


def test_identities(name, sample):
    assert len(sample) == 4250
    assert (sample.process == PROCESSES.index(name)).all()
    np.testing.assert_array_equal(sample.parton_event, np.arange(len(sample)))


def test_origin(name, path, sample):
    origin, made = adc2021.read_origin(path), recipe(path)
    assert (origin.kind, origin.filter) == ("cross_section", "")
    assert (origin.seed, made.seed) == (SEEDS[name], SEEDS[name])
    assert made.pileup == Pileup((60.0,))
    background = recipe(packaged("zero_bias"))
    assert (made.library, made.composition) == (background.library, background.composition)
    (process,) = origin.processes
    assert process.name == name
    assert process.tried == process.passed == process.distinct_parton_events == len(sample)
    assert 0 < process.cross_section_error_pb < 0.05 * process.cross_section_pb


def test_cross_section_is_that_of_the_filtered_sample(name, path):
    """But for the energy of the beams, 13.6 TeV here and 13 TeV there."""
    if name not in SAMPLES:
        pytest.skip("there is no filtered sample of it")
    (own,) = adc2021.read_origin(path).processes
    (old,) = adc2021.read_origin(packaged(name)).processes
    assert 0.95 < own.cross_section_pb / old.cross_section_pb < 1.2


def test_pileup(path, sample):
    pileup = adc2021.read_pileup(path)
    assert pileup.mean() == pytest.approx(60, abs=4 * np.sqrt(60 / len(pileup)))
    assert pileup.var() == pytest.approx(60, rel=4 * np.sqrt(2 / len(pileup)))
    np.testing.assert_array_equal(identities(path, 0, 100).collisions, pileup[:100])


def test_objects(sample):
    for kind, slots in SLOTS.items():
        values = sample.values[:, slots]
        present = values[..., 0] > 0
        assert (np.diff(values[..., 0], axis=1) <= 0).all()
        assert (values[..., 3] == np.where(present, CLASSES[kind], 0)).all()
        assert not values[~present].any()
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        scaled = sample.values[..., column] * steps
        np.testing.assert_array_equal(scaled, np.round(scaled))


def test_no_filter(sample):
    """Most crossings of every signal have no lepton that the filtered samples ask for."""
    assert 0.01 < (sample.values[:, 1:9, 0].max(axis=1) > 23).mean() < 0.5


def leptons(values):
    return (values[:, 5, 0] > 15) | (values[:, 1, 0] > 30)


def test_more_than_pileup(sample):
    """Each signal has more hard leptons than zero bias, by far more than the errors."""
    background = opened(packaged("zero_bias"))
    parts = np.array(background.strata.probabilities) / background.strata.drawn
    rare = sum(parts[b.stratum[leptons(b.particles)]].sum() for b in background.blocks())
    hard = leptons(sample.values).mean()
    assert hard > 5 * rare + 4 * np.sqrt(hard / len(sample))
