"""A menu file is strict, and every fault in it is one sentence with its line."""

import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import load, parse, small

HEAD = "schema: menu/1\nname: m\nseeds:\n"
RULE = "must be 0 or from 1 to 42949672.95 with at most two decimals"


def refused(seeds, head=HEAD):
    with pytest.raises(ConfigError) as caught:
        parse(head + seeds, "m.yaml")
    return str(caught.value)


def test_the_small_menu_has_the_usual_seeds():
    names = [seed.name for seed in small().seeds]
    assert len(names) == 16
    assert {"L1_SingleMu22", "L1_DoubleEG_15_10_er2p5", "L1_SingleJet180", "L1_ETM150"} <= set(
        names
    )
    assert [seed.name for seed in small().seeds if seed.anomaly] == [
        f"L1_AD_{region}" for region in "ABCD"
    ]


def test_two_seeds_of_one_name():
    seeds = (
        "  - {name: x, object: met, pt: 5}\n"
        "  - {name: y, object: met, pt: 5}\n"
        "  - {name: x, object: met, pt: 6}\n"
    )
    assert refused(seeds) == (
        "seed x at m.yaml:6 must have a name of its own, not that of the seed at line 4: "
        "rename one of them"
    )


def test_an_unknown_object():
    assert refused("  - name: x\n    object: tau\n    pt: 5\n") == (
        "key 'seeds.0.object' at m.yaml:5 must be 'egamma', 'muon', 'jet', 'met', 'ht', "
        "'region', 'score' or 'bit', not \"tau\": give such a value"
    )


@pytest.mark.parametrize("value", ["-1", "0.5", "1e+12", "1.005", "42949672.96"])
def test_a_bad_prescale(value):
    assert refused(f"  - name: x\n    object: met\n    pt: 5\n    prescale: {value}\n") == (
        f"key 'seeds.0.prescale' at m.yaml:7: a prescale {RULE}, not {value}: give such a value"
    )


@pytest.mark.parametrize("value", [".nan", ".inf", "yes", "'2'"])
def test_a_prescale_that_is_no_number(value):
    seeds = f"  - name: x\n    object: met\n    pt: 5\n    prescale: {value}\n"
    assert "m.yaml:7" in refused(seeds)


@pytest.mark.parametrize(
    ("value", "hundredths"), [("0", 0), ("1", 100), ("2.5", 250), ("42949672.95", 2**32 - 1)]
)
def test_prescales_are_exact(value, hundredths):
    menu = parse(HEAD + f"  - {{name: x, object: met, pt: 5, prescale: {value}}}\n")
    assert menu.seeds[0].hundredths == hundredths


def test_an_unknown_key_lists_those_of_a_seed():
    assert refused("  - {name: x, object: met, pt: 5, psi: 3}\n").startswith(
        "key 'seeds.0.psi' at m.yaml:4 must be a known key, not 'psi': choose from name, object, "
    )
    assert refused("", "schema: menu/1\nseed: []\n").startswith("key 'name'")


@pytest.mark.parametrize(
    ("seed", "sentence"),
    [
        ("object: met, pt: 5, eta: 2.4", "a seed of object met must have only pt_gev, pt, not eta"),
        ("object: jet, pt: 5, pt_gev: 5", "seed x must have one of pt_gev and pt, not both"),
        ("object: jet", "seed x must have pt_gev or pt, not neither"),
        ("object: jet, pt: []", "seed x must have a momentum, not an empty list"),
        ("object: ht, pt: [5, 4]", "seed x must have one momentum, not 2"),
        ("object: jet, pt: [4, 5]", "momenta must fall, not 4, 5"),
        ("object: region", "seed x must have region, not neither"),
    ],
)
def test_keys_that_do_not_fit(seed, sentence):
    assert refused(f"  - {{name: x, {seed}}}\n") == (
        f"key 'seeds.0' at m.yaml:4: {sentence}: give such a value"
    )


def test_thresholds_are_those_of_two_scores():
    seeds = "seeds:\n  - {name: x, object: region, region: A}\n"
    assert refused(seeds, "schema: menu/1\nname: m\nthresholds: {s: 1}\n").endswith(
        "thresholds must name two scores, not 1: give such a value"
    )


def test_other_files_are_refused(tmp_path):
    assert "'schema'" in refused(
        "  - {name: x, object: met, pt: 5}\n", "schema: menu/2\nname: m\nseeds:\n"
    )
    with pytest.raises(ConfigError, match="must be a readable YAML file, not missing"):
        load(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not bytes that are no UTF-8 text"):
        load(tmp_path / "latin.yaml")
