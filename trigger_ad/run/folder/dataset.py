"""The words of a run, read back by every later stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.events.origin import Origin
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.settings import LayoutSettings
from trigger_ad.run.folder.preparation import Reading
from trigger_ad.run_folder import BACKGROUND, NAMES
from trigger_ad.statistics.strata import Stratified
from trigger_ad.storage import arrays

__all__ = ["FILES", "SCHEMA", "Dataset"]

SCHEMA = "words/2"

#: Files of a run folder by group of samples. Training reads the background alone.
FILES = {"background": NAMES.words, "signals": NAMES.signals}


@dataclass(frozen=True)
class Dataset:
    """Samples of a run by name; ``sm`` is the background and the only one with splits.

    Parameters
    ----------
    folder : Path
        A run folder.
    features : LayoutSettings
        The layout that the words must have.

    Raises
    ------
    SchemaError
        If the file has another schema or other words.
    """

    folder: Path
    features: LayoutSettings

    def __post_init__(self) -> None:
        self._header("background")

    @cached_property
    def layout(self) -> Layout:
        """Ports of the words."""
        return layout(self.features)

    @cached_property
    def reading(self) -> Reading:
        """What networks read of the words."""
        return Reading.of(self.folder, self.features)

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits of the background, in the order of their codes."""
        return tuple(self._header("background")["splits"])

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signal samples."""
        return tuple(self._header("signals")["samples"])

    def words(self, sample: str, split: str | None = None) -> NDArray[np.int32]:
        """Hardware words of a sample, (n_events, n_fields) int32."""
        return self._select(sample, "words", split).astype(np.int32)

    def scaled(self, sample: str, split: str | None = None) -> NDArray[np.int32]:
        """Inputs of the networks: scaled words or a vector of them, (n_events, n_in) int32."""
        return self.reading.raw(self.words(sample, split))

    def inputs(self, sample: str, split: str | None = None) -> NDArray[np.float32]:
        """The same as real numbers, (n_events, n_in) float32."""
        return self.as_inputs(self.words(sample, split))

    def as_inputs(self, words: NDArray[np.int32]) -> NDArray[np.float32]:
        """Words as the networks see them, (n_events, n_in) float32."""
        raw = self.reading.raw(words)
        return raw.astype(np.float32) * np.float32(self.reading.type.lsb)

    def identity(self, sample: str, split: str | None = None) -> NDArray[np.int64]:
        """Number of the parton-level event behind each event, (n_events,) int64."""
        return self._select(sample, "parton_event", split)

    def labels(self, sample: str, split: str | None = None) -> NDArray[np.int64] | None:
        """Class of each event, (n_events,) int64; None where the files do not say."""
        return self._known(sample, "labels", split)

    def nuisance(self, sample: str, split: str | None = None) -> NDArray[np.float32] | None:
        """What a score is not to depend on, (n_events,) float32; None where it is not given."""
        return self._known(sample, "nuisance", split)

    def pileup(self, sample: str, split: str | None = None) -> NDArray[np.int32] | None:
        """Collisions in each crossing, (n_events,) int32, -1 where unknown; None if all are."""
        return self._known(sample, "pileup", split)

    def stratum(self, sample: str, split: str | None = None) -> NDArray[np.uint8]:
        """Code of the stratum of each event, (n_events,) uint8; 0 where there is one."""
        found = self._known(sample, "stratum", split)
        return np.zeros(len(self.identity(sample, split)), np.uint8) if found is None else found

    @property
    def strata(self) -> Strata:
        """Strata of the background; `ONE` where its events were drawn alike."""
        return self.origin(BACKGROUND).strata or ONE

    def drawn(self, split: str) -> Stratified | None:
        """How the background events of a split were drawn; None for one stratum.

        Raises
        ------
        ConfigError
            If the split has nothing of a stratum, or an event is of none of them.
        """
        strata = self.strata
        places = strata.checked(self.stratum(BACKGROUND, split))
        if len(strata.names) == 1:
            return None
        strata.require(np.bincount(places, minlength=len(strata.names)), f"the split {split}")
        clusters = self.identity(BACKGROUND, split)
        return Stratified.of(places, strata.probabilities, clusters, strata.errors)

    def drawn_pair(self) -> tuple[Stratified, Stratified] | None:
        """How the threshold and the test split were drawn; None for one stratum."""
        threshold, test = (self.drawn(split) for split in ("threshold", "test"))
        return None if threshold is None or test is None else (threshold, test)

    def weights(self, split: str) -> NDArray[np.float32] | None:
        """How much each background event of a split counts, (n_events,) float32 of mean 1.

        It is ``N p_s / N_s`` for an event of stratum s, with the probability of the stratum and its
        events among the N of the split; None for one stratum, where it would be exactly 1.

        Raises
        ------
        ConfigError
            If the split has nothing of a stratum, or an event is of none of them.
        """
        drawn = self.drawn(split)
        return None if drawn is None else drawn.weights.astype(np.float32)

    def plain(self, split: str) -> NDArray[np.int32]:
        """Inputs of the networks of a split of the background as if events had been drawn alike."""
        return self.reading.raw(self.plain_words(split))

    def plain_words(self, split: str) -> NDArray[np.int32]:
        """Words of a split of the background as if events had been drawn alike.

        For what knows no weights. Each event is repeated as often as it counts, rounded up or down
        so that there are as many as before, of every stratum its part but for one event: most
        events of a stratum that was drawn more often are left out.
        """
        drawn, words = self.drawn(split), self.words(BACKGROUND, split)
        return words if drawn is None else words[drawn.plain()]

    def origin(self, sample: str) -> Origin:
        """Where the events of a sample come from, and how they are normalised."""
        return Origin.from_json(self._header(_group(sample))["origin"][sample])

    def _known(self, sample: str, what: str, split: str | None) -> NDArray[Any] | None:
        known = self._header(_group(sample)).get("columns", {}).get(sample, ())
        return self._select(sample, what, split) if what in known else None

    def _select(self, sample: str, what: str, split: str | None) -> NDArray[Any]:
        wanted = f"{sample}.{what}"
        names = [wanted] if split is None else [wanted, "sm.split"]
        found = arrays.load_arrays(self.folder / FILES[_group(sample)], names)
        if split is None:
            return found[wanted]
        return np.asarray(found[wanted][found["sm.split"] == self.splits.index(split)])

    def _header(self, group: str) -> dict[str, Any]:
        """Schema, layout hash, names of samples, splits and columns, origin of every sample."""
        path = self.folder / FILES[group]
        header = arrays.load_header(path, SCHEMA)
        if header["layout"] != self.layout.hash:
            raise SchemaError(
                path,
                f"must hold words of layout {self.layout.hash[:12]}",
                header["layout"][:12],
                "run the stage that writes it again",
            )
        return header


def _group(sample: str) -> str:
    return "background" if sample == BACKGROUND else "signals"
