"""What rates of conventional seeds rest on in a sample of zero bias: effective events.

    python tools/effective_events.py packaged:zero_bias --khz 1 6 30

counts a test split of six tenths of the events, or all of them with `--all`. For each observable:
the threshold at which so much of all crossings passes, the rate with its 95 % interval, and how
many independent events have the same relative precision, clusters included.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trigger_ad import config as configuration
from trigger_ad.abcd.grouped import GROUPS
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.split import assign, splitmix64
from trigger_ad.events.strata import Strata
from trigger_ad.lhc.orbit import ORBIT_HZ
from trigger_ad.rates.stratified import quoted_fractions

#: Its test split is that of the figures in the documentation.
SPLIT = configuration.Split(
    seed=2027, train=0.2, validate=0.06, calibrate=0.02, threshold=0.12, test=0.6
)

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Passing:
    """What passes a threshold of an observable."""

    name: str
    threshold: float
    khz: float
    low: float
    high: float
    effective: float
    clusters: int
    by_stratum: tuple[int, ...]


def observables(particles: Floats) -> dict[str, Floats]:
    """HT, largest pT of a jet, an e/gamma and a muon, and missing momentum, in GeV."""
    jets = particles[:, 9:]
    central = (jets[..., 0] > 30) & (np.abs(jets[..., 1]) < 2.5)
    return {
        "HT": np.where(central, jets[..., 0], 0).sum(axis=1),
        "jet": jets[:, 0, 0],
        "MET": particles[:, 0, 0],
        "e/gamma": particles[:, 1, 0],
        "muon": particles[:, 5, 0],
    }


@dataclass(frozen=True)
class Sample:
    """Some events of a sample: observables, clusters, and strata with their probabilities."""

    values: dict[str, Floats]
    identity: npt.NDArray[np.int64]
    stratum: npt.NDArray[np.int64]
    strata: Strata

    @classmethod
    def read(cls, path: str, split: configuration.Split | None) -> Sample:
        """All events, or those of the test split."""
        sample = opened(path)
        parts, identity, stratum = [], [], []
        for block in sample.blocks():
            kept = np.ones(len(block), bool)
            if split is not None:
                code = assign(block.identity, block.process, split.seed, split.fractions)
                kept = code == list(split.fractions).index("test")
            assert block.particles is not None
            parts.append(observables(block.particles[kept]))
            identity.append(block.identity[kept])
            stratum.append(block.stratum[kept].astype(np.int64))
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return cls(values, np.concatenate(identity), np.concatenate(stratum), sample.strata)

    def passing(self, name: str, khz: float, crossings: float) -> Passing:
        """What passes the threshold of a rate, of so many crossings in a millisecond."""
        values, strata = self.values[name], len(self.strata.names)
        weights = np.array(self.strata.probabilities) / np.bincount(self.stratum, minlength=strata)
        order = np.argsort(-values, kind="stable")
        rate = np.cumsum(weights[self.stratum[order]]) * crossings
        threshold = values[order[min(int(np.searchsorted(rate, khz)), len(order) - 1)]]
        fires = values >= threshold
        group = splitmix64(self.identity.view(np.uint64)) % np.uint64(GROUPS)
        counts = np.zeros((strata, GROUPS, 2), np.int64)
        np.add.at(counts, (self.stratum, group.astype(np.int64), np.where(fires, 0, 1)), 1)
        (found,) = quoted_fractions(counts, np.array([[1.0], [0.0]]), self.strata)
        interval = found.interval
        return Passing(
            name,
            float(threshold),
            crossings * interval.value,
            crossings * interval.low,
            crossings * interval.high,
            found.effective,
            len(np.unique(self.identity[fires])),
            tuple(np.bincount(self.stratum[fires], minlength=strata).tolist()),
        )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="What rates of conventional seeds rest on.")
    parser.add_argument("sample", help="a file, or packaged:NAME")
    parser.add_argument("--khz", type=float, nargs="+", default=[1.0, 6.0, 30.0])
    parser.add_argument("--bunches", type=int, default=2760, help="colliding pairs")
    parser.add_argument("--all", action="store_true", help="all events, not the test split alone")
    options = parser.parse_args()
    sample = Sample.read(options.sample, None if options.all else SPLIT)
    crossings = float(ORBIT_HZ) * options.bunches / 1000
    print(f"{len(sample.stratum):,} crossings; strata {', '.join(sample.strata.names)}")
    print("| | rate, kHz | threshold, GeV | effective events | collisions | by stratum |")
    print("|---|---|---|---|---|---|")
    for khz in options.khz:
        for name in sample.values:
            row = sample.passing(name, khz, crossings)
            print(
                f"| {name} | {row.khz:.2f} [{row.low:.2f}, {row.high:.2f}] | {row.threshold:.1f} "
                f"| {row.effective:.0f} | {row.clusters} | {' '.join(map(str, row.by_stratum))} |"
            )


if __name__ == "__main__":
    main()
