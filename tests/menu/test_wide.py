"""Menus of more seeds than a word has bits, trigger bits of the file, and strata in the counts."""

import json
from functools import reduce
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.frozen_scans import SCANS
from tests.menu.menus import LAYOUT, abstract, menu
from tests.words import bulk
from trigger_ad import config as configuration
from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.features.layouts.table import layout
from trigger_ad.menu import file, region_prescales
from trigger_ad.menu.counts import MenuCounter, PatternCounts
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import on_hardware
from trigger_ad.menu.patterns import unpack
from trigger_ad.menu.prescalers import accept, start
from trigger_ad.menu.rates import OVERLAPS, menu_rates
from trigger_ad.rates.counters import RunningSum

#: Whose trigger the frozen scan is of.
MODEL = Path(__file__).parents[2] / "models/double_ae_zb"

SEEDS = 130
STRATA = Strata(("soft", "hard"), (0.9, 0.1))
WIDE = menu(
    [f"name: s{i}, object: met, pt: {30 * i + 1}" for i in range(SEEDS // 2)]
    + [f"name: b{i}, bit: L1_{i}, prescale: {1 + i % 3}" for i in range(SEEDS // 2)]
)


def events(number, seed=1):
    """Words, bits, clusters, pile-up, strata."""
    rng = np.random.default_rng(seed)
    bits = {name: rng.random(number) < 0.02 for name in WIDE.bits}
    words = bulk(LAYOUT, number, rng)
    return words, bits, *(rng.integers(0, most, number) for most in (50, 60, 2))


def counted(words, bits, clusters, pileup, stratum):
    counter = MenuCounter(WIDE, (20, 40), STRATA)
    return counter.count(words, {}, clusters, pileup, bits=bits, stratum=stratum)


def piece(columns, low, high):
    words, bits, *rest = columns
    return (
        words[low:high],
        {name: values[low:high] for name, values in bits.items()},
        *(column[low:high] for column in rest),
    )


def test_seeds_beyond_the_first_word_fire():
    words, bits, *_ = events(500)
    fired = unpack(fires(words, WIDE, {}, bits), SEEDS)
    for i in range(SEEDS // 2):
        assert (fired[:, i] == (words[:, 0] >= 30 * i + 1)).all()
        assert (fired[:, SEEDS // 2 + i] == bits[f"L1_{i}"]).all()
    assert fired[:, 64:].any(axis=0).sum() > 30


@given(st.integers(0, 2**32), st.lists(st.integers(0, 300), max_size=6), st.randoms())
def test_pieces_in_any_order_give_the_whole(seed, cuts, shuffled):
    columns = events(300, seed)
    ends = [0, *sorted(cuts), 300]
    parts = [counted(*piece(columns, low, high)) for low, high in pairwise(ends)]
    shuffled.shuffle(parts)
    whole, running = counted(*columns), RunningSum(MenuCounter(WIDE, (20, 40), STRATA).zero())
    for part in parts:
        running.add(part)
    assert running.total() == whole == reduce(PatternCounts.__add__, parts)
    assert whole.to_json() == running.total().to_json()
    assert PatternCounts.from_json(json.loads(json.dumps(whole.to_json()))) == whole
    assert (
        whole.by_cell().sum(axis=(1, 2)).tolist() == np.bincount(columns[4], minlength=2).tolist()
    )


def test_rates_of_each_seed_are_its_counts():
    words, bits, clusters, *_ = events(2000)
    counts = MenuCounter(WIDE).count(words, {}, clusters, bits=bits)
    found = menu_rates(counts, WIDE)
    fired = unpack(fires(words, WIDE, {}, bits), SEEDS)
    assert [rate.effective for rate in (seed.before for seed in found.seeds)] != []
    for seed, column in zip(found.seeds, fired.T, strict=True):
        rate = seed.before
        if rate.value is not None:
            assert rate.value == pytest.approx(column.mean(), rel=1e-12)
    assert found.total_before.value == pytest.approx(fired.any(axis=1).mean(), rel=1e-12)
    record = found.to_json()
    assert len(record["overlap_seeds"]) == OVERLAPS == len(record["overlap_before"])
    assert record["overlap_seeds"][0] == "s0"  # which fires most


def test_prescalers_of_seeds_beyond_the_first_word():
    words, bits, *_ = events(900)
    patterns = fires(words, WIDE, {}, bits)
    accepted = unpack(accept(patterns, WIDE, start(WIDE))[0], SEEDS)
    number = sum(bits["L1_1"])
    assert accepted[:, SEEDS // 2 + 1].sum() == number // 2
    assert not (accepted & ~unpack(patterns, SEEDS)).any()


def test_a_bit_that_events_do_not_have_is_refused():
    words, bits, clusters, *_ = events(10)
    del bits["L1_3"]
    with pytest.raises(ConfigError) as caught:
        MenuCounter(WIDE).count(words, {}, clusters, bits=bits)
    assert str(caught.value) == (
        "the trigger bit L1_3 of menu m must be 10 booleans, not missing: read it with the "
        "events, see events.readers.source.read_range"
    )


def test_a_seed_of_a_bit_says_so_or_not():
    one, other = menu(["name: a, bit: L1_X"]), menu(["name: a, object: bit, bit: L1_X"])
    assert one == other
    assert str(one.seeds[0]) == "a: bit(L1_X) >= 1, prescale 1"
    assert not one.seeds[0].anomaly
    for line, sentence in (
        ("name: a", "seed a must have an object or a bit, not neither"),
        ("name: a, bit: L1_X, pt: 5", "a seed of object bit must have only bit, not pt"),
        ("name: a, object: met, bit: X", "a seed of object met must have only pt_gev, pt, not bit"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            menu([line])


def test_counts_of_other_strata_are_refused():
    counts = counted(*events(50))
    with pytest.raises(ConfigError) as caught:
        menu_rates(counts, WIDE)
    assert str(caught.value) == (
        "the counts for menu m must be of the strata all, not soft, hard: give the strata of the "
        "sample that was counted"
    )
    words, bits, clusters, pileup, stratum = events(50)
    with pytest.raises(ConfigError) as caught:
        menu_rates(counted(words, bits, clusters, pileup, stratum * 0), WIDE, strata=STRATA)
    assert str(caught.value) == (
        "the counts for menu m must have events of stratum hard: draw more of it"
    )
    with pytest.raises(ConfigError, match="the stratum of an event must be from 0 to 1, not 2"):
        counted(words, bits, clusters, pileup, stratum + 1)
    with pytest.raises(ConfigError, match="must be of the same seeds, cuts, strata and"):
        counts + MenuCounter(WIDE, (20, 40)).zero()


def test_counts_of_the_version_before_give_its_rates():
    """Bit for bit: every figure of the menu of a frozen scan follows from its counts."""
    record = json.loads((SCANS / "rates_scan_3.json").read_text())
    counts = PatternCounts.from_json(record["counts"]["menu"])
    assert counts.strata == ONE.names
    registers = record["registers"]
    thresholds = {f"score{n}": registers[f"threshold{n}"] for n in (1, 2)}
    prescales = dict(zip("ABCD", registers["prescale"], strict=True))
    own = configuration.load(MODEL / "config.yaml").features
    found = region_prescales.with_prescales(
        file.load(Path(__file__).with_name("small_0_4.yaml")), prescales
    )
    seeds = on_hardware(found, layout(own), thresholds)
    assert seeds.digest == counts.menu
    found = menu_rates(counts, seeds).to_json()
    for name in ("overlap_before", "overlap_after"):
        assert found[name] == record["menu"][name]
    for mine, other in zip(found["seeds"], record["menu"]["seeds"], strict=True):
        for kind in ("before", "after", "pure", "proportional"):
            assert mine[kind]["efficiency"] == other[kind]["efficiency"]
    assert PatternCounts.from_json(counts.to_json()) == counts


def test_four_seeds_of_one_word_and_of_two_have_the_same_rates():
    """The two ways of summing give the same figures."""
    few, many = abstract(1, 2.5, 20, 0), abstract(1, 2.5, 20, 0, *[1] * 61)
    rng = np.random.default_rng(3)
    patterns = rng.integers(0, 16, 4000).astype(np.uint64)
    clusters = rng.integers(0, 2**40, 4000)
    wide = np.stack([patterns, np.zeros(4000, np.uint64)], axis=1)
    one = menu_rates(PatternCounts.of(patterns, few, clusters), few)
    two = menu_rates(PatternCounts.of(wide, many, clusters), many)
    for mine, other in zip(one.seeds, two.seeds[:4], strict=True):
        for kind in ("before", "after", "pure", "proportional"):
            first, second = getattr(mine, kind), getattr(other, kind)
            assert first.interval.low == pytest.approx(second.interval.low, rel=1e-9)
            assert first.value == pytest.approx(second.value, rel=1e-12)
    assert one.total.value == pytest.approx(two.total.value, rel=1e-12)
