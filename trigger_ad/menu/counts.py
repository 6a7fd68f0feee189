"""How often each pattern of fires occurred: small integers that add up over chunks and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.events.split import splitmix64
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.patterns import Patterns, as_words, union
from trigger_ad.storage.packed import packed, unpacked

__all__ = ["GROUPS", "SCHEMA", "MenuCounter", "PatternCounts", "group_of"]

SCHEMA = "pattern_counts/2"

#: Still read: one stratum, at most 64 seeds, a pattern as one number in each row.
OLDER = "pattern_counts/1"

#: Groups of clusters; their spread is the error of every rate.
GROUPS = 64

Integers = NDArray[np.int64]


def group_of(clusters: Integers) -> Integers:
    """Group of each event: a hash of its cluster, modulo `GROUPS`; (n,) of int64."""
    hashed = splitmix64(np.asarray(clusters, dtype=np.int64).view(np.uint64))
    return (hashed % np.uint64(GROUPS)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class PatternCounts:
    """Events by stratum, pile-up, group of clusters and pattern of fires; adding is associative.

    Only what was seen has a row. Rows are sorted by pattern, then cell, and no count is 0; so equal
    counts are equal records, whatever the order in which they were added.

    Parameters
    ----------
    menu : str
        `IntegerMenu.digest` of the seeds: prescales do not matter.
    strata : tuple of str
        Names of the strata. Their probabilities are no matter of counts.
    pileup_edges : tuple of int
        k edges, rising, make k + 1 bins: below the first, from one to the next, from the last.
        With edges, one more bin has the events whose pile-up is not known.
    patterns : ndarray (p, words) of uint64
        Those that occurred, each once; see `patterns.union` for their order.
    row : ndarray (m,) of int32
        Place of the pattern.
    cell : ndarray (m,) of int32
        (stratum times pile-up bins plus pile-up bin) times `GROUPS` plus group.
    count : ndarray (m,) of int64
    """

    menu: str
    strata: tuple[str, ...]
    pileup_edges: tuple[int, ...]
    patterns: Patterns
    row: NDArray[np.int32]
    cell: NDArray[np.int32]
    count: Integers

    @classmethod
    def zero(
        cls, menu: IntegerMenu, pileup_edges: tuple[int, ...] = (), strata: Strata = ONE
    ) -> PatternCounts:
        """No events: the neutral element, the start of a ``sum``."""
        nothing = np.zeros(0, dtype=np.int32)
        patterns = np.zeros((0, menu.words), dtype=np.uint64)
        none = nothing.astype(np.int64)
        return cls(menu.digest, strata.names, pileup_edges, patterns, nothing, nothing, none)

    @classmethod
    def of(
        cls,
        patterns: Patterns,
        menu: IntegerMenu,
        clusters: Integers,
        pileup: NDArray[Any] | None = None,
        pileup_edges: tuple[int, ...] = (),
        *,
        stratum: NDArray[Any] | None = None,
        strata: Strata = ONE,
    ) -> PatternCounts:
        """Count events.

        Parameters
        ----------
        patterns : ndarray (n_events, words) of uint64, or (n_events,) where one word is enough
            From `fires.fires`.
        menu : IntegerMenu
        clusters : ndarray (n_events,) of int64
            Equal for events that are not independent, such as those of one parton event.
        pileup : ndarray (n_events,), optional
            Negative where it is not known.
        pileup_edges : tuple of int
        stratum : ndarray (n_events,) of integers, optional
            Place of the stratum of each event in `strata`; 0 without it.
        strata : Strata

        Raises
        ------
        ConfigError
            If edges do not rise, or a stratum is none of these.
        """
        _check_edges(pileup_edges)
        bins, unknown = _bins(pileup_edges), len(pileup_edges) + 1
        cells = group_of(clusters)
        if pileup_edges:
            found = unknown if pileup is None else np.searchsorted(pileup_edges, pileup, "right")
            cells += GROUPS * (found if pileup is None else np.where(pileup < 0, unknown, found))
        if stratum is not None:
            cells += GROUPS * bins * strata.checked(stratum)
        known, places = union([as_words(patterns)])
        size = GROUPS * bins * len(strata.names)
        joint, count = np.unique(places[0] * size + cells, return_counts=True)
        row, cell = np.divmod(joint, size)
        return cls(
            menu.digest,
            strata.names,
            pileup_edges,
            known,
            row.astype(np.int32),
            cell.astype(np.int32),
            count.astype(np.int64),
        )

    def __add__(self, other: PatternCounts) -> PatternCounts:
        axes = [(part.menu, part.strata, part.pileup_edges) for part in (self, other)]
        if axes[0] != axes[1]:
            raise ConfigError(
                "counts that are added",
                "must be of the same seeds, cuts, strata and pile-up bins",
                "of different ones",
                "count again with one menu",
            )
        patterns, places = union([self.patterns, other.patterns])
        joint = np.concatenate(
            [
                place[part.row] * self.cells + part.cell
                for part, place in zip((self, other), places, strict=True)
            ]
        )
        order = np.argsort(joint, kind="stable")  # two runs that are sorted already
        joint, count = joint[order], np.concatenate([self.count, other.count])[order]
        first = np.flatnonzero(np.diff(joint, prepend=-1))
        total = np.add.reduceat(count, first) if len(first) else count
        row, cell = np.divmod(joint[first], self.cells)
        return PatternCounts(*axes[0], patterns, row.astype(np.int32), cell.astype(np.int32), total)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PatternCounts):
            return NotImplemented
        mine, theirs = self._key(), other._key()
        return mine[:3] == theirs[:3] and all(map(np.array_equal, mine[3:], theirs[3:]))

    def __hash__(self) -> int:
        return hash((self.menu, self.strata, self.pileup_edges, self.events))

    def _key(self) -> tuple[Any, ...]:
        axes = self.menu, self.strata, self.pileup_edges
        return (*axes, self.patterns, self.row, self.cell, self.count)

    @property
    def bins(self) -> int:
        """Bins of pile-up, that of unknown pile-up included; 1 without edges."""
        return _bins(self.pileup_edges)

    @property
    def cells(self) -> int:
        """Strata times bins of pile-up times groups."""
        return len(self.strata) * self.bins * GROUPS

    @property
    def events(self) -> int:
        """All events, those that fired no seed included."""
        return int(self.count.sum())

    def by_cell(self) -> Integers:
        """(strata, bins, GROUPS) of int64: events of each cell."""
        total = np.bincount(self.cell, self.count, minlength=self.cells)  # exact below 2**53
        return total.astype(np.int64).reshape(len(self.strata), self.bins, GROUPS)

    def within(self, pileup_bin: int | None) -> PatternCounts:
        """Counts of one bin of pile-up, or all, with the patterns that it has."""
        if pileup_bin is None:
            return self
        taken = self.cell // GROUPS % self.bins == pileup_bin
        known, row = np.unique(self.row[taken], return_inverse=True)
        return PatternCounts(
            self.menu,
            self.strata,
            self.pileup_edges,
            self.patterns[known],
            row.astype(np.int32),
            self.cell[taken],
            self.count[taken],
        )

    def table(self, start: int = 0, stop: int | None = None) -> Integers:
        """(strata, GROUPS, patterns) of int64: events with patterns `start` to `stop`, or all."""
        stop = len(self.patterns) if stop is None else min(stop, len(self.patterns))
        low, high = np.searchsorted(self.row, (start, stop))
        rows = slice(int(low), int(high))
        stratum, group = self.cell[rows] // (GROUPS * self.bins), self.cell[rows] % GROUPS
        table = np.zeros((len(self.strata), GROUPS, stop - start), dtype=np.int64)
        np.add.at(table, (stratum, group, self.row[rows] - start), self.count[rows])
        return table

    def to_json(self) -> dict[str, Any]:
        """What JSON can hold, read back by `from_json`; arrays as text of `storage.packed`."""
        arrays = ("patterns", "row", "cell", "count")
        return {
            "schema": SCHEMA,
            "menu": self.menu,
            "strata": list(self.strata),
            "groups": GROUPS,
            "pileup_edges": list(self.pileup_edges),
            "words": self.patterns.shape[1],
            **{name: packed(getattr(self, name)) for name in arrays},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> PatternCounts:
        """Rebuild from `to_json`, or from that of the version before.

        Raises
        ------
        SchemaError
            If the record has another schema or another number of groups.
        """
        if record.get("schema") not in (SCHEMA, OLDER) or record.get("groups") != GROUPS:
            raise SchemaError(
                "pattern counts",
                f"must have schema {SCHEMA} and {GROUPS} groups",
                f"{record.get('schema')} and {record.get('groups')}",
                "count again with this version",
            )
        edges = tuple(record["pileup_edges"])
        if record["schema"] == OLDER:
            return _older(record, edges)
        return cls(
            record["menu"],
            tuple(record["strata"]),
            edges,
            unpacked(record["patterns"], np.uint64).reshape(-1, record["words"]),
            unpacked(record["row"], np.int32),
            unpacked(record["cell"], np.int32),
            unpacked(record["count"], np.int64),
        )


def _older(record: Mapping[str, Any], edges: tuple[int, ...]) -> PatternCounts:
    """Counts of ``pattern_counts/1``, whose rows were sorted by cell."""
    known, places = union([as_words(np.array(record["pattern"], dtype=np.uint64))])
    cell = np.array(record["cell"], dtype=np.int32)
    order = np.lexsort((cell, places[0]))
    return PatternCounts(
        record["menu"],
        ONE.names,
        edges,
        known,
        places[0][order].astype(np.int32),
        cell[order],
        np.array(record["count"], dtype=np.int64)[order],
    )


def _bins(edges: Sequence[int]) -> int:
    return len(edges) + 2 if edges else 1


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
    strata : Strata
    """

    menu: IntegerMenu
    pileup_edges: tuple[int, ...] = ()
    strata: Strata = ONE

    def key(self) -> dict[str, Any]:
        """What the counts depend on besides the events."""
        edges = list(self.pileup_edges)
        return {"menu": self.menu.digest, "pileup_edges": edges, "strata": list(self.strata.names)}

    def read(self, record: Mapping[str, Any]) -> PatternCounts:
        """Undo `PatternCounts.to_json`."""
        return PatternCounts.from_json(record)

    def zero(self) -> PatternCounts:
        """Counts of no events."""
        return PatternCounts.zero(self.menu, self.pileup_edges, self.strata)

    def count(
        self,
        words: NDArray[Any],
        scores: Mapping[str, NDArray[Any]],
        clusters: Integers,
        pileup: NDArray[Any] | None = None,
        *,
        bits: Mapping[str, NDArray[np.bool_]] | None = None,
        stratum: NDArray[Any] | None = None,
    ) -> PatternCounts:
        """Count the fires of some events; parameters as in `fires.fires` and `PatternCounts.of`."""
        patterns = fires(words, self.menu, scores, bits)
        edges, strata = self.pileup_edges, self.strata
        return PatternCounts.of(
            patterns, self.menu, clusters, pileup, edges, stratum=stratum, strata=strata
        )
