"""Rates of a zero-bias sample beside a public table of the CMS Level-1 trigger at pile-up 60.

    make reference
    .venv/bin/python tools/rate_table.py runs/reference/zero_bias.h5

The table is `rate-visualization/rateOutput.csv` of https://github.com/cms-l1-dpg/L1MenuTools
(commit 28f26cb): rates behind a prescale, from a sample in which one crossing is 31.48 Hz. Here
they are multiplied by their prescales, and so are their errors: a seed with a prescale of 780 and
one crossing says little. Choices of the simulation may look at the rows `fitted`; the others judge.

The error of a rate is that of its clusters, crossings of a stratum with the same collision that put
them there, and of the probabilities of the strata.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trigger_ad.events.readers.sample import Sample, opened

#: Crossings with collisions in a second, in kHz.
CROSSINGS = 31_000.0

Floats = npt.NDArray[np.floating]
Fires = npt.NDArray[np.bool_]
Seed = Callable[[Floats], Fires]


def leading(first: int, last: int, threshold: float, eta: float) -> Seed:
    """An object of the slots, with abs(eta) below a limit, above a threshold in GeV."""

    def fires(events: Floats) -> Fires:
        pt, where = events[:, first:last, 0], events[:, first:last, 1]
        return np.asarray(((pt > threshold) & (np.abs(where) < eta)).any(axis=1))

    return fires


def egamma(threshold: float, eta: float = 2.5) -> Seed:
    """One electron or photon."""
    return leading(1, 5, threshold, eta)


def muon(threshold: float) -> Seed:
    """One muon anywhere."""
    return leading(5, 9, threshold, 3.0)


def jet(threshold: float) -> Seed:
    """One jet anywhere."""
    return leading(9, 19, threshold, 5.5)


def met(threshold: float) -> Seed:
    """Missing momentum without the forward calorimeter."""
    return lambda events: np.asarray(events[:, 0, 0] > threshold)


def ht(threshold: float) -> Seed:
    """Sum of the jets above 30 GeV within abs(eta) 2.5."""

    def fires(events: Floats) -> Fires:
        pt, where = events[:, 9:19, 0], events[:, 9:19, 1]
        return np.asarray(
            np.where((pt > 30) & (np.abs(where) < 2.5), pt, 0).sum(axis=1) > threshold
        )

    return fires


@dataclass(frozen=True)
class Row:
    """A seed of the public table: its rate and error behind its prescale, in Hz."""

    name: str
    seed: Seed
    prescale: int
    hz: float
    error: float
    fitted: bool

    @property
    def rate(self) -> tuple[float, float]:
        """Rate and error before prescale, in kHz."""
        return self.prescale * self.hz / 1000, self.prescale * self.error / 1000


ROWS = (
    Row("SingleJet120", jet(120), 350, 62.9618, 44.5207, True),
    Row("SingleEG15er2p5", egamma(15), 1350, 251.847, 89.0414, True),
    Row("SingleEG26er2p5", egamma(26), 780, 31.4809, 31.4809, True),
    Row("SingleMu7", muon(7), 200, 944.426, 172.428, True),
    Row("HTT360er", ht(360), 1, 10640.5, 578.769, True),
    Row("SingleJet180", jet(180), 1, 4344.36, 369.817, False),
    Row("SingleEG36er2p5", egamma(36), 1, 13883.1, 661.098, False),
    Row("SingleEG60", egamma(60, 3.0), 1, 2770.32, 295.317, False),
    Row("SingleMu3", muon(3), 22000, 62.9618, 44.5207, False),
    Row("SingleMu22", muon(22), 1, 6736.91, 460.526, False),
    Row("ETM150", met(150), 1, 755.541, 154.224, False),
)


def fraction(
    fires: Fires,
    stratum: npt.NDArray[np.uint8],
    clusters: npt.NDArray[np.int64],
    parts: Floats,
    errors: Floats | None = None,
) -> tuple[float, float]:
    """Fraction of all crossings that fire, and its error.

    In a stratum with n crossings, of which cluster j has m_j and k_j of these fire, the variance of
    p = sum k_j / n is sum (k_j - p m_j)^2 / n^2, and at least p (1 - p) / n. Relative errors of the
    probabilities of the strata are added.

    Parameters
    ----------
    fires : (n,) bool
    stratum : (n,) uint8
    clusters : (n,) int64
    parts : (strata,) float64
        Their probabilities.
    errors : (strata,) float64, optional
        Relative standard deviations of these.
    """
    value = variance = 0.0
    measured = np.zeros(len(parts)) if errors is None else errors
    for place, (part, error) in enumerate(zip(parts, measured, strict=True)):
        mine = stratum == place
        n = max(int(mine.sum()), 1)
        _, owner = np.unique(clusters[mine], return_inverse=True)
        sizes = np.bincount(owner)
        p = float(fires[mine].sum() / n)
        away = np.bincount(owner, fires[mine]) - p * sizes
        value += part * p
        variance += part**2 * max(float((away**2).sum()) / n**2, p * (1 - p) / n)
        variance += (part * error * p) ** 2
    return value, float(np.sqrt(variance))


def table(sample: Sample) -> list[tuple[Row, float, float]]:
    """Rows with the rate of a sample and its error, in kHz."""
    fires: list[list[Fires]] = [[] for _ in ROWS]
    strata, clusters = [], []
    for block in sample.blocks():
        assert block.particles is not None
        for found, row in zip(fires, ROWS, strict=True):
            found.append(row.seed(block.particles))
        strata.append(block.stratum)
        clusters.append(block.identity)
    of = np.concatenate(strata), np.concatenate(clusters)
    parts = np.array(sample.strata.probabilities)
    errors = np.array(sample.strata.errors or np.zeros(len(parts)))
    rates = [fraction(np.concatenate(found), *of, parts, errors) for found in fires]
    return [
        (row, CROSSINGS * value, CROSSINGS * error)
        for row, (value, error) in zip(ROWS, rates, strict=True)
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Rates beside a public table.")
    parser.add_argument("inputs", nargs="+")
    options = parser.parse_args()
    print("| seed | | this sample, kHz | CMS, kHz | ratio |\n|---|---|---|---|---|")
    for row, rate, error in table(opened(options.inputs)):
        cms, spread = row.rate
        ratio, width = rate / cms, rate / cms * np.hypot(error / max(rate, 1e-9), spread / cms)
        print(
            f"| {row.name} | {'fitted' if row.fitted else 'judges'} | {rate:.3g} ± {error:.2g} "
            f"| {cms:.3g} ± {spread:.2g} | {ratio:.2f} ± {width:.2f} |"
        )


if __name__ == "__main__":
    main()
