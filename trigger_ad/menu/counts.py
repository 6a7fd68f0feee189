"""How often each pattern of fires occurred: small integers that add up over chunks and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.events.split import splitmix64
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import IntegerMenu

__all__ = ["GROUPS", "SCHEMA", "MenuCounter", "PatternCounts", "group_of"]

SCHEMA = "pattern_counts/1"

#: Groups of clusters; their spread is the error of every rate.
GROUPS = 64


def group_of(clusters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group of each event: a hash of its cluster, modulo `GROUPS`; (n,) of int64."""
    hashed = splitmix64(np.asarray(clusters, dtype=np.int64).view(np.uint64))
    return (hashed % np.uint64(GROUPS)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class PatternCounts:
    """Events by pattern of fires, group of clusters and pile-up; adding is associative.

    Rows are sorted by cell, then pattern, and no count is 0; so equal counts are equal records.

    Parameters
    ----------
    menu : str
        `IntegerMenu.digest` of the seeds: prescales do not matter.
    pileup_edges : tuple of int
        k edges, rising, make k + 1 bins: below the first, from one to the next, from the last.
        With edges, one more bin has the events whose pile-up is not known.
    cell : ndarray (m,) of int64
        Pile-up bin times `GROUPS` plus group.
    pattern : ndarray (m,) of uint64
    count : ndarray (m,) of int64
    """

    menu: str
    pileup_edges: tuple[int, ...]
    cell: NDArray[np.int64]
    pattern: NDArray[np.uint64]
    count: NDArray[np.int64]

    @classmethod
    def zero(cls, menu: IntegerMenu, pileup_edges: tuple[int, ...] = ()) -> PatternCounts:
        """No events: the neutral element, the start of a ``sum``."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(menu.digest, pileup_edges, nothing, nothing.astype(np.uint64), nothing)

    @classmethod
    def of(
        cls,
        patterns: NDArray[np.uint64],
        menu: IntegerMenu,
        clusters: NDArray[np.int64],
        pileup: NDArray[Any] | None = None,
        pileup_edges: tuple[int, ...] = (),
    ) -> PatternCounts:
        """Count events.

        Parameters
        ----------
        patterns : ndarray (n_events,) of uint64
            From `fires.fires`.
        menu : IntegerMenu
        clusters : ndarray (n_events,) of int64
            Equal for events that are not independent, such as those of one parton event.
        pileup : ndarray (n_events,), optional
            Negative where it is not known.
        pileup_edges : tuple of int

        Raises
        ------
        ConfigError
            If edges do not rise.
        """
        _check_edges(pileup_edges)
        unknown = len(pileup_edges) + 1
        cells = group_of(clusters)
        if pileup_edges:
            bins = unknown if pileup is None else np.searchsorted(pileup_edges, pileup, "right")
            cells += GROUPS * (bins if pileup is None else np.where(pileup < 0, unknown, bins))
        # Few patterns in many events: sort the patterns alone, then count in a dense table.
        known = np.unique(patterns)
        index = np.searchsorted(known, patterns)
        size = GROUPS * (unknown + 1) * len(known)
        dense = np.bincount(cells * len(known) + index, minlength=size)
        full = np.flatnonzero(dense)
        cell, pattern = full // max(len(known), 1), full % max(len(known), 1)
        return cls(menu.digest, pileup_edges, cell, known[pattern], dense[full].astype(np.int64))

    def __add__(self, other: PatternCounts) -> PatternCounts:
        if (self.menu, self.pileup_edges) != (other.menu, other.pileup_edges):
            raise ConfigError(
                "counts that are added",
                "must be of the same seeds, cuts and pile-up bins",
                "of different ones",
                "count again with one menu",
            )
        cell = np.concatenate([self.cell, other.cell])
        pattern = np.concatenate([self.pattern, other.pattern])
        count = np.concatenate([self.count, other.count])
        order = np.lexsort((pattern, cell))
        cell, pattern, count = cell[order], pattern[order], count[order]
        new = np.ones(len(cell), dtype=np.bool_)
        new[1:] = (cell[1:] != cell[:-1]) | (pattern[1:] != pattern[:-1])
        first = np.flatnonzero(new)
        total = np.add.reduceat(count, first) if len(first) else count
        return PatternCounts(self.menu, self.pileup_edges, cell[new], pattern[new], total)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PatternCounts):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.menu, self.pileup_edges, self.events))

    @property
    def events(self) -> int:
        """All events, those that fired no seed included."""
        return int(self.count.sum())

    def table(self, pileup_bin: int | None = None) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Patterns, and events of each group with them.

        Parameters
        ----------
        pileup_bin : int, optional
            All pile-up without it.

        Returns
        -------
        patterns : ndarray (m,) of uint64
        counts : ndarray (GROUPS, m) of int64
        """
        taken = slice(None) if pileup_bin is None else self.cell // GROUPS == pileup_bin
        known, index = np.unique(self.pattern[taken], return_inverse=True)
        counts = np.zeros((GROUPS, len(known)), dtype=np.int64)
        np.add.at(counts, (self.cell[taken] % GROUPS, index), self.count[taken])
        return known, counts

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "schema": SCHEMA,
            "menu": self.menu,
            "groups": GROUPS,
            "pileup_edges": list(self.pileup_edges),
            "cell": self.cell.tolist(),
            "pattern": self.pattern.tolist(),
            "count": self.count.tolist(),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> PatternCounts:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema or another number of groups.
        """
        if record.get("schema") != SCHEMA or record.get("groups") != GROUPS:
            raise SchemaError(
                "pattern counts",
                f"must have schema {SCHEMA} and {GROUPS} groups",
                f"{record.get('schema')} and {record.get('groups')}",
                "count again with this version",
            )
        return cls(
            record["menu"],
            tuple(record["pileup_edges"]),
            np.array(record["cell"], dtype=np.int64),
            np.array(record["pattern"], dtype=np.uint64),
            np.array(record["count"], dtype=np.int64),
        )


def _check_edges(edges: tuple[int, ...]) -> None:
    if list(edges) != sorted(set(edges)):
        raise ConfigError(
            "the edges of pile-up bins", "must rise", ", ".join(map(str, edges)), "sort them"
        )


@dataclass(frozen=True)
class MenuCounter:
    """Turns events into counts: what a loop over chunks calls.

    Parameters
    ----------
    menu : IntegerMenu
    pileup_edges : tuple of int
    """

    menu: IntegerMenu
    pileup_edges: tuple[int, ...] = ()

    def key(self) -> dict[str, Any]:
        """What the counts depend on besides the events."""
        return {"menu": self.menu.digest, "pileup_edges": list(self.pileup_edges)}

    def read(self, record: Mapping[str, Any]) -> PatternCounts:
        """Undo `PatternCounts.to_json`."""
        return PatternCounts.from_json(record)

    def zero(self) -> PatternCounts:
        """Counts of no events."""
        return PatternCounts.zero(self.menu, self.pileup_edges)

    def count(
        self,
        words: NDArray[Any],
        scores: Mapping[str, NDArray[Any]],
        clusters: NDArray[np.int64],
        pileup: NDArray[Any] | None = None,
    ) -> PatternCounts:
        """Count the fires of some events; parameters as in `fires.fires` and `PatternCounts.of`."""
        patterns = fires(words, self.menu, scores)
        return PatternCounts.of(patterns, self.menu, clusters, pileup, self.pileup_edges)
