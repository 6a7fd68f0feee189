"""Consecutive events of a file, with all that is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.display import Displayed, Table, brief
from trigger_ad.errors import EventFileError

__all__ = ["Block"]


def _none() -> npt.NDArray[np.uint8]:
    return np.zeros(0, np.uint8)


@dataclass(frozen=True, eq=False, repr=False)
class Block(Displayed):
    """Consecutive events, as objects or as words.

    What a reader gives, and all that scores, splits and counts events takes.

    Attributes
    ----------
    particles : (n, slots, 4) float32, or None
        pT in GeV, eta, phi in radians, class; zeros in empty slots.
    words : (n, n_fields) integers, or None
        Hardware words, of files that hold these in the place of particles.
    ids : (n,) int64, or None
        Identity of the collision behind each event; None where the file has none, see `identity`.
    process : (n,) uint8
        Index into `particles.PROCESSES`; none stands for 0, unknown.
    stratum : (n,) uint8
        Code of the stratum that each event was drawn from; none stands for 0, that of a file
        with one.
    hardware : mapping of str to (n, slots, 3) int32
        pT, eta and phi of the hardware by kind, of kinds whose integers are known; 0 in empty
        slots.
    labels : (n,) int64, or None
        Classes of the events.
    nuisance : (n,) float32, or None
        What a score is not to depend on; finite.
    pileup : (n,) int32, or None
        Collisions in the crossing; `numbers.UNKNOWN_PILEUP` where it is not known.
    bits : mapping of str to (n,) bool
        Recorded decisions of algorithms, those that were asked for.
    name : str
        Of the file, for messages.
    first : int
        Number of the first event in its file.
    before : int
        Events of the sample in files before this one.

    Raises
    ------
    EventFileError
        If a column has another length than the events, or the nuisance is no number.
    """

    particles: npt.NDArray[np.float32] | None = None
    words: npt.NDArray[np.integer] | None = None
    ids: npt.NDArray[np.int64] | None = None
    process: npt.NDArray[np.uint8] = field(default_factory=_none)
    stratum: npt.NDArray[np.uint8] = field(default_factory=_none)
    hardware: Mapping[str, npt.NDArray[np.int32]] = field(default_factory=dict)
    labels: npt.NDArray[np.int64] | None = None
    nuisance: npt.NDArray[np.float32] | None = None
    pileup: npt.NDArray[np.int32] | None = None
    bits: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    name: str = "the events"
    first: int = 0
    before: int = 0

    def __post_init__(self) -> None:
        if (self.particles is None) == (self.words is None):
            raise EventFileError(
                self.name,
                "must be read as particles or as words",
                "neither" if self.words is None else "both",
                "mend the reader of this format",
            )
        for column in ("process", "stratum"):
            if not len(getattr(self, column)):
                object.__setattr__(self, column, np.zeros(len(self), np.uint8))
        for column, values in self._columns().items():
            self._check_length(column, values)
        self._check_nuisance()

    def _display(self) -> Table:
        events = {"particles": self.particles, "words": self.words}
        known = {name: of for name, of in events.items() if of is not None} | self._columns()
        rows = tuple((name, brief(values)) for name, values in known.items())
        return Table(f"{len(self):,} events of {self.name} from {self.first:,} on", (), rows)

    def __len__(self) -> int:
        return len(self._events)

    @property
    def identity(self) -> npt.NDArray[np.int64]:
        """(n,) int64: `ids`, or the number of each event in the sample where there are none.

        Events with the same identity are not independent; splits go by it.
        """
        if self.ids is not None:
            return self.ids
        return np.arange(len(self), dtype=np.int64) + self.before + self.first

    @property
    def _events(self) -> npt.NDArray[Any]:
        found = self.particles if self.words is None else self.words
        assert found is not None, "one of the two is there"  # noqa: S101 - for the type checker
        return found

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        """All that has a value for each event, by name."""
        known = {
            "ids": self.ids,
            "process": self.process,
            "stratum": self.stratum,
            "labels": self.labels,
            "nuisance": self.nuisance,
            "pileup": self.pileup,
            **{f"hardware of {kind}": codes for kind, codes in self.hardware.items()},
            **self.bits,
        }
        return {name: values for name, values in known.items() if values is not None}

    def _check_length(self, column: str, values: npt.NDArray[Any]) -> None:
        if len(values) != len(self):
            raise EventFileError(
                f"{self.name}:{column}",
                f"must have one entry for each of {len(self)} events",
                len(values),
                "write one for each event",
            )

    def _check_nuisance(self) -> None:
        if self.nuisance is None or (good := np.isfinite(self.nuisance)).all():
            return
        event = int(np.argmin(good))
        raise EventFileError(
            f"{self.name}:nuisance",
            "must be a finite number for each event",
            f"{self.nuisance[event]} in event {self.first + event}",
            "remove the event, or the data set",
        )
