"""Composition of region A: planted classes and overlaps, in plain samples and in strata."""

import numpy as np
import pytest

from tests.menu.menus import LAYOUT, menu
from trigger_ad.menu.composition import classes, composition
from trigger_ad.menu.gain import sample
from trigger_ad.menu.record import CompositionRecord
from trigger_ad.statistics.strata import Stratified

SEEDS = [
    "name: L1_Mu, object: muon, pt_gev: 22",
    "name: L1_EG, object: egamma, pt_gev: 20, prescale: 4",
    "name: L1_Off, object: jet, pt_gev: 30, prescale: 0",
    "name: L1_AD_A, object: region, region: A",
    "name: L1_AD_B, object: region, region: B, prescale: 10",
]
MENU = menu(SEEDS, score1=5, score2=5)
NAMES = [field.name for field in LAYOUT.fields]
PT = {
    kind: [NAMES.index(LAYOUT.fields[c].name) for c in LAYOUT.columns("pt", kind)]
    for kind in ("egamma", "muon", "jet", "met")
}


def events(kinds, inside, drawn=None, clusters=None):
    """One object in each event, that of its kind, and scores that put it into A or into D."""
    words = np.zeros((len(kinds), len(NAMES)), dtype=np.int32)
    momenta = {"egamma": 44, "muon": 60, "jet": 90, "met": 130}
    for kind, momentum in momenta.items():
        words[kinds == kind, PT[kind][0]] = momentum
    scores = {name: np.where(inside, 9, 1) for name in ("score1", "score2")}
    clusters = np.arange(len(kinds)) if clusters is None else clusters
    return words, sample(words, scores, clusters, MENU, drawn)


def by_name(record: CompositionRecord, group: str):
    return {row.name: row for row in record.classes if row.group == group}


def planted(number, seed):
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["egamma", "muon", "jet", "met"], number, p=[0.4, 0.3, 0.2, 0.1])
    return kinds, rng.random(number) < 0.1


def test_classes_of_a_group_hold_each_event_once():
    rng = np.random.default_rng(1)
    words = np.zeros((500, len(NAMES)), dtype=np.int32)
    for columns in PT.values():
        words[:, columns] = (
            rng.integers(0, 90, (500, len(columns))) * (rng.random(500) < 0.7)[:, None]
        )
    groups = {}
    for group, _, of in classes(words, LAYOUT):
        groups[group] = groups.get(group, 0) + of.astype(int)
    assert list(groups) == [
        "hardest object",
        "number of e/gamma from 8 GeV",
        "number of muon from 3 GeV",
        "number of jet from 30 GeV",
        "missing momentum",
    ]
    assert all((times == 1).all() for times in groups.values())


@pytest.mark.parametrize(
    ("kind", "codes", "group", "name"),
    [
        ("egamma", [16, 15], "number of e/gamma from 8 GeV", "1"),
        ("muon", [7, 7, 6], "number of muon from 3 GeV", "2"),
        ("jet", [60, 61, 70, 80], "number of jet from 30 GeV", "3 or more"),
        ("met", [119], "missing momentum", "30 to 60 GeV"),
        ("met", [120], "missing momentum", "60 to 100 GeV"),
        ("met", [200], "missing momentum", "from 100 GeV"),
        ("jet", [], "hardest object", "nothing"),
    ],
)
def test_ends_of_the_classes(kind, codes, group, name):
    """A muon's code has an offset of one: 3 GeV are code 7."""
    words = np.zeros((1, len(NAMES)), dtype=np.int32)
    words[0, PT[kind][: len(codes)]] = codes
    found = {(g, n) for g, n, of in classes(words, LAYOUT) if of[0]}
    assert (group, name) in found


def test_fractions_are_those_that_were_planted():
    kinds, inside = planted(40_000, 2)
    words, of = events(kinds, inside)
    record = composition(words, MENU, "L1_AD_A", of)
    assert record.effective_events == pytest.approx(inside.sum(), rel=1e-6)
    rows = by_name(record, "hardest object")
    for name, kind in (("e/gamma", "egamma"), ("muon", "muon"), ("missing momentum", "met")):
        part = (kinds[inside] == kind).mean()
        assert rows[name].region.value == pytest.approx(part)
        assert rows[name].region.low < part < rows[name].region.high
        assert rows[name].region.effective_events == pytest.approx(part * inside.sum(), rel=1e-3)
    # The seed of muons takes all of them, that of e/gamma one in four.
    muons, egamma = ((kinds[inside] == kind).mean() for kind in ("muon", "egamma"))
    shared = {row.seed: row for row in record.seeds}
    assert list(shared) == ["L1_Mu", "L1_EG", "L1_Off"]
    assert (shared["L1_Off"].accepts.value, shared["L1_Off"].accepts.high) == (0, 0)
    assert shared["L1_Off"].fires.value == pytest.approx((kinds[inside] == "jet").mean())
    assert shared["L1_Mu"].fires.value == shared["L1_Mu"].accepts.value == pytest.approx(muons)
    assert shared["L1_EG"].accepts.value == pytest.approx(egamma / 4)
    ends = [getattr(shared["L1_EG"].fires, end) / 4 for end in ("low", "high")]
    assert [shared["L1_EG"].accepts.low, shared["L1_EG"].accepts.high] == pytest.approx(ends)
    assert record.pure.value == pytest.approx(1 - muons - egamma / 4)
    assert rows["muon"].pure.value == 0
    assert rows["e/gamma"].pure.value == pytest.approx(egamma / (1 - muons))


def test_in_strata_events_count_as_they_occur():
    """Muons are drawn a hundred times too often; the composition is that of nature."""
    rng = np.random.default_rng(3)
    drawn = np.repeat([0, 1], [30_000, 30_000])
    kinds = np.where(drawn == 1, "muon", "jet")
    inside = rng.random(60_000) < np.where(drawn == 1, 0.5, 0.02)
    strata = Stratified.of(drawn, (0.99, 0.01), np.arange(60_000))
    words, of = events(kinds, inside, strata)
    record = composition(words, MENU, "L1_AD_A", of)
    true = 0.01 * 0.5 / (0.01 * 0.5 + 0.99 * 0.02)
    rows = by_name(record, "hardest object")
    assert rows["muon"].region.low < true < rows["muon"].region.high
    assert rows["muon"].region.high - rows["muon"].region.low < 0.05
    assert rows["muon"].region.value == pytest.approx(true, rel=0.1)
    assert 500 < record.effective_events < 1500  # 600 jets in 15,600 events
    assert record.pure.value == pytest.approx(1 - rows["muon"].region.value)


def test_events_that_share_a_collision_say_less():
    kinds, inside = planted(4_000, 4)
    alone = composition(*_with(kinds, inside, np.arange(4000)))
    shared = composition(*_with(np.repeat(kinds, 5), np.repeat(inside, 5), np.arange(20_000) // 5))
    one, five = (by_name(of, "hardest object")["e/gamma"].region for of in (alone, shared))
    assert five.value == one.value
    assert five.high - five.low == pytest.approx(one.high - one.low, rel=0.1)
    assert shared.effective_events == pytest.approx(alone.effective_events, rel=0.1)


def _with(kinds, inside, clusters):
    words, of = events(kinds, inside, clusters=clusters)
    return words, MENU, "L1_AD_A", of


def test_few_events_are_limits_and_none_are_nothing():
    kinds, inside = planted(40_000, 5)
    few = inside & (np.cumsum(inside) <= 90)
    words, of = events(kinds, few)
    record = composition(words, MENU, "L1_AD_A", of)
    for row in record.classes:
        assert row.region.value is None
        assert 0 < row.region.upper_limit <= 1
    assert composition(*_with(kinds, np.zeros(40_000, bool), np.arange(40_000))) is None


def test_without_a_pure_part_its_composition_is_not_known():
    kinds = np.repeat(["muon", "jet"], [500, 5000])
    record = composition(*_with(kinds, kinds == "muon", np.arange(5500)))
    assert {row.pure for row in record.classes} == {None}
    assert record.pure.value == 0
    assert record.table.rows[1][2:4] == ("100 %", "[99.3, 100]")
    assert CompositionRecord.from_json(record.to_json(), "x") == record
