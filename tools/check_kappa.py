"""Coverage of the error of kappa, by toys whose non-closure is known.

Two tables:

* events of scores that are planted to be related, drawn plainly and in strata, with clusters:
  each measurement of kappa against its own truth, at the cut on the threshold split, in each plane
  beside it, and the slope in pile-up. Their pulls must have a standard deviation of 1 within 5 %
  and a mean of 0 within 10 %;
* the combination, where planes differ from region A, and from each other, by a known scatter: the
  part of toys whose interval holds the truth. 68 and 95 % intervals must hold it in no fewer than
  62 and 90 %; where planes do not differ they hold it more often than stated. A shift of all planes
  to one side, which their scatter does not show, is only found by the value at the cut: what
  intervals hold then is printed, and nothing is claimed.

Usage: python tools/check_kappa.py [--toys 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trigger_ad.abcd.beside import Beside, Factors, ScoredSample, beside, factors
from trigger_ad.abcd.combined_kappa import combine
from trigger_ad.abcd.pileup_kappa import against_pileup
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of

#: One tight cut, one loose one.
CUTS = (900, 600)

#: Events of a sample, and values that a score has.
EVENTS, VALUES = 40_000, 1000

#: Strata: part of all events, part of the sample, part of related scores.
STRATA = ((0.9, 0.5, 0.0), (0.1, 0.5, 0.4))

#: Relative error at the cut, and of a plane.
ERRORS = ((0.10, 0.035), (0.05, 0.035), (0.05, 0.05))

#: Relative scatter of kappa between planes and region A.
SCATTERS = (0.0, 0.03, 0.06, 0.10, 0.20)

PLANES = 6


def sample(rng: np.random.Generator, events: int, in_strata: bool, copies: int) -> ScoredSample:
    """Events with related scores; some of them come in clusters of equal ones."""
    chances = [drawn if in_strata else part for part, drawn, _ in STRATA]
    number = events // copies
    place = np.sort(rng.choice(len(STRATA), number, p=chances))
    related = rng.random(number) < np.array([row[2] for row in STRATA])[place]
    one, two = rng.integers(0, VALUES, number), rng.integers(0, VALUES, number)
    two = np.where(related, (one + two) // 2, two)
    pileup = rng.integers(30, 80, number).astype(np.int32)
    clusters = np.repeat(np.arange(number), copies)
    parts = [row[0] for row in STRATA]
    drawn = Stratified.of(place[clusters], parts, clusters) if in_strata else None
    return ScoredSample.of((one[clusters], two[clusters]), drawn, clusters, pileup[clusters])


def measured(planes: tuple[Beside, ...], own: ScoredSample) -> Factors:
    """The cut itself, and planes beside it."""
    region = region_of(own.score1, own.score2, *CUTS)
    return factors([region, *(plane.codes(own) for plane in planes)], own)


@cache
def known() -> tuple[tuple[Beside, ...], NDArray[np.float64]]:
    """Planes and their true factors, from every pair of values that scores can have."""
    one, two = (of.ravel() for of in np.indices((VALUES, VALUES)))
    pair = np.tile(one, 2), np.concatenate([two, (one + two) // 2])
    related = sum(part * of_it for part, _, of_it in STRATA)
    place = np.repeat([0, 1], VALUES**2)
    whole = ScoredSample.of(pair, Stratified.of(place, (1 - related, related)))
    planes = beside(CUTS, whole)
    return planes, measured(planes, whole).value


def pulls(in_strata: bool, copies: int, toys: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Of each measurement, and of the slope in pile-up, which is 0."""
    rng = np.random.default_rng([seed, in_strata, copies])
    planes, truth = known()
    found, slopes = [], []
    for _ in range(toys):
        own = sample(rng, EVENTS, in_strata, copies)
        factor = measured(planes, own)
        found.append((factor.value - truth) / factor.error)
        slope = against_pileup(planes, own, factor.taken(np.arange(1, len(truth))))
        slopes += [] if slope is None else [slope.slope / slope.error]
    names = ("the same cut", *(plane.name for plane in planes))
    rows = dict(zip(names, np.array(found).T, strict=True))
    enough = len(slopes) > 0.9 * toys  # else these are the toys that fluctuated up
    return rows | ({"slope": np.array(slopes)} if enough else {})


def covered(
    errors: tuple[float, float], scatter: float, shift: float, toys: int, seed: int
) -> tuple[float, float, float]:
    """Part of combinations within 1 and 1.96 standard deviations, and their mean error.

    Planes lie by `shift` beside region A, all to the same side.
    """
    at_cut, of_plane = errors
    rng = np.random.default_rng([seed, *(round(1000 * one) for one in (*errors, scatter, shift))])
    inside = []
    for _ in range(toys):
        truth, *values = rng.normal(0, scatter, PLANES + 1)
        same = _factors(np.array([rng.normal(truth, at_cut)]), at_cut)
        planes = _factors(rng.normal(np.add(values, shift), of_plane), of_plane)
        value, error, _ = combine(same, planes)
        inside.append((abs(value - truth) < error, abs(value - truth) < 1.96 * error, error))
    one, two, error = np.mean(inside, axis=0)
    return float(one), float(two), float(error)


def _factors(values: NDArray[np.float64], error: float) -> Factors:
    number = len(values)
    return Factors(values, error**2 * np.eye(number), np.full(number, 1000.0))


def rows_of_pulls(toys: int, seed: int) -> Iterator[tuple[str, bool]]:
    """Lines of the first table, and whether each breaks the claim."""
    for in_strata, copies in ((False, 1), (False, 2), (True, 1), (True, 2)):
        how = f"{'strata' if in_strata else 'plain'}, clusters of {copies}"
        for name, values in pulls(in_strata, copies, toys, seed).items():
            noise = 4 / math.sqrt(2 * len(values))
            mean, width = float(values.mean()), float(values.std())
            wrong = abs(width - 1) > 0.05 + noise or abs(mean) > 0.10 + noise
            text = f"{how:24}{name:40}{mean:+8.3f}{width:8.3f}"
            yield text + " !" * wrong, wrong


def rows_of_coverage(toys: int, seed: int) -> Iterator[tuple[str, bool]]:
    """Lines of the second table, and whether each breaks the claim."""
    rows = [(errors, scatter, 0.0) for errors in ERRORS for scatter in SCATTERS]
    rows += [(errors, 0.0, shift) for errors in ERRORS for shift in SCATTERS[1:]]
    for errors, scatter, shift in rows:
        one, two, error = covered(errors, scatter, shift, toys, seed)
        wrong = not shift and (one < 0.62 or two < 0.90)
        numbers = (*errors, scatter, shift, one, two, error)
        yield "".join(f"{number:9.3f}" for number in numbers) + " !" * wrong, wrong


def main() -> int:
    """Print both tables; 1 where one of them breaks its claim."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--toys", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    missed = 0
    print(f"{'events':24}{'kappa of':40}{'mean':>8}{'width':>8}   of pulls")
    for line, wrong in rows_of_pulls(options.toys, options.seed):
        print(line, flush=True)
        missed += wrong
    names = ("at cut", "plane", "scatter", "shift", "68 %", "95 %", "error")
    print("\n" + "".join(f"{name:>9}" for name in names))
    for line, wrong in rows_of_coverage(4 * options.toys, options.seed):
        print(line, flush=True)
        missed += wrong
    print(f"\n{missed} outside of what is claimed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
