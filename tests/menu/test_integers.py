"""Cuts become integers once, and print as them."""

import pytest

from tests.menu.menus import LAYOUT, menu
from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import small
from trigger_ad.menu.integers import on_hardware, thresholds_of
from trigger_ad.trigger.registers import Registers


def line(seed, **thresholds):
    return str(menu([f"name: x, {seed}"], **thresholds)).splitlines()[1].strip()


@pytest.mark.parametrize(
    ("seed", "printed"),
    [
        ("object: egamma, pt_gev: 22", "egamma[1] >= 44"),
        ("object: egamma, pt_gev: 22.1, eta: 2.5", "egamma[1](|eta| <= 57) >= 45"),
        ("object: egamma, pt: 45, eta_counts: 0", "egamma[1](|eta| <= 0) >= 45"),
        ("object: egamma, pt: 45, eta: 0.435", "egamma[1](|eta| <= 10) >= 45"),
        ("object: muon, pt_gev: 22, eta: 2.4", "muon[1](|eta| <= 220) >= 45"),
        ("object: jet, pt_gev: [80, 30]", "jet[1] >= 160 and jet[2] >= 60"),
        ("object: met, pt_gev: 120, prescale: 2.50", "met[1] >= 240"),
        ("object: ht, pt_gev: 360, jet_pt_gev: 30, eta: 2.4", "ht(jet >= 60, |eta| <= 55) >= 720"),
        ("object: ht, pt: 720", "ht(jet >= 1) >= 720"),
        ("object: region, region: A", "score1 >= 7 and score2 >= 9"),
        ("object: region, region: B", "score1 >= 7 and score2 < 9"),
        ("object: region, region: C", "score1 < 7 and score2 >= 9"),
        ("object: region, region: D", "score1 < 7 and score2 < 9"),
        ("object: score, score: score2", "score2 >= 9"),
        ("object: score, score: other, threshold: -3", "other >= -3"),
    ],
)
def test_seeds_print_as_the_integers_that_are_compared(seed, printed):
    prescale = "2.5" if "prescale" in seed else "1"
    assert line(seed, score1=7, score2=9) == f"x: {printed}, prescale {prescale}"


@pytest.mark.parametrize(
    ("seed", "sentence"),
    [
        (
            "object: egamma, pt_gev: 300",
            (
                "seed x must have momenta from 1 to 511 counts of 0.5 GeV, not 600: "
                "choose a cut that the port can reach"
            ),
        ),
        (
            "object: muon, pt: [5, 5, 5, 5, 5]",
            "seed x must ask for at most 4 objects, not 5: remove some momenta",
        ),
        (
            "object: region, region: B",
            (
                "seed x must have a threshold of score1, not unknown: "
                "give thresholds in the menu or those of a run folder"
            ),
        ),
        (
            "object: score, score: s",
            (
                "seed x must have a threshold of s, not unknown: "
                "give thresholds in the menu or those of a run folder"
            ),
        ),
        (
            "object: ht, pt: 20471",
            (
                "seed x must have momenta from 1 to 20470 counts of 0.5 GeV, not 20471: "
                "choose a cut that the port can reach"
            ),
        ),
    ],
)
def test_cuts_that_cannot_be(seed, sentence):
    with pytest.raises(ConfigError) as caught:
        line(seed)
    assert str(caught.value) == sentence


def test_more_seeds_than_bits_are_refused():
    seeds = [f"name: s{i}, object: met, pt: {i + 1}" for i in range(513)]
    assert len(menu(seeds[:512]).seeds) == 512
    with pytest.raises(ConfigError) as caught:
        menu(seeds)
    assert str(caught.value) == (
        "menu m must have at most 512 seeds, not 513: split it into two menus"
    )


def test_thresholds_come_from_registers():
    found = on_hardware(small(), LAYOUT, thresholds_of(Registers((11, 12))))
    assert "  L1_AD_A: score1 >= 11 and score2 >= 12, prescale 1\n" in str(found)
    assert str(found).endswith("L1_AD_D: score1 < 11 and score2 < 12, prescale 1")


def test_seeds_that_are_not_simulated_are_no_seeds_of_a_pattern():
    seeds = ["name: x, object: met, pt: 5", "name: b, bit: b, prescale: 7, simulated: false"]
    found = menu(seeds)
    assert found.names == ("x",)
    assert found.bits == ()
    assert found.prescales == {"x": 100, "b": 700}
    assert found.digest == menu(seeds[:1]).digest
    assert found.prescaled({"x": 0, "b": 200}).prescales == {"x": 0, "b": 200}
    assert str(found).endswith("  b: bit(b) >= 1, prescale 7, not simulated")


def test_a_menu_counts_something():
    with pytest.raises(ConfigError) as caught:
        menu(["name: b, bit: b, simulated: false"])
    assert str(caught.value) == (
        "menu m must have a seed that is simulated, not none: "
        "add one, or leave simulated: false out"
    )


def test_the_digest_is_that_of_the_cuts():
    first = menu(["name: x, object: met, pt: 5"])
    assert first.digest == first.prescaled({"x": 0}).digest
    assert first.digest != menu(["name: x, object: met, pt: 6"]).digest
    assert first.digest != menu(["name: y, object: met, pt: 5"]).digest
