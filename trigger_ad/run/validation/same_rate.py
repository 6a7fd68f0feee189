"""Region A beside each score alone and beside baselines, at the rate of the working point."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu.same_rate import Events, Found, at_same_rate
from trigger_ad.run.folder.baselines import Baselines
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.trigger.decide import region_of
from trigger_ad.trigger.registers import Registers
from trigger_ad.validate.record import SameRateRow

__all__ = ["same_rate"]

_A = 0


def same_rate(scores: ScoreTable, data: Dataset, registers: Registers) -> tuple[SameRateRow, ...]:
    """Compare region A with cuts on one number that take as much of the threshold split.

    Parameters
    ----------
    scores : ScoreTable
    data : Dataset
    registers : Registers
        With the thresholds of the working point.

    Returns
    -------
    tuple of SameRateRow
        Region A, `score1`, `score2`, `single_autoencoder`, and the baselines. None where region A
        has no events on the threshold split.
    """
    plain = Baselines(data)
    threshold, test = (_events(scores, plain, registers, split) for split in ("threshold", "test"))
    if not threshold.taken.any():
        return ()
    signals = {name: _events(scores, plain, registers, None, name) for name in data.signals}
    return tuple(map(_row, at_same_rate("region_a", threshold, test, signals)))


def _events(
    scores: ScoreTable,
    plain: Baselines,
    registers: Registers,
    split: str | None,
    sample: str = BACKGROUND,
) -> Events:
    data = plain.data
    key = sample if split is None else f"{sample}_{split}"
    score1, score2 = scores.pair("firmware", key)
    taken = region_of(score1, score2, *registers.pair) == _A
    values: dict[str, NDArray[Any]] = {
        "score1": score1,
        "score2": score2,
        "single_autoencoder": scores.get("single_firmware", key, "score"),
        **plain.of(sample, split),
    }
    drawn = None if split is None else data.drawn(split)
    return Events(taken, values, np.ones(len(taken)), data.identity(sample, split), drawn)


def _row(found: Found) -> SameRateRow:
    return SameRateRow(
        name=found.name,
        threshold=found.threshold,
        part=found.part,
        background=found.background.record,
        signal={name: rate.record for name, rate in found.signal.items()},
        difference=found.difference,
    )
