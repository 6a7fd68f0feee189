"""Crossings and dead time of an event file: carried on from piece to piece, as one by one."""

import json
from fractions import Fraction

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.run import small
from trigger_ad.lhc.dead_time import DeadTime
from trigger_ad.lhc.fill import FillingScheme
from trigger_ad.lhc.orbit import BUNCHES_PER_ORBIT, Crossing
from trigger_ad.run.emulation import emulate_file, weights_of
from trigger_ad.run.live import LiveCounts, LiveTime
from trigger_ad.trigger.decide import Decision
from trigger_ad.trigger.rule import PrescaleRule

FILL = FillingScheme.parse("0-11, 20-31, 100, 3563")
RULES = DeadTime.parse("1/3, 4/60, bucket:3/35")


def quiet(part, note):
    pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    return folder


@pytest.fixture(scope="module")
def whole(folder):
    """All at once: what was returned, and the file."""
    out = folder / "whole.h5"
    source = folder / "events/zb_0.h5"
    done = emulate_file(folder / "run", source, out, quiet, LiveTime(FILL, RULES), 10**6)
    return done, contents(out)


def contents(path):
    with h5py.File(path) as file:
        attributes = {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in file.attrs.items()
        }
        return {name: file[name][:].tolist() for name in file} | {"attributes": attributes}


def one_by_one(accept, fill, rules):
    """Survivors and dead crossings with collisions, event by event, by the rule for one."""
    recent, filled, kept, dead = (), (), [], 0
    for number, wanted in enumerate(accept):
        orbit, place = divmod(number, fill.pairs)
        crossing = Crossing(orbit, fill.places[place]).index
        dead += crossing < rules.free_from(recent, filled)
        survives = False
        if wanted:
            survives, recent, filled = rules.step(crossing, recent, filled)
        kept.append(survives)
    return kept, dead


def test_every_event_is_a_crossing_of_the_fill(whole):
    done, file = whole
    orbit, place = np.divmod(file["crossing"], BUNCHES_PER_ORBIT)
    assert place.tolist() == (list(FILL.places) * 200)[:3000]
    assert orbit.tolist() == [number // FILL.pairs for number in range(3000)]
    kept, dead = one_by_one(file["accept"], FILL, RULES)
    assert file["live_accept"] == kept
    assert 0 < sum(kept) < sum(file["accept"])
    assert (done.live.colliding, done.live.dead) == (3000, dead)
    assert done.live.live_fraction == Fraction(3000 - dead, 3000)


def test_attributes_are_what_was_returned(whole):
    done, file = whole
    region, accept = np.array(file["region"]), np.array(file["accept"])
    live = np.array(file["live_accept"])
    counts = [[int((region[bits] == code).sum()) for code in range(4)] for bits in (accept, live)]
    assert [list(done.live.accepts), list(done.live.live_accepts)] == counts
    rule = PrescaleRule.from_json(json.loads(file["attributes"]["rule"]))
    assert rule.live_fraction == float(done.live.live_fraction) < 1
    assert file["attributes"] | {"registers": "", "rule": ""} == {
        "schema": "emulation/1",
        "registers": "",
        "rule": "",
        "filling": FILL.text,
        "dead_time": RULES.text,
        "colliding_crossings": 3000,
        "dead_crossings": done.live.dead,
        "accepts": counts[0],
        "live_accepts": counts[1],
    }


def test_weights_are_of_what_dead_time_leaves(folder, whole):
    done, file = whole
    weights = weights_of(folder / "whole.h5")
    live, region = np.array(file["live_accept"]), np.array(file["region"])
    assert (weights > 0).tolist() == live.tolist()
    alone = weights[(region == 0) & live]  # region A has no prescale
    assert alone == pytest.approx(1 / float(done.live.live_fraction))


@pytest.mark.parametrize("chunk", [101, 1000, 2999])
def test_pieces_do_not_matter(folder, whole, tmp_path, chunk):
    out = tmp_path / "out.h5"
    source = folder / "events/zb_0.h5"
    done = emulate_file(folder / "run", source, out, quiet, LiveTime(FILL, RULES), chunk)
    assert (done, contents(out)) == whole


def test_without_a_fill_the_output_has_no_crossings(folder, whole, tmp_path):
    done = emulate_file(folder / "run", folder / "events/zb_0.h5", tmp_path / "o.h5", quiet)
    assert done.live is None
    found = contents(tmp_path / "o.h5")
    assert list(found) == ["accept", "region", "score1", "score2", "attributes"]
    assert list(found["attributes"]) == ["registers", "rule", "schema"]
    assert found["accept"] == whole[1]["accept"]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 120), max_size=5))
def test_any_cut_gives_the_same(seed, cuts):
    rng = np.random.default_rng(seed)
    region, accept = rng.integers(0, 4, 120).astype(np.uint8), rng.random(120) < 0.4
    expected, dead = one_by_one(accept, FILL, RULES)
    time, counts, kept = LiveTime(FILL, RULES), LiveCounts(), []
    for low, high in zip([0, *sorted(cuts)], [*sorted(cuts), 120], strict=True):
        left, time = time.decide(Decision(region[low:high], accept[low:high]))
        counts += left.counts
        kept += left.accept.tolist()
    assert (kept, counts.dead, counts.colliding) == (expected, dead, 120)


def test_regions_that_dead_time_hits_differently_are_named():
    """B comes in the place after a long gap alone, where nothing is dead any more."""
    fill = FillingScheme.parse("0-24, 3000")
    region = (np.arange(3000) % fill.pairs == 25).astype(np.uint8)
    accept = (region == 1) | (np.random.default_rng(1).random(3000) < 0.3)
    left, _ = LiveTime(fill, DeadTime.parse("1/5")).decide(Decision(region, accept))
    assert left.counts.live_accepts[1] == left.counts.accepts[1] == 115
    assert "B" in left.counts.unequal


def test_regions_that_dead_time_hits_alike_are_not_named():
    rng = np.random.default_rng(2)
    region = rng.integers(0, 3, 30_000).astype(np.uint8)
    accept = rng.random(30_000) < 0.05
    left, _ = LiveTime(FillingScheme.parse("0-3563"), DeadTime.parse("1/9")).decide(
        Decision(region, accept)
    )
    assert left.counts.dead > 5000
    assert left.counts.unequal == ()
    assert left.counts.accepts[3] == 0
    assert LiveCounts().live_fraction == 1
