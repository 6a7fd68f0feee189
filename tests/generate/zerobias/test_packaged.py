"""The packaged crossings: drawn in strata, unfiltered, and known by their collisions."""

from pathlib import Path

import numpy as np
import pytest

from tools.effective_events import SPLIT, Sample
from trigger_ad.events.packaged import SAMPLES, START, packaged
from trigger_ad.events.particles import CLASSES, SLOTS
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.sample import opened
from trigger_ad.generate.zerobias import Pileup
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.library import probabilities
from trigger_ad.generate.zerobias.recover import recipe
from trigger_ad.generate.zerobias.strata import load

PATH = packaged("zero_bias")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def sample():
    return adc2021.read(PATH)


@pytest.fixture(scope="module")
def origin():
    return adc2021.read_origin(PATH)


@pytest.fixture(scope="module")
def stratum():
    return np.concatenate([block.stratum for block in opened(PATH).blocks()])


@pytest.fixture(scope="module")
def weight(origin, stratum):
    """Of each crossing, so that the sum over those that pass is their part of all crossings."""
    return (np.array(origin.strata.probabilities) / origin.strata.drawn)[stratum]


def test_size(sample):
    assert 100_000 <= len(sample) <= 250_000
    pileup_60 = [name for name in SAMPLES if name.startswith("zero_bias") and name != START]
    assert PATH.stat().st_size <= 12 * 10**6
    assert sum(packaged(name).stat().st_size for name in pileup_60) <= 14 * 10**6
    assert sum(packaged(name).stat().st_size for name in SAMPLES) <= 60 * 10**6


def test_origin(origin, sample, stratum):
    made, file = recipe(PATH), load(ROOT / "tools/strata.yaml")
    assert (origin.kind, origin.seed, made.seed) == ("zero_bias", 20501, 20501)
    assert made.pileup == Pileup((60.0,))
    assert made.strata == file.model_dump(mode="json", by_alias=True, exclude={"library"})
    assert origin.strata.names == tuple(one.name for one in file.strata)
    assert origin.strata.drawn == tuple(np.bincount(stratum).tolist())
    shares = np.array([one.share for one in file.strata])
    assert np.abs(shares * len(sample) - origin.strata.drawn).max() < 10
    assert [p.name for p in origin.processes] == [b.name for b in BINS]
    sigma = np.array([p.cross_section_pb for p in origin.processes])
    np.testing.assert_allclose(made.composition.probabilities, probabilities(sigma), rtol=1e-12)
    assert sum(made.composition.probabilities) == pytest.approx(1)


def test_crossings_are_known_by_a_collision_of_their_stratum(sample, origin, stratum):
    # the masses of heavy quarks take a few below the least pT-hat of their bin
    sizes = recipe(PATH).composition.sizes
    names = [*(one.name for one in BINS), "none"]
    kind = np.searchsorted(np.cumsum(sizes), sample.parton_event, side="right")
    strata = origin.strata.names
    for name, bins in (
        ("soft", {"soft", "none", "jets_20"}),
        ("soft_muon", {"soft_muon"}),
        ("jets_20", {"jets_20", "jets_30"}),
        ("muon_12", {"jets_20_muon", "jets_30_muon", "jets_50"}),
        ("jets_200", {"jets_200", "top"}),
        ("w", {"w"}),
        ("z", {"z"}),
        ("top", {"top"}),
    ):
        found = {names[code] for code in np.unique(kind[stratum == strata.index(name)])}
        assert found <= bins


def test_hardly_one_crossing_in_a_thousand_has_a_jet_above_120_gev(sample, weight):
    """As decision 0015 says."""
    assert 5e-4 < weight[sample.values[:, 9:, 0].max(axis=1) > 120].sum() < 1.2e-3


def test_what_the_soft_sample_drops_is_what_the_other_bins_bring(origin):
    """Both are the part of collisions above the edge or with a muon."""
    soft, *hard = origin.processes
    others = [p for p in hard if p.name.startswith(("jets", "soft_muon"))]
    dropped = 1 - soft.passed / soft.tried
    brought = sum(p.cross_section_pb for p in others) / soft.cross_section_pb
    error = np.sqrt(dropped / soft.tried)
    # Pythia's damping of multiple interactions is 3 % at 20 GeV
    assert dropped == pytest.approx(brought, abs=4 * error + 0.05 * brought)


def test_pileup(weight):
    pileup = adc2021.read_pileup(PATH)
    mean = (weight * pileup).sum()
    assert mean == pytest.approx(60, abs=4 * np.sqrt(60 * (weight**2).sum()))
    assert (weight * (pileup - mean) ** 2).sum() == pytest.approx(60, rel=0.05)


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


def test_rates_fall_as_they_should(sample, weight):
    """In kHz for 2760 colliding pairs: a menu at pile-up 60 has tens of them, not thousands."""
    khz = 31037.6
    pt = sample.values[..., 0]
    for slot, low, high in ((9, 60, 100), (1, 20, 30), (5, 5, 20)):
        soft, hard = (weight[pt[:, slot] > cut].sum() * khz for cut in (low, high))
        assert 0 < hard < soft / 2
    assert weight[pt[:, 9] > 100].sum() * khz < 100
    assert weight[pt[:, 0] > 80].sum() * khz < 1000


def test_the_tail_is_there_at_1_khz():
    """HT and jets rest on a hundred events in the test split, clusters included."""
    found = Sample.read(str(PATH), SPLIT)
    rows = {name: found.passing(name, 1.0, 31037.6) for name in found.values}
    assert all(0.5 < row.khz < 2 for row in rows.values())
    assert min(rows["HT"].effective, rows["jet"].effective) >= 100
    assert rows["HT"].clusters > 100
