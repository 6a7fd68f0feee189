"""A fragment holds the anomaly seeds, and its cuts make the same regions."""

import numpy as np
import pytest

from tests.menu.menus import menu
from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.menu.fragment import fragment, load
from trigger_ad.menu.table import parse
from trigger_ad.trigger.decide import region_of

MENU = menu(
    [
        "name: L1_HTT360, object: ht, pt: 720",
        *(
            f"name: L1_AD_{region}, object: region, region: {region}, prescale: {prescale}"
            for region, prescale in {"A": 1, "B": 20, "C": 12.5, "D": 0}.items()
        ),
        "name: L1_AXO, object: score, score: score1, threshold: 40",
    ],
    score1=17,
    score2=-3,
)


def test_the_record_says_it_all():
    record = fragment(MENU, "2p0E34", 100).to_json()
    assert [a["name"] for a in record["algorithms"]] == [
        "L1_AD_A",
        "L1_AD_B",
        "L1_AD_C",
        "L1_AD_D",
        "L1_AXO",
    ]
    assert record["cuts"] == [
        {"name": "score1_ge_17", "score": "score1", "compare": ">=", "threshold": 17},
        {"name": "score2_ge_m3", "score": "score2", "compare": ">=", "threshold": -3},
        {"name": "score1_ge_40", "score": "score1", "compare": ">=", "threshold": 40},
    ]
    assert record["algorithms"][1] == {
        "index": 101,
        "name": "L1_AD_B",
        "require": ["score1_ge_17"],
        "veto": ["score2_ge_m3"],
        "expression": "score1_ge_17 AND NOT score2_ge_m3",
        "prescale": "20",
    }
    table = parse("\n".join(record["prescale_csv"]))
    assert table.column("2p0E34") == {
        "L1_AD_A": 100,
        "L1_AD_B": 2000,
        "L1_AD_C": 1250,
        "L1_AD_D": 0,
        "L1_AXO": 100,
    }


def test_regions_are_those_of_the_trigger():
    record = fragment(MENU).to_json()
    rng = np.random.default_rng(1)
    scores = {name: rng.integers(-10, 30, 500) for name in ("score1", "score2")}
    cuts = {c["name"]: scores[c["score"]] >= c["threshold"] for c in record["cuts"]}
    region = region_of(scores["score1"], scores["score2"], 17, -3)
    for code, algorithm in enumerate(record["algorithms"][:4]):
        fires = np.ones(500, bool)
        for name in algorithm["require"]:
            fires &= cuts[name]
        for name in algorithm["veto"]:
            fires &= ~cuts[name]
        assert (fires == (region == code)).all()


def test_a_written_fragment_comes_back(tmp_path):
    path = tmp_path / "fragment.json"
    fragment(MENU).write(path)
    found = load(path)
    wanted = MENU.seeds[1:]
    assert [(s.name, s.prescale, set(s.cuts)) for s in found] == [
        (s.name, s.prescale, set(s.cuts)) for s in wanted
    ]
    path.write_text('{"schema": "menu_fragment/2"}')
    with pytest.raises(SchemaError, match="must have schema menu_fragment/1, not menu_fragment/2"):
        load(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"threshold": 17', '"threshold": "17"'), "not one with such a value of cuts.0.threshold"),
        (('"name": "score1_ge_17"', '"name": "x"'), "must have the cut score1_ge_17 of L1_AD_A"),
        (('"prescale": "12.5"', '"prescale": "0.5"'), "not one with such a value of algorithms.2"),
        (('"menu": "m",', ""), "not one without menu"),
    ],
)
def test_a_damaged_fragment_is_refused(tmp_path, change, sentence):
    path = tmp_path / "fragment.json"
    fragment(MENU).write(path)
    assert change[0] in path.read_text()
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(RunFolderError) as caught:
        load(path)
    assert sentence in str(caught.value)
