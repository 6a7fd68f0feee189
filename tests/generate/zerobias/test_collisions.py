"""Collisions from Pythia: what the bins say, and the same from the same seed."""

from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest

from trigger_ad.generate.zerobias import collisions
from trigger_ad.generate.zerobias.bins import BINS, EDGE
from trigger_ad.generate.zerobias.collisions import Piece, produce
from trigger_ad.generate.zerobias.grid import CELLS

pytestmark = pytest.mark.skipif(
    not find_spec("pythia8mc"), reason="needs pythia8mc: pip install trigger-ad[generate]"
)
NAMES = [b.name for b in BINS]


def piece(folder, name, events, index=0, seed=5):
    made = Piece(NAMES.index(name), index, events, seed, folder)
    produce(made)
    with np.load(made.path) as file:
        return {k: file[k] for k in file.files}


def test_a_hard_bin(tmp_path):
    found = piece(tmp_path, "jets_30", 12)
    assert ((found["pthat"] >= 30) & (found["pthat"] < 50)).all()
    assert len(found["towers"]) == len(found["muon_counts"]) == len(found["pthat"]) == 12
    assert found["towers"].sum() == len(found["cell"]) == len(found["em"]) == len(found["had"])
    assert found["cell"].max() < CELLS
    assert found["tried"] == 12
    assert 5e7 < found["cross_section_pb"] < 3e8
    assert 30 < (found["em"] + found["had"]).sum() / 32 / 12 < 1000


def test_seeds(tmp_path):
    first, again, other, another = (
        piece(tmp_path / str(i), "w", 3, index, seed)
        for i, (index, seed) in enumerate([(0, 5), (0, 5), (1, 5), (0, 6)])
        if (tmp_path / str(i)).mkdir() is None
    )
    for name, column in first.items():
        np.testing.assert_array_equal(column, again[name])
    for different in (other, another):
        assert first["em"].tolist() != different["em"].tolist()
    assert first["pthat"].mean() == pytest.approx(40, abs=4)


def hardest_muons(found):
    """Largest pT of a muon of each collision, 0 without any."""
    largest = np.zeros(len(found["pthat"]))
    owner = np.repeat(np.arange(len(largest)), found["muon_counts"])
    np.maximum.at(largest, owner, found["muons"][:, 0])
    return largest


@pytest.mark.slow
def test_soft_collisions_stay_below_the_edge(tmp_path):
    """All inelastic collisions but those that the bins take: about one in a hundred."""
    found = piece(tmp_path, "soft", 600)
    assert found["pthat"].max() < EDGE
    assert 600 <= found["tried"] <= 620
    assert found["cross_section_pb"] == pytest.approx(78.6e9, rel=0.01)
    assert (found["pthat"] < EDGE / 2).mean() > 0.9
    assert hardest_muons(found).max() < 3


@pytest.mark.slow
def test_soft_collisions_with_a_muon_are_the_rest(tmp_path):
    found = piece(tmp_path, "soft_muon", 4)
    assert found["pthat"].max() < EDGE
    assert hardest_muons(found).min() >= 3
    assert found["cross_section_pb"] == pytest.approx(78.6e9 * 4 / found["tried"], rel=0.01)
    _, counts = np.unique(found["owner"], return_counts=True)
    error = np.sqrt((counts**2).sum()) / 4
    assert found["error_pb"] == pytest.approx(found["cross_section_pb"] * error, rel=0.01)
    assert 500 < found["tried"] < 30_000
    for collision, owner in enumerate(found["owner"]):  # the same partons have one pT-hat
        assert owner <= collision
        assert found["pthat"][owner] == found["pthat"][collision]


class Hadrons:
    """Of two collisions of partons, that is hard and soft; three hadronisations, one fails."""

    def __init__(self):
        self.event = "none"
        self.fails = iter([False, True, False])
        self.scales = iter([25.0, 5.0])

    def next(self):
        self.scale = next(self.scales)
        return True

    def infoPython(self):  # noqa: N802 - as Pythia has it
        return SimpleNamespace(mHat=lambda: 0, pTHat=lambda: self.scale, code=lambda: 101)

    def forceHadronLevel(self, check):  # noqa: N802 - as Pythia has it
        return not next(self.fails)


def test_collisions_of_partons_are_made_to_hadrons_several_times(monkeypatch):
    monkeypatch.setattr(collisions, "final_state", lambda pythia: pythia.event)
    monkeypatch.setattr("pythia8mc.Event", lambda event: f"copy of {event}")
    own = replace(BINS[NAMES.index("soft_muon")], hadrons=3)
    tries = list(islice(collisions._tries(Hadrons(), own), 5))
    assert tries == [(0, 25.0, None)] * 3 + [(1, 5.0, "copy of none")] * 2
