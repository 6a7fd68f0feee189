"""Which regions the decisions of k scores span: all that has one entry a region follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from trigger_ad.errors import ConfigError

__all__ = ["MOST_AXES", "PAIR", "RegionRule", "region_names"]

#: Each axis doubles the regions, and each region has a prescaler and two counters.
MOST_AXES = 4


def region_names(regions: int) -> tuple[str, ...]:
    """Letters of so many regions, by their codes.

    Examples
    --------
    >>> region_names(4)
    ('A', 'B', 'C', 'D')
    """
    return tuple(ascii_uppercase[:regions])


@dataclass(frozen=True)
class RegionRule:
    """How many scores a trigger has, and which of them are cut on to make its regions.

    A score that is an axis has a threshold; one that is none is put out and decides nothing. The
    code of a region has one bit for each axis, the first axis in the highest bit: 0 where the
    score is at or above its threshold, 1 where it is below. So region A, code 0, is where all
    pass, and the last region where none does.

    Parameters
    ----------
    scores : int
    axes : tuple of int
        Scores that span the regions, counted from 0, in order; one to four.

    Raises
    ------
    ConfigError
        If an axis is no score, is there twice, or there are too few or too many.

    Examples
    --------
    >>> RegionRule(2, (0, 1)).names
    ('A', 'B', 'C', 'D')
    >>> RegionRule(3, (0, 2)).code((True, False, False))
    1
    """

    scores: int
    axes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.axes) <= MOST_AXES:
            raise ConfigError(
                "the axes of the regions",
                f"must be one to {MOST_AXES}",
                len(self.axes),
                "choose the scores to cut on",
            )
        if len({*self.axes}) < len(self.axes) or not {*self.axes} <= {*range(self.scores)}:
            raise ConfigError(
                "the axes of the regions",
                f"must be different numbers from 0 to {self.scores - 1}",
                ", ".join(map(str, self.axes)),
                "name each score once",
            )

    @classmethod
    def of(cls, scores: int) -> RegionRule:
        """Regions that all of so many scores span, in order."""
        return cls(scores, tuple(range(scores)))

    @property
    def regions(self) -> int:
        """Number of regions."""
        return 2 ** len(self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """Letter of each region, by its code."""
        return region_names(self.regions)

    @property
    def score_names(self) -> tuple[str, ...]:
        """Names of the score ports, ``score1`` and on."""
        return tuple(f"score{number}" for number in range(1, self.scores + 1))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the axes in names of ports, which count scores from 1."""
        return tuple(axis + 1 for axis in self.axes)

    @property
    def threshold_names(self) -> tuple[str, ...]:
        """Names of the threshold ports, each with the number of its score, in order."""
        return tuple(f"threshold{number}" for number in self.numbers)

    def code(self, passed: Sequence[bool]) -> int:
        """Region of an event.

        Parameters
        ----------
        passed : sequence of bool
            Whether each score is at or above its threshold; only the axes matter.
        """
        last = len(self.axes) - 1
        return sum((not passed[axis]) << (last - place) for place, axis in enumerate(self.axes))

    def passes(self, code: int) -> tuple[bool, ...]:
        """Whether each axis passes in a region, in the order of the axes."""
        last = len(self.axes) - 1
        return tuple(not code >> (last - place) & 1 for place in range(len(self.axes)))

    def to_json(self) -> dict[str, Any]:
        """Plain dictionary and list, read back by `from_json`."""
        return {"scores": self.scores, "axes": list(self.axes)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> RegionRule:
        """Rebuild from `to_json`."""
        return cls(record["scores"], tuple(record["axes"]))


#: The regions of two scores: A both pass, B the first only, C the second only, D none.
PAIR = RegionRule(2, (0, 1))
