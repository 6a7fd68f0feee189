"""Every kind of quantity against plain arithmetic on the words, also where ports are at an end."""

import math

import numpy as np
import pytest

from tests.vectors import ALL, LAYOUT, LEPTONS, features, values
from tests.words import bulk, full_range
from trigger_ad.emulate.compare import extremes
from trigger_ad.features.vectors.program import program_of
from trigger_ad.features.vectors.source import Source
from trigger_ad.features.words import present
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.program import WORDS, Program
from trigger_ad.ir.typed import PortType
from trigger_ad.menu.file import Menu
from trigger_ad.menu.fires import quantity
from trigger_ad.menu.integers import on_hardware


@pytest.fixture(scope="module")
def words():
    rng = np.random.default_rng(17)
    parts = (full_range(LAYOUT, 1500, rng), bulk(LAYOUT, 1500, rng))
    return np.concatenate([*parts, extremes(LAYOUT.minimum, LAYOUT.maximum, 200, 3)])


def column(words, kind, what):
    return words[:, LAYOUT.columns(what, kind)].astype(np.int64)


def momenta(words, kind):
    return np.maximum(column(words, kind, "pt") - (kind == "muon"), 0)


def merged(words, kinds=LEPTONS):
    return np.concatenate([momenta(words, kind) for kind in kinds], axis=1)


def logarithm(values, bits):
    """Straight lines between powers of two, rounded down."""
    safe = np.maximum(values, 1)
    power = np.floor(np.log2(safe)).astype(np.int64)
    found = (power << bits) + np.floor((safe / 2.0**power - 1) * 2**bits).astype(np.int64)
    return np.where(values < 1, 0, found)


def in_order(words):
    """The same with the momenta of each kind in descending order, as slots have them."""
    words = words.copy()
    for kind in (*LEPTONS, "jet"):
        columns = LAYOUT.columns("pt", kind)
        words[:, columns] = -np.sort(-words[:, columns], axis=1)
    return words


def test_momenta(words):
    words = in_order(words)
    jets, met = momenta(words, "jet"), momenta(words, "met")
    hardest = -np.sort(-merged(words), axis=1)
    entries = ALL["momenta"]
    expected = (
        met,
        momenta(words, "muon") >> 2,
        logarithm(jets[:, [0, 3]], 3),
        hardest[:, :3],
        logarithm(hardest[:, :1], 2),
        (met >= [40]) + 1 * (met >= 101) + (met >= 200),
    )
    for entry, wanted in zip(entries, expected, strict=True):
        np.testing.assert_array_equal(values(entry, words), wanted, err_msg=str(entry))


@pytest.mark.parametrize("kinds", [("jet",), ("met", "muon"), ("egamma", "met", "jet")])
def test_the_hardest_of_lists_of_any_lengths(words, kinds):
    """Merged from lists of 1, 4 and 10 slots, fewer and more than are asked for."""
    words = in_order(words)
    expected = -np.sort(-merged(words, kinds), axis=1)
    for leading in range(1, min(expected.shape[1], 8) + 1):
        entry = {"kind": "momentum", "of": kinds, "leading": leading}
        np.testing.assert_array_equal(values(entry, words), expected[:, :leading])


def test_counts_and_sums(words):
    jets, eta = column(words, "jet", "pt"), np.abs(column(words, "jet", "eta"))
    leptons = merged(words)
    everything = merged(words, ("met", "egamma", "muon", "jet")).sum(axis=1)
    at_30 = (jets * (jets >= 60)).sum(axis=1)
    expected = (
        np.minimum((leptons >= 16).sum(axis=1), 3),
        ((jets >= 60) & (eta <= 55)).sum(axis=1),
        (column(words, "muon", "pt") > 0).sum(axis=1),
        (jets * ((jets >= 61) & (eta <= 55))).sum(axis=1),
        logarithm(everything, 2),
        sum(1 * (at_30 >= code) for code in (120, 240, 480)),
    )
    for entry, wanted in zip(ALL["counts"], expected, strict=True):
        np.testing.assert_array_equal(values(entry, words)[:, 0], wanted, err_msg=str(entry))


@pytest.mark.parametrize("threshold", [-3, 0, 1, 7, 8, 100])
def test_thresholds_inside_and_outside_of_what_there_is(threshold):
    four = PortType(FixedPoint(4, 4), 1)
    source = Source(LAYOUT, four, "a test")
    passes = Program("p", {WORDS: four}, {"v": source.at_least(port(WORDS), threshold)})
    numbers = np.arange(-8, 8)[:, None]
    found = passes.evaluate({WORDS: numbers})["v"]
    np.testing.assert_array_equal(found, numbers >= threshold)


def test_a_cut_in_eta_beyond_the_port_takes_all(words):
    jets = {"kind": "count", "of": "jet", "pt_gev": 30.0}
    np.testing.assert_array_equal(values({**jets, "eta": 9.9}, words), values(jets, words))
    assert (values({**jets, "eta": 1.0}, words) < values(jets, words)).any()


def test_sums_and_momenta_are_those_of_menus(words):
    """A cut of a menu holds where the number of a vector is at or above its integer."""
    seeds = (
        {"name": "HT", "object": "ht", "pt_gev": 200.0, "jet_pt_gev": 30.2, "eta": 2.4},
        {"name": "Mu2", "object": "muon", "pt_gev": (7.0, 3.0)},
    )
    given = Menu.model_validate({"schema": "menu/1", "name": "m", "seeds": seeds})
    menu = on_hardware(given, LAYOUT)
    (ht,) = menu.seeds[0].cuts
    total = values({"kind": "sum", "of": "jet", "pt_gev": 30.2, "eta": 2.4}, words)[:, 0]
    np.testing.assert_array_equal(total, quantity(words, menu, ht.quantity))
    first, second = menu.seeds[1].cuts
    words = in_order(words)
    two = values({"kind": "momentum", "of": "muon", "leading": 2}, words)
    for place, cut in enumerate((first, second)):
        fired = quantity(words, menu, cut.quantity) >= cut.threshold
        np.testing.assert_array_equal(two[:, place] >= cut.threshold - 1, fired)
        assert 0 < fired.mean() < 1


def angle(first, second, period):
    """Between two codes of one grid, from 0 to half a period."""
    apart = np.abs(first - second) % period
    return np.minimum(apart, period - apart)


def lepton(words):
    """Azimuth on the muons' grid, momentum and presence of the harder first lepton."""
    codes = [4 * np.minimum(column(words, "egamma", "phi")[:, 0], 143)]
    codes.append(np.minimum(column(words, "muon", "phi")[:, 0], 575))
    pt = [momenta(words, kind)[:, 0] for kind in LEPTONS]
    there = [column(words, kind, "pt")[:, 0] > 0 for kind in LEPTONS]
    muon = (pt[1] > pt[0]) | (there[1] & ~there[0])
    return np.where(muon, codes[1], codes[0]), np.maximum(*pt), there[0] | there[1]


def test_angles(words):
    met = np.minimum(column(words, "met", "phi")[:, 0], 143)
    at_met = column(words, "met", "pt")[:, 0] > 0
    muon = np.minimum(column(words, "muon", "phi"), 575)
    to_met = (angle(muon, 4 * met[:, None], 576) + 2) >> 2
    there = (column(words, "muon", "pt") > 0) & at_met[:, None]
    entries = ALL["angles"]
    np.testing.assert_array_equal(values(entries[0], words), np.where(there, to_met + 1, 0))

    codes, _, any_lepton = lepton(words)
    jet = np.minimum(column(words, "jet", "phi"), 143)
    jets = column(words, "jet", "pt") > 0
    to_lepton = (angle(4 * jet[:, :2], codes[:, None], 576) + 2) >> 2
    both = jets[:, :2] & any_lepton[:, None]
    np.testing.assert_array_equal(values(entries[1], words), np.where(both, to_lepton + 1, 0))

    coarse = ((angle(codes, 4 * met, 576) + 2) >> 2) >> 3
    found = values(entries[2], words)[:, 0]
    np.testing.assert_array_equal(found, np.where(any_lepton & at_met, coarse + 1, 0))

    to_jet = angle(jet[:, 1:3], jet[:, :1], 144)
    both = jets[:, 1:3] & jets[:, :1]
    np.testing.assert_array_equal(values(entries[3], words), np.where(both, to_jet + 1, 0))


def test_transverse_masses(words):
    """Within what straight lines and rounding take from the logarithm, and never above it."""
    codes, pt, there = lepton(words)
    met = momenta(words, "met")[:, 0]
    phi = np.minimum(column(words, "met", "phi")[:, 0], 143)
    steps = (angle(codes, 4 * phi, 576) + 2) >> 2
    with np.errstate(divide="ignore"):
        true = np.log2(2.0 * pt * met * (1 - np.cos(2 * math.pi * steps / 144)))
    found = values({"kind": "transverse_mass", "log2_bits": 4}, words)[:, 0] / 16
    known = there & (met > 0) & (pt > 0) & (steps > 0) & (true > 2)
    assert known.sum() > 1000
    lost = true[known] - found[known]
    assert lost.min() >= -1 / 32 - 1e-9
    assert lost.max() <= 2 * 0.0861 + 2 / 16 + 1 / 32
    assert not found[(steps == 0) | (met == 0) | ~there].any()


def test_eta(words):
    there = present(words, LAYOUT)
    clean = np.where(there, words, 0)
    muon = column(clean, "muon", "eta") >> 3
    np.testing.assert_array_equal(values(ALL["eta"][0], words), muon)
    jets = np.abs(column(clean, "jet", "eta")[:, [9, 0]])
    np.testing.assert_array_equal(values(ALL["eta"][1], words), jets)


def test_words_of_absent_objects_do_not_matter(words):
    program = program_of(features(ALL), LAYOUT)
    there = present(words, LAYOUT)
    assert (words[~there] != 0).any()
    found = program.evaluate({"words": words.astype(np.int64)})
    clean = program.evaluate({"words": np.where(there, words, 0).astype(np.int64)})
    for name, numbers in found.items():
        np.testing.assert_array_equal(numbers, clean[name], err_msg=name)
    assert {name: port.size for name, port in program.ports.items()} == {
        "momenta": 1 + 4 + 2 + 3 + 1 + 1,
        "counts": 6,
        "angles": 4 + 2 + 1 + 2 + 1 + 1,
        "eta": 4 + 2,
    }
