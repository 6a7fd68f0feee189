"""Leptons, jets and missing momentum of events that are known."""

import numpy as np
import pytest

pytest.importorskip("fastjet", reason="needs fastjet: pip install trigger-ad[generate]")

from trigger_ad.generate.adc2021.objects import build, passes_filter
from trigger_ad.generate.detector import Visible

ELECTRON, MUON, TRACK, PHOTON = (2, False), (3, False), (0, False), (0, True)


def seen(*candidates):
    """Candidates as (event, (kind, photon), pt, eta, phi)."""
    event, kinds, pt, eta, phi = zip(*candidates, strict=True)
    kind, photon = zip(*kinds, strict=True)
    as_floats = [np.array(c, dtype=float) for c in (pt, eta, phi)]
    return Visible(np.array(event), np.array(kind), np.array(photon), *as_floats)


def test_lepton_jet_and_missing_momentum():
    (event,) = build(seen((0, MUON, 30, 0.5, 0.0), (0, TRACK, 40, 1.0, 2.0)), 1)
    assert event[5].tolist() == [30, 0.5, 0, 3]
    assert event[9].tolist() == [40, 1.0, 2.0, 4]
    px, py = -30 - 40 * np.cos(2), -40 * np.sin(2)
    assert event[0, 0] == pytest.approx(np.hypot(px, py), abs=1 / 32)
    assert event[0, 2] == pytest.approx(np.arctan2(py, px), abs=1e-3)
    assert event[0, [1, 3]].tolist() == [0, 1]
    assert np.count_nonzero(event[:, 0]) == 3


@pytest.mark.parametrize(("near", "isolated"), [(13.0, True), (14.0, False)])
def test_isolation(near, isolated):
    """45 % of 30 GeV are 13.5 GeV. A lepton that is not isolated belongs to a jet."""
    others = [(0, MUON, 25, -1, 3.0), (0, MUON, 30, 0, 0.0), (0, TRACK, near, 0.25, 0.0)]
    (event,) = build(seen(*others), 1)
    assert event[5:7, 0].tolist() == ([30, 25] if isolated else [25, 0])
    assert event[9, 0] == pytest.approx(0 if isolated else 30 + near, abs=0.5)


def test_candidates_beyond_the_cone_do_not_count():
    (event,) = build(seen((0, MUON, 30, 0, 3.1), (0, TRACK, 100, 0, -2.8)), 1)
    assert event[5, 0] == 30


def test_electrons_collect_photons():
    (event,) = build(
        seen((0, ELECTRON, 30, 0, 0), (0, PHOTON, 8, 0.05, 0), (0, TRACK, 4, 0, 0.05)), 1
    )
    assert event[1, 0] == 38
    assert not event[9:].any()


def test_many_objects_are_ordered_and_cut_off():
    jets = [
        (0, TRACK, 20 + 7 * i % 12 + i / 16, -3.4 + 0.6 * i, 0.3 * (-1) ** i) for i in range(12)
    ]
    leptons = [(0, MUON, 25 + i, -1.8 + 0.7 * i, 2.0) for i in range(6)]
    (event,) = build(seen(*jets, *leptons), 1)
    assert event[5:9, 0].tolist() == [30, 29, 28, 27]
    found = event[9:, 0]
    assert found.tolist() == sorted((j[2] for j in jets), reverse=True)[:10]


def test_events_do_not_mix():
    one = seen((0, MUON, 30, 0.5, 0.0), (0, TRACK, 40, 1.0, 2.0))
    two = seen(
        (0, TRACK, 99, 0, 0), (2, MUON, 30, 0.5, 0.0), (2, TRACK, 40, 1.0, 2.0), (3, MUON, 24, 0, 1)
    )
    alone, batch = build(one, 1), build(two, 5)
    np.testing.assert_array_equal(batch[2], alone[0])
    assert passes_filter(batch).tolist() == [False, False, True, True, False]


def test_forward_jets_are_left_out():
    (event,) = build(seen((0, MUON, 30, 0, 0.0), (0, TRACK, 40, 4.2, 2.0)), 1)
    assert not event[9:].any()


def test_values_are_on_the_grid(rng):
    n = 300
    candidates = Visible(
        np.sort(rng.integers(0, 20, n)),
        rng.choice([0, 2, 3], n),
        np.zeros(n, bool),
        rng.uniform(1, 60, n),
        rng.uniform(-2, 2, n),
        rng.choice([np.pi, -np.pi, 1.0], n),
    )
    values = build(candidates, 20)
    assert np.abs(values[..., 2]).max() <= np.pi
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        assert (values[..., column] * steps % 1 == 0).all()
