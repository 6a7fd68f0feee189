"""A fill of the LHC: which of the 3564 places in an orbit collide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.lhc.orbit import BUNCHES_PER_ORBIT, colliding_rate_hz
from trigger_ad.storage.files import read_text
from trigger_ad.storage.text import lines

__all__ = ["FillingScheme"]

_RANGE = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?", re.ASCII)

#: What a list of places is made of; anything else names a file.
_LIST = re.compile(r"[\d\s,-]*", re.ASCII)


@dataclass(frozen=True)
class FillingScheme:
    """Places of an orbit where bunches collide at the interaction point.

    Parameters
    ----------
    places : tuple of int
        Rising, each from 0 to 3563.

    Raises
    ------
    ConfigError
        If there is none, one lies outside the orbit, or they do not rise.

    Examples
    --------
    >>> fill = FillingScheme.parse("56-103, 112")
    >>> fill.pairs, fill.live_fraction
    (49, Fraction(49, 3564))
    >>> fill.crossing(np.array([0, 48, 49]))
    array([  56,  112, 3620])
    """

    places: tuple[int, ...]

    def __post_init__(self) -> None:
        remedy = "give each colliding place once, from 0 to 3563, in rising order"
        if not self.places:
            raise ConfigError("a filling scheme", "must have a colliding place", None, remedy)
        last = BUNCHES_PER_ORBIT - 1
        outside = [place for place in self.places if not 0 <= place <= last]
        if outside:
            raise ConfigError(
                "a filling scheme", f"must have places from 0 to {last}", outside[0], remedy
            )
        for before, place in zip((-1, *self.places), self.places, strict=False):
            if place <= before:
                raise ConfigError(
                    "a filling scheme", f"must have places above {before} after it", place, remedy
                )

    @classmethod
    def of(cls, places: Iterable[int]) -> FillingScheme:
        """Scheme of places in any order."""
        return cls(tuple(sorted(places)))

    @classmethod
    def parse(cls, text: str, source: str = "a filling scheme") -> FillingScheme:
        """Read places and ranges, ``56-103, 112``; what follows a ``#`` in a line is a remark.

        Raises
        ------
        ConfigError
            If a word is neither, a range falls, or as for the class.
        """
        places: list[int] = []
        plain = [line.partition("#")[0] for line in lines(text, source)]
        for word in re.split(r"[\s,]+", " ".join(plain).strip()):
            found = _RANGE.fullmatch(word)
            if found is None or int(found[2] or found[1]) < int(found[1]):
                raise ConfigError(
                    source,
                    "must list places or rising ranges such as 56-103",
                    repr(word),
                    "separate them with commas or spaces",
                )
            last = min(int(found[2] or found[1]), BUNCHES_PER_ORBIT)
            places += range(int(found[1]), last + 1) if int(found[1]) <= last else [int(found[1])]
        return cls.of(places)

    @classmethod
    def given(cls, text: str) -> FillingScheme:
        """Scheme that a user gives: its places and ranges, or else a file of them.

        Raises
        ------
        ConfigError
            As for `parse` and `read`.
        """
        return cls.parse(text) if _LIST.fullmatch(text) else cls.read(Path(text))

    @classmethod
    def read(cls, path: Path) -> FillingScheme:
        """Read a text file of places and ranges.

        Raises
        ------
        ConfigError
            If it cannot be read, or as for `parse`.
        """
        remedy = "check the path, or give places such as 56-103, 112"
        return cls.parse(read_text(path, "text", remedy), str(path))

    @property
    def text(self) -> str:
        """Places and ranges, read back by `parse`."""
        edges = np.flatnonzero(np.diff(self.mask, prepend=False, append=False)).tolist()
        ranges = zip(edges[::2], edges[1::2], strict=True)
        return ", ".join(str(a) if a == b - 1 else f"{a}-{b - 1}" for a, b in ranges)

    @property
    def pairs(self) -> int:
        """Colliding pairs of bunches."""
        return len(self.places)

    @property
    def live_fraction(self) -> Fraction:
        """Part of the crossings of an orbit that have collisions."""
        return Fraction(self.pairs, BUNCHES_PER_ORBIT)

    @property
    def rate_hz(self) -> Fraction:
        """Crossings with collisions in a second."""
        return colliding_rate_hz(self.pairs)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(3564,) bool: whether a place collides."""
        mask = np.zeros(BUNCHES_PER_ORBIT, dtype=np.bool_)
        mask[list(self.places)] = True
        return mask

    def crossing(self, number: NDArray[np.int64]) -> NDArray[np.int64]:
        """Crossing of the run, as `orbit.Crossing.index`, of colliding crossing `number`.

        Events of zero bias in sequence, numbered from 0, so become consecutive crossings with
        collisions, with the gaps of the fill between them.
        """
        orbit, place = np.divmod(number, self.pairs)
        return np.asarray(orbit * BUNCHES_PER_ORBIT + np.array(self.places)[place])

    def colliding_before(self, crossing: NDArray[np.int64]) -> NDArray[np.int64]:
        """Crossings with collisions before each crossing of the run; undoes `crossing`."""
        orbit, place = np.divmod(crossing, BUNCHES_PER_ORBIT)
        before = np.concatenate([[0], np.cumsum(self.mask)])
        return np.asarray(orbit * self.pairs + before[place])
