"""Events in the regions: small integers that add up over chunks and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.trigger.regions import region_names
from trigger_ad.trigger.registers import REGIONS

__all__ = ["RegionCounts"]

SCHEMA = "region_counts/1"

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RegionCounts:
    """Events by region; adding two records is associative and commutative.

    Parameters
    ----------
    before : ndarray (regions,) of int64
        Events in each region before prescale, A first; four of them for what is estimated.
    after : ndarray (regions,) of int64
        Accepted events.

    Examples
    --------
    >>> part = RegionCounts.of(np.array([0, 3, 3], np.uint8), np.array([True, False, True]))
    >>> print((part + part).before, (part + part).after)
    [2 0 0 4] [2 0 0 2]
    """

    before: Counts
    after: Counts

    @classmethod
    def zero(cls, regions: int = len(REGIONS)) -> RegionCounts:
        """No events: the neutral element, the start of a ``sum``."""
        return cls(np.zeros(regions, dtype=np.int64), np.zeros(regions, dtype=np.int64))

    @classmethod
    def of(
        cls,
        region: NDArray[np.uint8],
        accept: NDArray[np.bool_] | None = None,
        regions: int = len(REGIONS),
    ) -> RegionCounts:
        """Count events.

        Parameters
        ----------
        region : ndarray (n_events,) of uint8
            As in `trigger.decide.Decision`.
        accept : ndarray (n_events,) of bool, optional
            Without it every event is accepted.
        regions : int
            Number of regions that there are.
        """
        before = np.bincount(region, minlength=regions)
        after = before if accept is None else np.bincount(region[accept], minlength=regions)
        return cls(before.astype(np.int64), after.astype(np.int64))

    def __add__(self, other: RegionCounts) -> RegionCounts:
        return RegionCounts(self.before + other.before, self.after + other.after)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RegionCounts):
            return NotImplemented
        return bool((self.before == other.before).all() and (self.after == other.after).all())

    def __hash__(self) -> int:
        return hash((*self.before.tolist(), *self.after.tolist()))

    @property
    def events(self) -> int:
        """All events, before prescale."""
        return int(self.before.sum())

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, read back by `from_json`."""
        names = region_names(len(self.before))
        return {
            "schema": SCHEMA,
            "before": dict(zip(names, self.before.tolist(), strict=True)),
            "after": dict(zip(names, self.after.tolist(), strict=True)),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> RegionCounts:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema.
        """
        if record.get("schema") != SCHEMA:
            raise SchemaError(
                "region counts",
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "count again with this version",
            )
        names = region_names(len(record["before"]))
        before, after = (
            np.array([record[when][region] for region in names], dtype=np.int64)
            for when in ("before", "after")
        )
        return cls(before, after)
