"""The packaged samples are what they say they are."""

import numpy as np
import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.packaged import SAMPLES, packaged
from trigger_ad.events.particles import CLASSES, PROCESSES, SLOTS
from trigger_ad.events.readers import adc2021
from trigger_ad.storage.shipped import ShippedFileError

FILTERED = [name for name in SAMPLES if not name.startswith("zero_bias")]


@pytest.fixture(scope="module", params=FILTERED)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def sample(name):
    return adc2021.read(packaged(name), 50_000)


def test_size(name):
    assert adc2021.count(packaged(name)) >= (300_000 if name == "sm" else 20_000)


def test_all_samples_are_small():
    assert sum(packaged(name).stat().st_size for name in SAMPLES) <= 30 * 10**6


def leptons(sample):
    return sample.values[:, 1:9]


def test_unknown_name():
    with pytest.raises(EventFileError) as caught:
        packaged("minimum_bias")
    assert str(caught.value) == (
        "a packaged sample must be one of sm, leptoquark, a_to_4l, h0_to_tautau, hplus_to_taunu, "
        "zero_bias, zero_bias_30k, zero_bias_leptoquark, zero_bias_a_to_4l, "
        "zero_bias_h0_to_tautau, zero_bias_hplus_to_taunu, zero_bias_hplus_top_to_taunu, "
        "not 'minimum_bias': choose one of these names or give a path"
    )


def test_lepton_filter(sample):
    pt, eta = leptons(sample)[..., 0], leptons(sample)[..., 1]
    assert ((pt > 23) & (np.abs(eta) < 2.5)).any(axis=1).all()


def test_objects(sample):
    for kind, slots in SLOTS.items():
        values = sample.values[:, slots]
        present = values[..., 0] > 0
        assert (np.diff(values[..., 0], axis=1) <= 0).all()
        assert (values[..., 3] == np.where(present, CLASSES[kind], 0)).all()
        assert not values[~present].any()
    assert not sample.values[:, 0, 1].any()
    jets = sample.values[:, SLOTS["jet"]]
    assert jets[jets[..., 0] > 0, 0].min() >= 15
    assert np.abs(jets[..., 1]).max() <= 4
    assert np.abs(sample.values[..., 2]).max() <= np.pi


def test_grid(sample):
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        scaled = sample.values[..., column] * steps
        np.testing.assert_array_equal(scaled, np.round(scaled))


def test_origin(name):
    origin = adc2021.read_origin(packaged(name))
    assert origin.kind == "filtered"
    assert sum(p.passed for p in origin.processes) == adc2021.count(packaged(name))
    for process in origin.processes:
        assert 0 < process.cross_section_error_pb < 0.2 * process.cross_section_pb
        assert 0 < process.passed / (process.tried * process.resampling) < 1


def test_identities(name, sample):
    origin = adc2021.read_origin(packaged(name))
    if len(sample) == adc2021.count(packaged(name)):
        distinct = sum(p.distinct_parton_events for p in origin.processes)
        assert len(np.unique(sample.parton_event)) == distinct
    identity, first, counts = np.unique(sample.parton_event, return_index=True, return_counts=True)
    assert counts.max() < 60
    code = np.zeros(identity.max() + 1, np.uint8)
    code[identity] = sample.process[first]
    assert (code[sample.parton_event] == sample.process).all()


def test_proportions():
    sm = adc2021.read_origin(packaged("sm"))
    passed = {p.name: p.passed for p in sm.processes}
    total = sum(passed.values())
    assert {k: round(100 * v / total, 1) for k, v in passed.items()} == {
        "w_lnu": 59.2,
        "qcd": 33.8,
        "z_ll": 6.7,
        "ttbar": 0.3,
    }


def test_mixing():
    """Any piece of the file has all processes in proportion."""
    process = adc2021.read(packaged("sm"), 10_000).process
    for piece in np.split(process, 10):
        assert np.mean(piece == PROCESSES.index("w_lnu")) == pytest.approx(0.592, abs=0.08)


@pytest.fixture(scope="module")
def sm():
    sample = adc2021.read(packaged("sm"), 50_000)
    return {name: sample[sample.process == i].values for i, name in enumerate(PROCESSES)}


def test_jacobian_edge(sm):
    """The lepton of a W has at most half its mass in pT, but for the recoil."""
    pt = sm["w_lnu"][:, 1:9, 0].max(axis=1)
    counts, _ = np.histogram(pt, [34, 40, 46, 52])
    assert counts[0] > 1.5 * counts[1] > 2.5 * counts[2]


def test_z_peak(sm):
    one, two = (sm["z_ll"][:, slot].T for slot in (1, 2))
    pair = two[0] > 0
    mass = np.sqrt(2 * one[0] * two[0] * (np.cosh(one[1] - two[1]) - np.cos(one[2] - two[2])))
    assert np.median(mass[pair]) == pytest.approx(90.5, abs=1.5)


def test_missing_momentum_and_jets(sm):
    met = {name: np.median(sm[name][:, 0, 0]) for name in ("w_lnu", "qcd", "z_ll", "ttbar")}
    assert met["w_lnu"] > 30
    assert max(met["qcd"], met["z_ll"]) < 12
    jets = {name: (sm[name][:, 9:, 0] > 0).sum(axis=1).mean() for name in met}
    assert jets["w_lnu"] < jets["qcd"] < jets["ttbar"]
    assert jets["ttbar"] > 4


@pytest.fixture
def without_samples(monkeypatch):
    """As in an installation of the main distribution alone."""

    def none(folder, *parts):
        raise ShippedFileError("it", "must be shipped", None, "install it")

    monkeypatch.setattr("trigger_ad.events.packaged.shipped_path", none)


def test_a_sample_that_is_not_installed(without_samples):
    with pytest.raises(EventFileError) as caught:
        packaged("sm")
    assert str(caught.value) == (
        "packaged sample sm must be installed: "
        "pip install trigger-ad-samples, or give the path of an event file"
    )


def test_a_sample_of_the_other_distribution(without_samples, tmp_path, monkeypatch):
    folder = tmp_path / "trigger_ad_samples"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "sm.h5").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert packaged("sm") == folder / "sm.h5"
    with pytest.raises(EventFileError, match="packaged sample leptoquark must be installed: "):
        packaged("leptoquark")
