"""Crossings drawn within strata: exact probabilities, and the same crossings as drawn plainly."""

import numpy as np
import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.generate.zerobias import strata as files
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.draws import Pileup, draw
from trigger_ad.generate.zerobias.library import Composition
from trigger_ad.generate.zerobias.stratified import Classes, Stratified, allocated, classes_of

#: Three bins; the second and the third have collisions of all classes.
STOCK = Composition((50, 8, 4), (0.97, 0.02, 0.01))
PLACE = np.repeat([0, 1, 2, 0, 1, 2], [50, 5, 3, 1, 1, 2])

FILE = """\
schema: zero_bias_strata/1
strata:
  - {name: soft, share: 0.5}
  - {name: jets, share: 0.3, collisions: [jets_80, jets_120, jets_200], pthat: 10}
  - {name: leptons, share: 0.2, muon: 20}
"""


PROFILE = Pileup((3.0, 60.0), (1.0, 2.0))


def stratified(pileup=PROFILE, shares=(0.4, 0.3, 0.3), seed=7):
    classes = Classes.of(PLACE, 3, STOCK)
    return Stratified(pileup, classes, ("soft", "middle", "hard"), shares, seed)


def stratum_of(draws):
    """Last class of which each crossing has a collision; 0 without any."""
    found = np.zeros(len(draws.collisions), np.int64)
    np.maximum.at(found, draws.crossing, PLACE[draws.events])
    return found


def test_probabilities_of_classes():
    expected = [0.97 + 0.01 / 4, 0.02 * 5 / 8 + 0.01 / 4, 0.02 * 3 / 8 + 0.01 * 2 / 4]
    assert Classes.of(PLACE, 3, STOCK).probabilities == pytest.approx(expected, rel=1e-12)


def test_probabilities_of_strata_are_those_of_plain_crossings():
    plan = stratified()
    strata = plan.strata((1, 2, 3))
    assert sum(strata.probabilities) == pytest.approx(1, abs=1e-12)
    assert strata.drawn == (1, 2, 3)
    found = np.bincount(stratum_of(draw(plan.pileup, STOCK, 5, 0, 40_000)), minlength=3) / 40_000
    for part, probability in zip(found, strata.probabilities, strict=True):
        assert part == pytest.approx(probability, abs=4 * np.sqrt(probability / 40_000))


def test_every_crossing_is_of_its_stratum():
    draws, stratum = stratified().draw(0, 3000)
    assert np.array_equal(stratum_of(draws), stratum)
    assert np.bincount(stratum).tolist() == [1200, 900, 900]


def test_within_a_stratum_crossings_are_as_drawn_plainly():
    """Numbers of collisions, of each event, and of pairs in one crossing."""
    plan = stratified()
    plain = draw(plan.pileup, STOCK, 6, 0, 60_000)
    drawn, stratum = plan.draw(0, 12_000)
    both = [(plain, stratum_of(plain)), (drawn, stratum)]
    for place in range(3):
        moments = []
        for draws, of in both:
            mine = of == place
            counts = np.zeros((len(of), len(PLACE)))
            np.add.at(counts, (draws.crossing, draws.events), 1)
            parts = counts[mine]
            seen = np.stack(
                [
                    draws.collisions[mine],
                    draws.collisions[mine].astype(float) ** 2 / 60,
                    *(parts[:, other == PLACE].sum(axis=1) for other in range(3)),
                    parts[:, :50].sum(axis=1) * parts[:, 50:].sum(axis=1),
                    parts[:, -2:].sum(axis=1),
                ]
            )
            moments.append((seen.mean(axis=1), seen.std(axis=1) / np.sqrt(mine.sum())))
        (first, error), (second, other) = moments
        assert np.all(np.abs(first - second) <= 4.5 * np.hypot(error, other) + 1e-12)


def test_errors_of_probabilities_are_those_of_libraries():
    """Of many libraries, of which each collision is of a class by chance."""
    rng = np.random.default_rng(3)
    stock, chance = Composition((400, 300), (0.9, 0.1)), (0.05, 0.4)
    kind = np.repeat([0, 1], stock.sizes)
    found, errors = [], []
    for _ in range(2000):
        classes = Classes.of((rng.random(700) < np.array(chance)[kind]).astype(int), 2, stock)
        found.append(classes.probabilities[1])
        errors.append(classes.errors[1])
    assert np.mean(errors) == pytest.approx(np.std(found) / np.mean(found), rel=0.05)


def test_errors_of_cross_sections_are_in_those_of_probabilities():
    stock = Composition((10, 10), (0.9, 0.1))
    place = np.repeat([0, 1], 10)
    assert Classes.of(place, 2, stock).errors == (0, 0)
    assert Classes.of(place, 2, stock, np.array([0.0, 0.04])).errors == pytest.approx((0, 0.04))
    plan = Stratified(Pileup((3.0,)), Classes.of(place, 2, stock, np.array([0, 0.04])), *REST)
    assert plan.strata().errors == pytest.approx((0, 0.04))


REST = (("soft", "hard"), (0.5, 0.5), 7)


def test_weighting_back_gives_the_plain_fraction():
    """Of crossings with two collisions of the last bin."""
    plan = stratified(Pileup((30.0,)))
    draws, stratum = plan.draw(0, 30_000)
    counts = np.bincount(draws.crossing[draws.events >= 58], minlength=30_000)
    fires = counts >= 2
    strata = plan.strata()
    found = sum(p * fires[stratum == place].mean() for place, p in enumerate(strata.probabilities))
    mean = 30 * 0.01
    assert found == pytest.approx(1 - np.exp(-mean) * (1 + mean), rel=0.02)


def test_a_crossing_does_not_know_of_the_others():
    whole, stratum = stratified().draw(0, 300)
    part, same = stratified().draw(120, 200)
    ends = np.cumsum(whole.collisions)
    assert np.array_equal(part.collisions, whole.collisions[120:200])
    assert np.array_equal(part.events, whole.events[ends[119] : ends[199]])
    assert np.array_equal(same, stratum[120:200])
    other, _ = stratified(seed=8).draw(0, 300)
    assert not np.array_equal(other.collisions, whole.collisions)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.05, 0.05), (0.01, 0.98, 0.01)])
def test_shares_are_met_from_the_start(shares):
    found = allocated(shares, 0, 10_000)
    for events in (100, 1000, 10_000):
        counts = np.bincount(found[:events], minlength=len(shares))
        assert np.all(np.abs(counts - events * np.array(shares)) < 6)
    assert np.array_equal(allocated(shares, 777, 900), found[777:900])


def test_the_file_of_strata(library):
    found = files.parse(FILE)
    place = classes_of(library, found)
    kind = np.repeat(np.arange(len(BINS)), library.composition.sizes)
    muon = np.zeros(len(library))
    np.maximum.at(
        muon, np.repeat(np.arange(len(library)), np.diff(library.muon_offsets)), library.muons[:, 0]
    )
    jets = np.isin(kind, (4, 5, 6)) & (library.pthat >= 10)
    assert np.array_equal(place, np.where(muon >= 20, 2, np.where(jets, 1, 0)))


def test_a_stratum_without_collisions(library):
    with pytest.raises(ConfigError) as caught:
        classes_of(library, files.parse(FILE.replace("muon: 20", "muon: 2000")))
    assert str(caught.value) == (
        "stratum leptons must have collisions in the library: make a larger library, "
        "or change its "
        "conditions"
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "share: 0.5}",
            "share: 0.6}",
            "the shares in f.yaml must sum to 1, not 1.1: change one of them",
        ),
        (
            "share: 0.5}",
            "share: 0.5, muon: 3}",
            (
                "stratum soft at f.yaml:3 must have no condition, being the first, not muon: "
                "put one "
                "before it"
            ),
        ),
        (
            ", muon: 20",
            "",
            "stratum leptons at f.yaml:5 must have a condition: say what makes its collisions hard",
        ),
        (
            "name: leptons",
            "name: jets",
            "stratum jets at f.yaml:5 must have a name of its own: rename it",
        ),
        (
            "jets_120",
            "jets_100",
            (
                "stratum jets at f.yaml:4 must have bins of the library, not 'jets_100': "
                "choose from "
                "soft, jets_20, jets_30, jets_50, jets_80, jets_120, jets_200, w, z, "
                "top, soft_muon, jets_20_muon, jets_30_muon"
            ),
        ),
        (
            "pthat: 10",
            "pt: 10",
            (
                "key 'strata.1.pt' at f.yaml:4 must be a known key, not 'pt': choose from "
                "name, share, "
                "collisions, pthat, muon, tower"
            ),
        ),
    ],
)
def test_strata_that_do_not_fit(old, new, sentence):
    with pytest.raises(ConfigError) as caught:
        files.parse(FILE.replace(old, new), "f.yaml")
    assert str(caught.value) == sentence
