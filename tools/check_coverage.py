"""Coverage of the 68 % limits of the predicted background, by toys.

Each row is a way to count the support regions, each column the expected events that are counted
in B, C and D, after prescale. Where all are at least 500, each toy draws its means from 1 to 1.2
times that, since estimates of a counting prescaler lie on a lattice; below they are fixed.

Usage: python tools/check_coverage.py [--toys 20000] [--seed 1] [--likelihood 0]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trigger_ad.rates.prediction import predicted
from trigger_ad.rates.yields import Yield, counted, read_out
from trigger_ad.trigger.rule import Rule, realised_prescale

#: Expected counts of B, C and D.
MEANS = (
    (1, 1, 1), (3, 3, 30), (10, 10, 10), (30, 20, 300), (100, 100, 100), (300, 400, 400),
    (500, 500, 500), (700, 900, 6000), (5000, 5000, 5000),
)  # fmt: skip

#: Name, prescale in hundredths, rule, phase; a counter before prescale has no prescale.
WAYS: tuple[tuple[str, int, Rule, int | None], ...] = (
    ("counter before prescale", 100, Rule.CMS_COUNTER, None),
    *((f"random, PS {ps / 100:g}", ps, Rule.ATLAS_RANDOM, None) for ps in (250, 10_000)),
    *((f"counter, PS {ps / 100:g}", ps, Rule.CMS_COUNTER, None) for ps in (250, 1000, 10_000)),
    *((f"from phase 0, PS {p / 100:g}", p, Rule.CMS_COUNTER, 0) for p in (250, 1000, 10_000)),
)

#: Tolerance where all counts are at least 500.
TOLERANCE = 0.02


def draw(
    mean: NDArray[np.float64], prescale: int, rule: Rule, phase: int | None,
    rng: np.random.Generator,
) -> Yield:  # fmt: skip
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
    means: tuple[float, ...], prescale: int, rule: Rule, phase: int | None, toys: int, seed: int
) -> float:
    """Fraction of toys whose limits hold the true background."""
    rng = np.random.default_rng([seed, prescale, *(int(mean) for mean in means)])
    spread = 0.2 if min(means) >= 500 else 0.0
    true = [mean * rng.uniform(1, 1 + spread, toys) for mean in means]
    b, c, d = (draw(mean, prescale, rule, phase, rng) for mean in true)
    found = predicted(b, c, d)
    truth = true[0] * true[1] / true[2] * realised_prescale(prescale, rule)
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


def strength_coverage(means: tuple[float, ...], toys: int, seed: int) -> float:
    """Fraction of toys in which the likelihood's interval holds a signal of 3 sqrt(B)."""
    from trigger_ad.rates.likelihood import fit_signal

    background = means[0] * means[1] / means[2]
    signal = 3 * background**0.5
    draws = np.random.default_rng([seed, 7]).poisson([background + signal, *means], (toys, 4))
    fits = [fit_signal(np.maximum(n, [0, 1, 1, 1]).tolist(), [1, 0, 0, 0]) for n in draws]
    return float(np.mean([fit.low <= signal <= fit.high for fit in fits]))


def main() -> int:
    """Print the table; 1 where an estimator covers too little, or too much at large counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--toys", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--likelihood", type=int, default=0, help="toys of the likelihood")
    options = parser.parse_args()
    noise = 4 * (0.68 * 0.32 / options.toys) ** 0.5
    missed = 0
    print(f"{'B C D':24}" + "".join(f"{'/'.join(map(str, m)):>16}" for m in MEANS))
    for name, prescale, rule, phase in WAYS:
        row = [
            coverage(means, prescale, rule, phase, options.toys, options.seed) for means in MEANS
        ]
        print(f"{name:24}" + "".join(f"{value:16.3f}" for value in row), flush=True)
        for means, value in zip(MEANS, row, strict=True):
            large = min(means) >= 500
            missed += value < 0.68 - noise - TOLERANCE * large
            missed += large and value > 0.68 + noise + TOLERANCE
    if options.likelihood:
        row = [strength_coverage(means, options.likelihood, options.seed) for means in MEANS[3:]]
        print(f"{'likelihood, strength':24}" + " " * 48 + "".join(f"{v:16.3f}" for v in row))
    print(f"{missed} outside of 68 +- 2 % where counts are >= 500, or below 68 % elsewhere")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
