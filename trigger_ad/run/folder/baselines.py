"""Baselines of the events of a run, those that are tables filled on its train split."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.baselines import baselines
from trigger_ad.rates.filled import Filled
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import BACKGROUND

__all__ = ["Baselines"]


@dataclass(frozen=True)
class Baselines:
    """What needs no network, of the samples of a run.

    Parameters
    ----------
    data : Dataset
    """

    data: Dataset

    @cached_property
    def filled(self) -> Filled:
        """Tables, filled on the background of the train split."""
        words = self.data.words(BACKGROUND, "train")
        return Filled.of(words, self.data.layout, self.data.drawn("train"))

    def of(self, sample: str, split: str | None = None) -> dict[str, NDArray[np.int32]]:
        """Every baseline of every event by name, (n_events,) int32 each."""
        words = self.data.words(sample, split)
        return baselines(words, self.data.layout) | self.filled.baselines(words)
