"""Decays from the table, boosted to the hadrons of an event."""

import numpy as np
import pytest

pytest.importorskip("pythia8mc", reason="needs pythia8mc: pip install trigger-ad[generate]")

from trigger_ad.generate.adc2021 import heavy
from trigger_ad.generate.adc2021.library import HEAVY, DecayLibrary, write

NONE = np.zeros((4, 0))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "decays.npz"
    write(path, 3, common=300, rare=20)
    return DecayLibrary.load(path)


def hadron(library, pdg, px, py, pz):
    """A hadron with the mass that it has in the table."""
    first, _ = library.first[abs(pdg)]
    mass = library.products[library.offsets[first] : library.offsets[first + 1], 4].sum()
    return np.array([[pdg, px, py, pz, mass]])


def test_decays_at_rest_conserve_momentum(library):
    assert tuple(library.first) == HEAVY
    totals = np.add.reduceat(library.products[:, 1:], library.offsets[:-1])
    assert np.abs(totals[:, :3]).max() < 1e-4
    masses = {code: np.ptp(totals[slice(*library.first[code]), 3]) for code in HEAVY}
    assert max(masses.values()) < 1e-4


def test_leptons_are_the_hardest(library):
    first, last = library.first[521]
    share = (library.flavour[first:last] > 0).mean()
    assert 0.25 < share < 0.6  # b to l, b to c to l, conversions and Dalitz decays
    assert not library.lepton[library.flavour == 0].any()
    for n in np.flatnonzero(library.flavour)[:50]:
        rows = library.products[library.offsets[n] : library.offsets[n + 1]]
        energies = rows[np.isin(np.abs(rows[:, 0]), (11, 13)), 4]
        assert library.lepton[n, 3] == energies.max()


def test_boosted_decays_conserve_momentum(library, rng):
    parent = hadron(library, -521, 90.0, 0.0, 50.0)
    found = list(heavy.decay(NONE, parent, library, 3000, rng))
    assert len(found) > 10
    for pdg, pt, eta, phi in found:
        lepton = np.isin(np.abs(pdg), (11, 13)) & (pt > 22)
        assert lepton.any()
        total = [(pt * np.cos(phi)).sum(), (pt * np.sin(phi)).sum(), (pt * np.sinh(eta)).sum()]
        np.testing.assert_allclose(total, [90, 0, 50], atol=1e-3)


def test_the_turns_are_the_symmetries_of_the_cube():
    turns = heavy._CUBE
    assert len({t.tobytes() for t in turns}) == 48
    np.testing.assert_array_equal(turns @ turns.transpose(0, 2, 1), np.tile(np.eye(3), (48, 1, 1)))


def test_activity_around_the_lepton_stops_it(library, rng):
    parent = hadron(library, 511, 60.0, 0.0, 0.0)
    core = np.array([[211.0], [200.0], [0.0], [0.0]])
    assert not list(heavy.decay(core, parent, library, 3000, rng))
    away = np.array([[211.0], [200.0], [0.0], [3.0]])
    found = list(heavy.decay(away, parent, library, 3000, rng))
    assert found
    assert all((f[:, :1] == away).all() for f in found)


def test_neutrinos_do_not_count_for_isolation(library, rng):
    parent = hadron(library, 511, 60.0, 0.0, 0.0)
    core = np.array([[12.0], [200.0], [0.0], [0.0]])
    assert list(heavy.decay(core, parent, library, 3000, rng))


def test_several_hadrons_all_decay(library, rng):
    pair = np.concatenate(
        [hadron(library, 511, 80.0, 0.0, 0.0), hadron(library, -411, -70.0, 5.0, 9.0)]
    )
    for pdg, pt, eta, phi in heavy.decay(NONE, pair, library, 2000, rng):
        assert not np.isin(np.abs(pdg), HEAVY).any()
        total = [(pt * np.cos(phi)).sum(), (pt * np.sin(phi)).sum(), (pt * np.sinh(eta)).sum()]
        np.testing.assert_allclose(total, [10, 5, 9], atol=1e-3)
