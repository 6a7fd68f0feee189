"""Coverage of the 68 % limits of the predicted background, by toys.

Each row is a way to count the support regions. Three tables:

* fixed means, the counts being those that the estimator sees, after prescale: the lowest and the
  highest coverage of four means of B that differ by a quarter of an event, since estimates of a
  counting prescaler lie on a lattice;
* means drawn from 1 to 1.2 times those of the column;
* fixed means, the counts being fires, before prescale: a prescale of 100 leaves 5 of 500.

The first must be 68 +- 2 % where all counts are at least 500, and nothing may be below 68 %
elsewhere, each within four binomial errors. What reads 500 counts as fires over-covers.

Usage: python tools/check_coverage.py [--toys 20000] [--seed 1] [--likelihood 0]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trigger_ad.abcd.prediction import predicted
from trigger_ad.abcd.yields import Yield, counted, read_out
from trigger_ad.trigger.rule import Rule, realised_prescale

#: From means and a way: the counts that the estimator sees, lowest and highest coverage.
Cell = Callable[..., tuple[tuple[float, ...], float, float]]

#: Expected counts of B, C and D.
MEANS = (
    (1, 1, 1),
    (3, 3, 30),
    (10, 10, 10),
    (30, 20, 300),
    (100, 100, 100),
    (300, 400, 400),
    (500, 500, 500),
    (500, 5000, 5000),
    (700, 900, 6000),
    (5000, 5000, 5000),
)

#: Of the counters, in hundredths.
PRESCALES = (250, 1000, 10_000, 20_000)

#: Name, prescale in hundredths, rule, phase; a counter before prescale has no prescale.
WAYS: tuple[tuple[str, int, Rule, int | None], ...] = (
    ("counter before prescale", 100, Rule.CMS_COUNTER, None),
    *((f"random, PS {ps / 100:g}", ps, Rule.ATLAS_RANDOM, None) for ps in (250, 10_000)),
    *((f"counter, PS {ps / 100:g}", ps, Rule.CMS_COUNTER, None) for ps in PRESCALES),
    *((f"from phase 0, PS {ps / 100:g}", ps, Rule.CMS_COUNTER, 0) for ps in PRESCALES),
)

#: Fires of B, C and D before prescale.
FIRES = ((500, 500, 500), (5000, 5000, 5000), (50_000, 50_000, 50_000))

#: Added to the mean of B, in events after prescale.
OFFSETS = (0.0, 0.25, 0.5, 0.75)

#: Where all counts are at least so many, coverage is held to the tolerance on both sides.
LARGE = 500
TOLERANCE = 0.02


def draw(
    mean: NDArray[np.float64],
    prescale: int,
    rule: Rule,
    phase: int | None,
    rng: np.random.Generator,
) -> Yield:
    """Yield of one region in many toys, `mean` events expected after prescale."""
    realised = realised_prescale(prescale, rule)
    fires = rng.poisson(mean * realised)
    if prescale == 100:
        return counted(fires)
    if not rule.counts:
        return read_out(rng.binomial(fires, 1 / realised), prescale, rule)
    start = rng.integers(0, prescale, len(fires)) if phase is None else phase
    return read_out((100 * fires + start) // prescale, prescale, rule, phase)


def coverage(
    means: tuple[float, ...],
    prescale: int,
    rule: Rule,
    phase: int | None,
    toys: int,
    seed: int,
    spread: float = 0.0,
) -> float:
    """Fraction of toys whose limits hold the true background.

    `means` are expected after prescale; each toy draws its own from 1 to 1 + `spread` times them.
    """
    rng = np.random.default_rng([seed, prescale, *(int(1000 * mean) for mean in means)])
    true = [mean * rng.uniform(1, 1 + spread, toys) for mean in means]
    b, c, d = (draw(mean, prescale, rule, phase, rng) for mean in true)
    found = predicted(b, c, d)
    truth = true[0] * true[1] / true[2] * realised_prescale(prescale, rule)
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


def fixed(means: tuple[float, ...], *how: Any) -> tuple[float, float]:
    """Lowest and highest coverage of means that differ by parts of an event; see `coverage`."""
    b, c, d = means
    found = [coverage((b + offset, c, d), *how) for offset in OFFSETS]
    return min(found), max(found)


def outside(means: tuple[float, ...], low: float, high: float, toys: int) -> bool:
    """Whether coverages break the claim by more than four binomial errors."""
    noise = 4 * (0.68 * 0.32 / toys) ** 0.5
    if min(means) < LARGE:
        return low < 0.68 - noise
    return low < 0.68 - TOLERANCE - noise or high > 0.68 + TOLERANCE + noise


def strength_coverage(means: tuple[float, ...], toys: int, seed: int) -> float:
    """Fraction of toys in which the likelihood's interval holds a signal of 3 sqrt(B)."""
    from trigger_ad.abcd.likelihood import fit_signal

    background = means[0] * means[1] / means[2]
    signal = 3 * background**0.5
    draws = np.random.default_rng([seed, 7]).poisson([background + signal, *means], (toys, 4))
    fits = [fit_signal(np.maximum(n, [0, 1, 1, 1]).tolist(), [1, 0, 0, 0]) for n in draws]
    return float(np.mean([fit.low <= signal <= fit.high for fit in fits]))


def table(title: str, columns: tuple[tuple[float, ...], ...], cell: Cell, toys: int) -> int:
    """Print one table; how many cells break the claim."""
    missed = 0
    print(f"\n{title}\n{'B C D':24}" + "".join(f"{_name(means):>19}" for means in columns))
    for name, *way in WAYS:
        print(f"{name:24}", end="")
        for means in columns:
            seen, low, high = cell(means, *way)
            wrong = outside(seen, low, high, toys)
            missed += wrong
            text = f"{low:.3f}" if low == high else f"{low:.3f}-{high:.3f}"
            print(f"{text + '!' * wrong:>19}", end="", flush=True)
        print()
    return missed


def _name(means: tuple[float, ...]) -> str:
    return "/".join(f"{mean:g}" for mean in means)


def main() -> int:
    """Print the tables; 1 where an estimator covers too little, or too much at large counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--toys", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--likelihood", type=int, default=0, help="toys of the likelihood")
    options = parser.parse_args()
    how = options.toys, options.seed

    def seen(means: tuple[float, ...], *way: Any) -> tuple[tuple[float, ...], float, float]:
        return means, *fixed(means, *way, *how)

    def drawn(means: tuple[float, ...], *way: Any) -> tuple[tuple[float, ...], float, float]:
        prescale, rule, phase = way
        value = coverage(means, prescale, rule, phase, *how, 0.2)
        return means, value, value

    def fires(means: tuple[float, ...], *way: Any) -> tuple[tuple[float, ...], float, float]:
        left = tuple(mean / realised_prescale(*way[:2]) for mean in means)
        return left, *fixed(left, *way, *how)

    missed = table("counts after prescale, fixed means", MEANS, seen, options.toys)
    missed += table("counts after prescale, drawn means", MEANS, drawn, options.toys)
    missed += table("counts before prescale, fixed means", FIRES, fires, options.toys)
    if options.likelihood:
        row = [strength_coverage(means, options.likelihood, options.seed) for means in MEANS[3:]]
        print(f"\n{'likelihood, strength':24}" + " " * 57 + "".join(f"{v:19.3f}" for v in row))
        missed += sum(
            outside(means, value, value, options.likelihood)
            for means, value in zip(MEANS[3:], row, strict=True)
        )
    print(f"\n{missed} outside of 68 +- 2 % where counts are >= 500, or below 68 % elsewhere")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
