"""Planted strata: figures equal the truth and those of a plain sample, and intervals cover."""

import importlib.util
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.menu.menus import abstract
from trigger_ad.abcd.estimate import estimate
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.rates import menu_rates

PATH = Path(__file__).parents[2] / "tools" / "check_strata.py"

STRATA = Strata(("soft", "jets", "hard"), (0.6, 0.3, 0.1), (6000, 6000, 6000))

#: Of the seeds threshold 3, A and B.
MENU = abstract(2, 1, 20)


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("check_strata", PATH)
    tool = importlib.util.module_from_spec(spec)
    sys.modules["check_strata"] = tool
    spec.loader.exec_module(tool)
    yield tool
    del sys.modules["check_strata"]


def world(tool, library):
    """Strata that differ much in all that is rated, in which a cluster is worth few events."""
    types = np.array([[0.8, 0.2]] * 3)
    first = np.array([[0.5, 0.8], [0.05, 0.4], [0.9, 0.7]])
    second = np.array([[0.5, 0.3], [0.05, 0.3], [0.9, 0.6]])
    together = np.array([[-0.9, -0.6], [0.1, 0.1], [0.1, 0.1]])
    steps = np.array([[0.02, 0.1], [0.4, 0.6], [0.9, 0.97]])
    return tool.World("planted", STRATA, library, types, first, second, together, steps)


@pytest.mark.parametrize("library", [(0, 0, 0), (300, 150, 150)])
def test_figures_are_the_truth_and_intervals_cover(tool, library):
    """Weights, strata and clusters are needed, each of them."""
    parts = list(tool.rated(world(tool, library), toys=300, seed=4))
    assert [len(part.names) for part in parts] == [12, 2, 4, 1]
    for part in parts:
        missed = part.missed()
        wrong = [name for name, bad in zip(part.names, missed.any(axis=0), strict=True) if bad]
        assert not wrong, [
            (tool._row(part, part.names.index(name), missed[:, 0])) for name in wrong
        ]


def test_what_is_wrong_is_seen(tool):
    """Half a standard deviation, or intervals of half or twice the length."""
    rng = np.random.default_rng(5)
    value, truth, one = rng.normal(3, 1, (4000, 1)), np.array([3.0]), {0.68: 0.02, 0.95: 0.02}

    def missed(shift=0.0, length=1.0, effective=1e4):
        low, high = (
            {level: value + sign * length * half for level, half in ((0.68, 0.994), (0.95, 1.96))}
            for sign in (-1, 1)
        )
        worth, heavy = np.full((4000, 1), effective), np.full(1, 1e-3)
        return (
            tool.Toys(("a",), truth, value + shift, worth, low, high, heavy, one)
            .missed()[:, 0]
            .tolist()
        )

    assert missed() == [False] * 3
    assert missed(shift=0.5) == [True, False, False]
    assert missed(length=0.5) == [False, True, True]
    assert missed(length=2.0) == [False, True, True]
    assert missed(length=2.0, effective=50.0) == [False] * 3


def expected(tool, truth):
    """Rates of the menu from the truth, over every outcome of three independent prescalers."""
    fired, found = tool.SEEDS[:, tool.MENU], {}
    for accepts in itertools.product((0, 1), repeat=3):
        kept = fired * np.array(accepts)
        chance = np.prod(np.where(accepts, tool.KEPT, 1 - tool.KEPT)) * truth
        number = kept.sum(axis=1)
        for name, weights in (
            ("after", kept),
            ("pure", kept * (number == 1)[:, None]),
            ("proportional", kept / np.maximum(number, 1)[:, None]),
        ):
            found[name] = found.get(name, 0) + chance @ weights
    return found


def rated(tool, kinds, clusters, stratum, strata):
    patterns = (tool.SEEDS[kinds][:, tool.MENU] * [1, 2, 4]).sum(axis=1).astype(np.uint64)
    counts = PatternCounts.of(patterns, MENU, clusters, stratum=stratum, strata=strata)
    return menu_rates(counts, MENU, strata=strata)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sample_in_strata_says_what_a_plain_one_says(tool, seed):
    planted, rng = world(tool, (2000, 1000, 1000)), np.random.default_rng([seed, 16])
    tables = planted.draw(rng)
    rows = [np.repeat(np.indices(t.shape).reshape(2, -1), t.ravel(), axis=1) for t in tables]
    stratum = np.repeat([0, 1, 2], STRATA.drawn)
    clusters, kinds = np.concatenate(rows, axis=1)
    mine = rated(tool, kinds, clusters + 10_000 * stratum, stratum, STRATA)
    alike = rng.choice(len(planted.truth), 300_000, p=planted.truth)
    plain = rated(tool, alike, rng.integers(0, 2**62, len(alike)), np.zeros(len(alike), int), ONE)

    truth = expected(tool, planted.truth)
    pairs = []
    for place, seeds in enumerate(zip(mine.seeds, plain.seeds, strict=True)):
        for kind, values in truth.items():
            pairs.append((*(getattr(one, kind) for one in seeds), values[place]))
    fires = planted.truth @ tool.SEEDS[:, tool.MENU]
    pairs += [
        (a.before, b.before, f) for a, b, f in zip(mine.seeds, plain.seeds, fires, strict=True)
    ]
    both = planted.truth @ (tool.SEEDS[:, 2] & tool.SEEDS[:, 4])
    pairs.append((mine.overlap_before[0][1], plain.overlap_before[0][1], both))
    pairs.append((mine.total, plain.total, truth["proportional"].sum()))
    for one, other, true in pairs:
        errors = [(r.interval.high - r.interval.low) / 3.92 for r in (one, other)]
        assert abs(one.value - true) < 4 * errors[0]
        assert abs(one.value - other.value) < 4 * np.hypot(*errors)

    regions = [tool._of_regions(table) for table in tables]
    ratio = tool.estimate_in_strata(regions, STRATA)
    whole = estimate(np.bincount(tool.REGION[alike], minlength=4))
    a, b, c, d = planted.truth @ np.eye(4)[tool.REGION]
    assert abs(np.log(ratio.ratio * d * a / (b * c))) < 4 * ratio.ratio_error / ratio.ratio
    errors = ratio.ratio_error / ratio.ratio, whole.ratio_error / whole.ratio
    assert abs(np.log(ratio.ratio / whole.ratio)) < 4 * np.hypot(*errors)
    assert ratio.predicted == pytest.approx(sum(STRATA.drawn) * b * c / d, rel=0.3)
