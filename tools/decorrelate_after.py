"""Decorrelation after the fact on a finished run: what it closes and what it costs.

The double autoencoder's scores were trained to be independent of each other; neither was trained
beside the single autoencoder's. So each of them with the single autoencoder's score is a pair that
was trained apart. Corrections are fitted to the firmware scores of the splits ``train`` and
``validate``, thresholds are of the split ``threshold``, and all that is printed is of ``test``:

* closure, predicted / observed, at 5, 2 and 1 % with its 95 % interval, of the pair as it is, with
  a shift that was fitted for each of the three (marked with ``*`` where it is), with ranks;
* the squared distance correlation of the pair;
* for each signal the area under the ROC curve and the largest significance improvement of the
  second score alone, then of both scores by the diagonal cut, and the signal efficiency in region
  A at 1 %;
* look-up tables that the correction adds, by `trigger_ad.ledger.estimate`.

Usage: python tools/decorrelate_after.py RUN
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from trigger_ad import config as configuration
from trigger_ad.abcd.closure import closure
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.ir.score import Score
from trigger_ad.ledger.estimate import estimate
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.trigger import load_block
from trigger_ad.scorers.correction import Correction, corrected
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.statistics.ranks import RankTable, combine
from trigger_ad.statistics.sic import roc
from trigger_ad.train.decorrelate import Form, fit_correction
from trigger_ad.trigger.hardware import Block

EFFICIENCIES = (0.05, 0.02, 0.01)

#: Splits whose events a correction is fitted to.
FITTED = ("train", "validate")

Scores = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Run:
    """Firmware scores of all samples by name, and what a correction is rendered with."""

    scores: dict[str, Scores]
    bound: dict[str, Score]
    signals: tuple[str, ...]
    clusters: np.ndarray[Any, Any]
    block: Block

    def pair(self, sample: str, names: tuple[str, str]) -> tuple[Any, Any]:
        """Two scores of a sample."""
        return self.scores[sample][names[0]], self.scores[sample][names[1]]


def main() -> int:
    """Print the figures of both pairs."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("run", type=Path)
    run = load(parser.parse_args().run)
    for first in ("score1", "score2"):
        report(run, (first, "single"))
    return 0


def load(folder: Path) -> Run:
    """Score all samples of a run with the emulators of its double and its single network."""
    config = configuration.load(folder / "config.yaml")
    pair, single = (load_block(folder, model, config) for model in ("double", "single"))
    (score,) = single.scores.values()
    single = replace(single, scores={"single": replace(score, name="single")})
    data = Dataset(folder, config.features)
    emulators = [FastEmulator(b.own_network, b.scores, *b.input_range) for b in (pair, single)]

    def scored(sample: str, *splits: str) -> Scores:
        parts = [data.scaled(sample, split) for split in splits] or [data.scaled(sample)]
        scaled = np.concatenate(parts)
        found = [emulator.run(scaled, ()).scores for emulator in emulators]
        return {**found[0], **found[1]}

    scores = {split: scored("sm", split) for split in ("threshold", "test")}
    scores["fitted"] = scored("sm", *FITTED)
    scores |= {signal: scored(signal) for signal in data.signals}
    bound = {**pair.scores, **single.scores}
    return Run(scores, bound, data.signals, data.identity("sm", "test"), pair)


def report(run: Run, names: tuple[str, str]) -> None:
    """Print one pair, as it is and corrected."""
    print(f"\n{names[0]} with {names[1]}, firmware")
    fit = partial(fit_correction, *run.pair("fitted", names), *(run.bound[name] for name in names))
    show(run, names, "as they are", None)
    for wanted in EFFICIENCIES:
        shift = fit(form=Form.SHIFT, efficiency=wanted)
        show(run, names, f"shift for {wanted:g}", shift, wanted)
    show(run, names, "ranks", fit())


def show(
    run: Run, names: tuple[str, str], title: str, found: Correction | None, meant: float = 0.0
) -> None:
    """Print the figures of one form of a pair."""
    pairs = {sample: pair(run, sample, names, found) for sample in run.scores}
    points = closure(title, pairs["threshold"], pairs["test"], EFFICIENCIES, run.clusters)
    disco = distance_correlation(*pairs["test"])
    print(f"  {title}: distance correlation {disco:.4f}, look-up tables {added(run, names, found)}")
    for point in points:
        values = point.estimate
        mark = " *" if point.sm_efficiency == meant else ""
        print(
            f"    closure at {point.sm_efficiency:g} ({point.efficiency:.4f}): "
            f"{values.ratio:.3f} [{values.low:.3f}, {values.high:.3f}]{mark}"
        )
    tables = [RankTable.of(score) for score in pairs["threshold"]]
    both = {s: combine(*(t.rank(v) for t, v in zip(tables, pairs[s], strict=True))) for s in pairs}
    for signal in run.signals:
        alone, diagonal = roc(pairs["test"][1], pairs[signal][1]), roc(both["test"], both[signal])
        share = float(np.mean(points[-1].point.regions(*pairs[signal]) == 0))
        print(
            f"    {signal:15} second: AUC {alone.auc:.3f}, SI {alone.sic_maximum:.2f};"
            f" both: AUC {diagonal.auc:.3f}, SI {diagonal.sic_maximum:.2f};"
            f" in A at 1 %: {share:.4f}"
        )


def pair(
    run: Run, sample: str, names: tuple[str, str], found: Correction | None
) -> tuple[Any, Any]:
    """Both scores of a sample, the second corrected."""
    first, second = run.pair(sample, names)
    return first, second if found is None else found.apply(first, second)


def added(run: Run, names: tuple[str, str], found: Correction | None) -> int:
    """Estimated look-up tables beyond those of the two scores."""
    if found is None:
        return 0
    first, second = (run.bound[name] for name in names)
    after = {"corrected": corrected("corrected", first, second, found)}
    before = {"first": first, "second": second}
    with_it, without = (estimate(replace(run.block, scores=s)).lut for s in (after, before))
    return int(with_it or 0) - int(without or 0)


if __name__ == "__main__":
    sys.exit(main())
