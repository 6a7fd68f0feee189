"""Files of crossings that were drawn within strata."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from trigger_ad.errors import ConfigError, EventFileError, RunFolderError
from trigger_ad.events.readers.sample import opened
from trigger_ad.generate.zerobias import Pileup, generate, identities
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.draws import hardest
from trigger_ad.generate.zerobias.library import load
from trigger_ad.generate.zerobias.strata import parse
from trigger_ad.generate.zerobias.stratified import Classes, Stratified

EVENTS = 130
MUONS = ("soft_muon", "jets_20_muon", "jets_30_muon")
PILEUP = Pileup((8.0,))
TEXT = """\
schema: zero_bias_strata/1
strata:
  - {name: soft, share: 0.5}
  - {name: jets, share: 0.3, collisions: [jets_20, jets_30, jets_50]}
  - {name: leptons, share: 0.2, collisions: [w, z]}
"""
STRATA = parse(TEXT)


@pytest.fixture(scope="module")
def path(library_path, tmp_path_factory):
    out = tmp_path_factory.mktemp("strata") / "one.h5"
    return generate(PILEUP, EVENTS, 5, 1, out, library_path, strata=STRATA)


def test_the_file_says_what_it_holds(path, library):
    sample = opened(path)
    (block,) = sample.blocks()
    strata = sample.strata
    assert strata.names == ("soft", "jets", "leptons")
    assert strata.drawn == tuple(np.bincount(block.stratum).tolist()) == (66, 39, 25)
    parts = np.array(library.composition.probabilities)
    hard, lepton = parts[1:4].sum(), parts[7:9].sum()
    last = -np.expm1(-8 * lepton)
    middle = np.exp(-8 * lepton) * -np.expm1(-8 * hard)
    assert strata.probabilities == pytest.approx((1 - last - middle, middle, last), rel=1e-9)
    assert (block.pileup[block.stratum > 0] > 0).all()
    # none: no collision
    of = [*(one.name for one in BINS), "none"]
    kinds = [{of[k] for k in kind(library, block)[block.stratum == place]} for place in range(3)]
    assert kinds[0] <= {"soft", "jets_80", "jets_120", "jets_200", "top", *MUONS, "none"}
    assert {"jets_20", "jets_30"} <= kinds[1] <= {"jets_20", "jets_30", "jets_50"}
    assert kinds[2] == {"w", "z"}


def kind(library, block):
    """Bin of the collision that is the identity of each crossing."""
    return np.searchsorted(np.cumsum(library.composition.sizes), block.identity, side="right")


def test_crossings_are_known_by_what_puts_them_into_their_stratum(path, library_path):
    """Where it is not the hardest of all their collisions, too."""
    library = load(library_path)
    place = np.zeros(len(library), np.int64)
    bins = np.repeat(np.arange(len(BINS)), library.composition.sizes)
    place[np.isin(bins, (1, 2, 3))], place[np.isin(bins, (7, 8))] = 1, 2
    classes = Classes.of(place, 3, library.composition)
    plan = Stratified(PILEUP, classes, ("soft", "jets", "leptons"), (0.5, 0.3, 0.2), 5)
    draws, stratum = plan.draw(0, EVENTS)
    (block,) = opened(path).blocks()
    assert np.array_equal(stratum, block.stratum)
    overall = hardest(draws, library.pthat)
    own = hardest(classes.only(draws, stratum), library.pthat)
    assert np.array_equal(block.identity, library.identity(own))
    assert (own != overall).any()


def test_workers_are_not_seen(path, library_path, tmp_path, monkeypatch):
    monkeypatch.setattr("trigger_ad.generate.zerobias.run.CHUNK", 30)
    two = generate(PILEUP, EVENTS, 5, 2, tmp_path / "two.h5", library_path, strata=STRATA)
    assert two.read_bytes() == path.read_bytes()


def test_a_longer_run_starts_with_the_events_of_a_shorter_one(path, library_path, tmp_path):
    short = generate(PILEUP, 40, 5, 1, tmp_path / "short.h5", library_path, strata=STRATA)
    with h5py.File(short) as first, h5py.File(path) as second:
        for name in ("Particles", "parton_event", "pileup", "stratum"):
            assert np.array_equal(first[name][:], second[name][:40])


def test_other_strata_are_another_sample(path, library_path, tmp_path):
    text = TEXT.replace("share: 0.5", "share: 0.4").replace("share: 0.3", "share: 0.4")
    with pytest.raises(RunFolderError):
        generate(PILEUP, EVENTS, 5, 1, path, library_path, strata=parse(text))
    other = generate(
        PILEUP,
        20,
        5,
        1,
        tmp_path / "other.h5",
        library_path,
        strata=parse(TEXT.replace("[w, z]", "[w]")),
    )
    with pytest.raises(
        ConfigError, match=r"^the probabilities of the strata of .*other\.h5 must be"
    ):
        _ = opened([path, other]).strata
    assert sum(opened(path).strata.drawn) == EVENTS


def test_draws_of_strata_are_not_recovered(path):
    with pytest.raises(EventFileError) as caught:
        identities(path)
    assert str(caught.value) == (
        f"{path} must have crossings that were drawn alike, not crossings of strata: use a sample "
        "without strata: classes of collisions are those of the library"
    )


def test_mistakes(library_path, tmp_path):
    out = tmp_path / "out.h5"
    with pytest.raises(ConfigError) as caught:
        generate(PILEUP, 5, 1, 1, out, library_path, signal="leptoquark", strata=STRATA)
    assert str(caught.value) == (
        "strata must not be given for crossings with a signal: leave one of both out"
    )
    hard = parse(TEXT.replace("collisions: [w, z]", "pthat: 900"))
    with pytest.raises(ConfigError, match="stratum leptons must have collisions in the library"):
        generate(PILEUP, 5, 1, 1, out, library_path, strata=hard)
    assert not out.exists()


def test_an_origin_without_strata_is_written_as_before(path):
    origin = opened(path).origin
    assert "strata" in origin.to_json()
    assert "strata" not in replace(origin, strata=None).to_json()
    assert type(origin).from_json(origin.to_json()) == origin
