"""The words of a run, read back by every later stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import arrays
from trigger_ad.config import Features
from trigger_ad.errors import SchemaError
from trigger_ad.events.origin import Origin
from trigger_ad.features.layout import Layout, layout
from trigger_ad.features.words import scale_array

__all__ = ["SCHEMA", "Dataset"]

SCHEMA = "words/1"


@dataclass(frozen=True)
class Dataset:
    """Samples of a run by name; ``sm`` is the background and the only one with splits.

    Parameters
    ----------
    path : Path
        ``words.npz`` of a run folder.
    features : Features
        The layout that the words must have.

    Raises
    ------
    SchemaError
        If the file has another schema or other words.
    """

    path: Path
    features: Features

    def __post_init__(self) -> None:
        if self.header["layout"] != self.layout.hash:
            raise SchemaError(
                str(self.path), f"must hold words of layout {self.layout.hash[:12]}",
                self.header["layout"][:12], "run the stage words again",
            )  # fmt: skip

    @cached_property
    def layout(self) -> Layout:
        """Ports of the words."""
        return layout(self.features)

    @cached_property
    def header(self) -> dict[str, Any]:
        """Schema, layout hash, names of samples and splits, origin of every sample."""
        return arrays.load_header(self.path, SCHEMA)

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signal samples."""
        return tuple(name for name in self.header["samples"] if name != "sm")

    def words(self, sample: str, split: str | None = None) -> NDArray[np.int32]:
        """Hardware words of a sample, (n_events, 57) int32."""
        return self._select(sample, "words", split).astype(np.int32)

    def scaled(self, sample: str, split: str | None = None) -> NDArray[np.int32]:
        """Inputs of the networks after on-chip scaling, (n_events, 57) int32."""
        return scale_array(self.words(sample, split), self.layout)

    def inputs(self, sample: str, split: str | None = None) -> NDArray[np.float32]:
        """The same as real numbers, (n_events, 57) float32."""
        return self.as_inputs(self.words(sample, split))

    def as_inputs(self, words: NDArray[np.int32]) -> NDArray[np.float32]:
        """Words as the networks see them, (n_events, 57) float32."""
        scaled = scale_array(words, self.layout)
        return scaled.astype(np.float32) * np.float32(self.layout.input.lsb)

    def identity(self, sample: str, split: str | None = None) -> NDArray[np.int64]:
        """Number of the parton-level event behind each event, (n_events,) int64."""
        return self._select(sample, "parton_event", split)

    def origin(self, sample: str) -> Origin:
        """Where the events of a sample come from, and how they are normalised."""
        return Origin.from_json(self.header["origin"][sample])

    def _select(self, sample: str, what: str, split: str | None) -> NDArray[Any]:
        values = self._array(f"{sample}.{what}")
        if split is None:
            return values
        return values[self._array("sm.split") == self.header["splits"].index(split)]

    def _array(self, name: str) -> NDArray[Any]:
        with np.load(self.path, allow_pickle=False) as file:
            return np.asarray(file[name])
