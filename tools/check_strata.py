"""Figures of a sample drawn in strata against a known truth: the tables of docs/strata.md.

    python tools/check_strata.py [--toys 10000] [--seed 1] [--only WORD]

A toy crossing is of a stratum and has a hard collision of some type, which it shares with others in
the worlds with a library; type and stratum give the probabilities that score 1, score 2 and a
conventional seed at four thresholds fire. So the truth is a sum. Coverage is that of the intervals
of rates, of rates after prescale, pure and proportional rates, totals, overlaps, of fractions of a
part of the events as of a bin of pile-up, of regions, and of predicted / observed.

Claimed is coverage within 2 % of nominal where a figure has 100 effective events and its error is
`MANY` times the weight of an event of the heaviest stratum, and nowhere more than 2 % below. At
68 % a menu of a plain sample is allowed 3.5 %: its 64 groups of clusters scatter, and a design
effect below 1 is taken as 1. Three binomial errors come on top. The exit code is 1 where it does
not hold.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import estimate, estimate_in_strata
from trigger_ad.events.strata import Strata
from trigger_ad.menu.sums import DENSE, Kind
from trigger_ad.statistics.fractions import fractions
from trigger_ad.statistics.intervals import is_few
from trigger_ad.statistics.moments import Moments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Nominal coverages, and how far off is accepted; at 68 % for the menu of a plain sample.
LEVELS, TOLERANCE, OF_PLAIN_MENU = (0.68, 0.95), 0.02, 0.035

#: Standard error over the weight of an event of the heaviest stratum, from which on coverage is
#: held to the tolerance on both sides, by level: the square root of the events in a plain sample.
MANY = {0.68: 12.5, 0.95: 5.0}

#: Groups of clusters of the regions, and of a menu.
REGION_GROUPS, MENU_GROUPS = 256, 64

#: Thresholds of the conventional seed: a kind of event is its highest, and a region.
STEPS = 5

#: Every combination of step and region; regions A, B, C, D are 0 to 3.
STEP, REGION = np.divmod(np.arange(4 * STEPS), 4)

#: Fires of the seeds by kind: the conventional one at each threshold, A, B.
SEEDS = np.column_stack([*(step <= STEP for step in range(1, STEPS)), REGION == 0, REGION == 1])

#: Of the menu of the last conventional seed but one, A and B.
MENU, KEPT = [2, 4, 5], np.array([0.5, 1.0, 0.05])


#: Kinds of the events of a part of the sample: those in which score 2 fires.
INSIDE = np.flatnonzero(REGION % 2 == 0)

#: Bias of a ratio of counts that is allowed, in standard errors of one sample.
SECOND_ORDER = 0.04


@dataclass(frozen=True)
class World:
    """How crossings come about.

    Parameters
    ----------
    name : str
    strata : Strata
        With the numbers drawn.
    library : tuple of int
        Hard collisions of each stratum, from which crossings draw theirs; 0 for one each.
    types : ndarray (strata, types)
        Probability of each type of collision.
    score1, score2 : ndarray (strata, types)
        Probability that a score fires.
    together : ndarray (strata, types)
        Correlation of the two fires.
    steps : ndarray (strata, types)
        Probability to reach the next threshold of the conventional seed.
    """

    name: str
    strata: Strata
    library: tuple[int, ...]
    types: Floats
    score1: Floats
    score2: Floats
    together: Floats
    steps: Floats

    @cached_property
    def kinds(self) -> Floats:
        """(strata, types, kinds): probability of each kind of event."""
        one, two = self.score1, self.score2
        both = one * two + self.together * np.sqrt(one * (1 - one) * two * (1 - two))
        regions = np.stack([both, one - both, two - both, 1 - one - two + both], axis=-1)
        p = self.steps[..., None]
        reached = p ** np.arange(STEPS) * np.where(np.arange(STEPS) < STEPS - 1, 1 - p, 1)
        return np.asarray(reached[..., STEP] * regions[..., REGION])

    @cached_property
    def truth(self) -> Floats:
        """(kinds,): part of all crossings."""
        within = (self.types[..., None] * self.kinds).sum(axis=1)
        return np.asarray(np.array(self.strata.probabilities) @ within)

    def draw(self, rng: np.random.Generator) -> list[Integers]:
        """Events of each stratum by cluster and kind; of groups of clusters without a library."""
        return [self._stratum(place, rng) for place in range(len(self.strata.names))]

    def _stratum(self, place: int, rng: np.random.Generator) -> Integers:
        drawn, library = self.strata.drawn[place], self.library[place]
        if not library:
            kinds = self.types[place] @ self.kinds[place]
            flat = np.outer(np.full(REGION_GROUPS, 1 / REGION_GROUPS), kinds).ravel()
            return rng.multinomial(drawn, flat).reshape(REGION_GROUPS, -1)
        types = rng.choice(len(self.types[place]), library, p=self.types[place])
        sizes = rng.multinomial(drawn, np.full(library, 1 / library))
        return rng.multinomial(sizes, self.kinds[place][types])


def _world(name: str, library: tuple[int, ...], strata: Strata) -> World:
    """Two types of collision, the rarer one fires more; harder strata fire more."""
    hard = np.array([[0.0], [1.0], [2.0]])
    types = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]])
    rarer = np.array([[0.0, 1.0]])
    first = 0.04 * 3.0**hard * 2.0**rarer
    second = 0.03 * 3.2**hard * 1.8**rarer
    steps = np.array([[0.05, 0.10], [0.25, 0.40], [0.60, 0.85]])
    return World(name, strata, library, types, first, second, np.full_like(first, 0.1), steps)


def _one(name: str, library: tuple[int, ...], events: int) -> World:
    """A plain sample in which few collisions are hard."""
    strata = Strata(("all",), (1.0,), (events,))
    first, second, steps = (np.array([row]) for row in ((0.1, 0.3), (0.05, 0.2), (0.05, 0.45)))
    types, together = np.array([[0.9, 0.1]]), np.full((1, 2), 0.1)
    return World(name, strata, library, types, first, second, together, steps)


#: Rare strata are drawn far more often than they occur.
NAMES, PARTS = ("soft", "jets", "hard"), (0.90, 0.09, 0.01)

WORLDS = (
    _one("one stratum", (0,), 40_000),
    _one("one stratum, library", (4000,), 40_000),
    _world("three strata", (0, 0, 0), Strata(NAMES, PARTS, (60_000, 20_000, 20_000))),
    _world("three strata, library", (4000, 1000, 800), Strata(NAMES, PARTS, (24_000, 8000, 8000))),
)


def _grouped(table: Integers, rng: np.random.Generator) -> Integers:
    """Clusters in groups at random, as their hashes put them."""
    if len(table) == REGION_GROUPS:
        return table
    groups = np.zeros((REGION_GROUPS, table.shape[1]), np.int64)
    np.add.at(groups, rng.integers(0, REGION_GROUPS, len(table)), table)
    return groups


def _of_regions(table: Integers) -> Integers:
    return np.asarray(table.reshape(len(table), STEPS, 4).sum(axis=1))


@dataclass(frozen=True)
class Figures:
    """What is rated: names, and weights of an event of each kind (kinds, figures)."""

    names: tuple[str, ...]
    weights: Floats
    largest: Floats

    @classmethod
    def of_menu(cls) -> Figures:
        """Seeds before prescale, and a menu of three after it."""
        fired, ones = SEEDS[:, MENU], np.ones(len(SEEDS))
        names = [f"rate, threshold {step}" for step in range(1, STEPS)] + ["rate of A", "rate of B"]
        weights, largest = [*SEEDS.T.astype(np.float64)], [1.0] * SEEDS.shape[1]
        menu: tuple[tuple[Kind, int], ...]
        menu = ("after", 2), ("pure", 0), ("pure", 1), ("proportional", 1)
        for kind, seed in menu:
            names.append(f"{kind}, {('threshold 3', 'A', 'B')[seed]}")
            weights.append(DENSE[kind](fired, KEPT)[:, seed])
            largest.append(KEPT[seed])
        weights += [DENSE["total"](fired, KEPT)[:, 0], ones * (SEEDS[:, 1] & SEEDS[:, 4])]
        names += ["total", "overlap of A and threshold 2"]
        return cls(tuple(names), np.column_stack(weights), np.array([*largest, KEPT.max(), 1.0]))

    @classmethod
    def inside(cls) -> Figures:
        """Seeds among the events in which score 2 fires, which stand for a bin of pile-up."""
        names = "A of score 2", "threshold 2 of score 2"
        return cls(names, SEEDS[INSIDE][:, [4, 1]].astype(np.float64), np.ones(2))

    @classmethod
    def of_regions(cls) -> Figures:
        """Regions before prescale."""
        names = tuple(f"region {name}" for name in "ABCD")
        return cls(names, np.eye(4)[REGION], np.ones(4))


@dataclass(frozen=True)
class Toys:
    """Outcomes of many toys, (toys, figures), or (figures,) for the truth.

    Parameters
    ----------
    names : tuple of str
    truth, value, effective : ndarray
    low, high : dict of float to ndarray
        By level.
    heaviest : ndarray (figures,)
        Weight of an event of the stratum in which it stands for most; NaN for a ratio.
    tolerance : dict of float to float
        By which coverage may be too high, by level.
    """

    names: tuple[str, ...]
    truth: Floats
    value: Floats
    effective: Floats
    low: dict[float, Floats]
    high: dict[float, Floats]
    heaviest: Floats
    tolerance: dict[float, float]

    @property
    def bias(self) -> Floats:
        """Mean over toys minus truth, in standard errors of one toy."""
        return np.asarray((self.value.mean(axis=0) - self.truth) / self.value.std(axis=0))

    def coverage(self, level: float) -> Floats:
        """Part of the toys whose interval holds the truth."""
        return np.asarray(
            ((self.low[level] <= self.truth) & (self.truth <= self.high[level])).mean(axis=0)
        )

    @property
    def many(self) -> Floats:
        """Standard error over the weight of an event of the heaviest stratum."""
        return np.asarray(self.value.std(axis=0) / self.heaviest)

    def missed(self) -> NDArray[np.bool_]:
        """(1 + levels, figures): whether bias, and coverage at each level, are not as claimed."""
        toys = len(self.value)
        rows = [np.abs(self.bias) > 4 / np.sqrt(toys) + SECOND_ORDER]
        enough = ~np.array([is_few(n) for n in np.median(self.effective, axis=0)])
        for level in LEVELS:
            noise = 3 * np.sqrt(level * (1 - level) / toys)
            off = self.coverage(level) - level
            held = enough & ~(self.many < MANY[level])
            high = held & (off > self.tolerance[level] + noise)
            rows.append((off < -TOLERANCE - noise) | high)
        return np.array(rows)


def rated(world: World, toys: int, seed: int) -> Iterator[Toys]:
    """Draw and rate toys: seeds and menu, regions, prediction."""
    rng = np.random.default_rng([seed, len(world.name)])
    menu, inside, regions = Figures.of_menu(), Figures.inside(), Figures.of_regions()
    found: dict[str, list[list[Floats]]] = {
        key: [] for key in ("menu", "inside", "regions", "ratio")
    }
    for _ in range(toys):
        tables = world.draw(rng)
        groups = np.stack([_grouped(table, rng) for table in tables])
        quarter = groups.reshape(len(groups), -1, MENU_GROUPS, groups.shape[2]).sum(axis=1)
        found["menu"].append(_fractions(menu, quarter, world.strata))
        drawn = quarter.sum(axis=(1, 2))
        found["inside"].append(_fractions(inside, quarter[..., INSIDE], world.strata, drawn))
        found["regions"].append(_fractions(regions, groups, world.strata))
        found["ratio"].append(_ratio([_of_regions(table) for table in tables], world.strata))
    weight = float(np.max(np.array(world.strata.probabilities) / world.strata.drawn))
    plain = len(tables) == 1
    of_menu = {0.68: OF_PLAIN_MENU if plain else TOLERANCE, 0.95: TOLERANCE}
    alike = dict.fromkeys(LEVELS, TOLERANCE)
    part = float(world.truth[INSIDE].sum())
    a, b, c, d = world.truth @ np.eye(4)[REGION]
    for figures, key, truth, scale, tolerance in (
        (menu, "menu", world.truth @ menu.weights, 1.0, of_menu),
        (inside, "inside", world.truth[INSIDE] @ inside.weights / part, part, of_menu),
        (regions, "regions", world.truth @ regions.weights, 1.0, alike),
    ):
        heaviest = weight * figures.largest / scale
        yield _toys(figures.names, truth, found[key], heaviest, tolerance)
    name, unknown = ("predicted / observed",), np.full(1, np.nan)
    yield _toys(name, np.array([b * c / (d * a)]), found["ratio"], unknown, alike)


def _fractions(
    figures: Figures, groups: Integers, strata: Strata, drawn: Integers | None = None
) -> list[Floats]:
    moments = Moments.of(figures.weights, groups)
    parts = [
        fractions(moments, figures.largest, strata.probabilities, level, drawn=drawn)
        for level in LEVELS
    ]
    ends = [end for part in parts for end in (part.low, part.high)]
    return [parts[0].value, parts[0].effective, *ends]


def _ratio(tables: list[Integers], strata: Strata) -> list[Floats]:
    if len(tables) == 1:
        found = estimate(tables[0].sum(axis=0), tables[0])
    else:
        found = estimate_in_strata(tables, strata)
    ends = [end for level in LEVELS for end in found.interval(level)]
    return [np.array([number]) for number in (found.ratio, found.effective, *ends)]


def _toys(
    names: tuple[str, ...],
    truth: Floats,
    rows: list[list[Floats]],
    heaviest: Floats,
    tolerance: dict[float, float],
) -> Toys:
    value, effective, *ends = np.array(rows).transpose(1, 0, 2)
    low, high = (dict(zip(LEVELS, ends[i::2], strict=True)) for i in (0, 1))
    return Toys(names, truth, value, effective, low, high, heaviest, tolerance)


def table(world: World, toys: int, seed: int) -> int:
    """Print the rows of a world; how many figures are not as claimed."""
    print(f"\n{world.name}: {sum(world.strata.drawn):,} crossings\n")
    print("| figure | truth | effective events | error / heaviest | bias | 68 % | 95 % |")
    print("|---|---|---|---|---|---|---|")
    wrong = 0
    for part in rated(world, toys, seed):
        missed = part.missed()
        wrong += int(missed.any(axis=0).sum())
        for row in range(len(part.names)):
            print(_row(part, row, missed[:, row]), flush=True)
    return wrong


def _row(part: Toys, row: int, missed: NDArray[np.bool_]) -> str:
    numbers = [
        f"{part.bias[row]:+.2f}",
        *(f"{100 * part.coverage(level)[row]:.1f}" for level in LEVELS),
    ]
    marked = [text + "!" * bool(wrong) for text, wrong in zip(numbers, missed, strict=True)]
    heavy = f"{part.many[row]:.1f}" if np.isfinite(part.many[row]) else "–"
    effective = np.median(part.effective[:, row])
    cells = part.names[row], f"{part.truth[row]:.3g}", f"{effective:.0f}", heavy, *marked
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Print the tables; 1 where a figure is biased or its coverage is not as claimed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--toys", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="worlds whose name has this in it")
    given = parser.parse_args()
    began = time.process_time()
    chosen = [world for world in WORLDS if given.only in world.name]
    wrong = sum(table(world, given.toys, given.seed) for world in chosen)
    print(f"\n{wrong} figures not as claimed; {time.process_time() - began:.0f} s of CPU time")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
