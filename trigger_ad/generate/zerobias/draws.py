"""Which collisions a crossing has: a pure function of the seed and the number of the crossing.

A crossing draws its mean from the pile-up profile, its number of collisions from a Poisson
distribution of this mean, the bin of each collision from the probabilities of the bins, and an
event of the bin at random. Crossings have weight 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.generate.zerobias.grid import Floats, Ints
from trigger_ad.generate.zerobias.library import Composition
from trigger_ad.storage.files import read_text
from trigger_ad.storage.text import lines

__all__ = ["Draws", "Pileup", "draw", "hardest"]

#: Largest mean number of collisions in a crossing.
LARGEST = 200.0


def _row(text: str) -> tuple[float, float]:
    """Two finite numbers; anything else is a ValueError."""
    mean, weight = map(float, text.split())
    if not (np.isfinite(mean) and np.isfinite(weight)):
        raise ValueError(text)
    return mean, weight


@dataclass(frozen=True)
class Pileup:
    """Mean numbers of collisions and how often they occur.

    Parameters
    ----------
    means, weights : tuple of float
    """

    means: tuple[float, ...]
    weights: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        for mean in self.means:
            if not 0 < mean <= LARGEST:
                raise ConfigError(
                    "pile-up",
                    f"must be above 0 and at most {LARGEST:g}",
                    f"{mean:g}",
                    "give the mean number of collisions in a crossing",
                )

    @classmethod
    def from_file(cls, path: Path) -> Pileup:
        """Read a profile: lines with a mean and its weight, ``#`` for comments.

        Raises
        ------
        ConfigError
            If the file is no readable text.
        EventFileError
            If it is not such a table, or has no positive weight.
        """
        plain = lines(read_text(path, "text").replace(",", " "), str(path))
        texts = [text for line in plain if (text := line.partition("#")[0].strip())]
        try:
            rows = np.array([_row(text) for text in texts]).reshape(-1, 2)
        except ValueError:
            raise EventFileError(
                path,
                "must be a pile-up profile",
                "a file of another kind",
                "write two columns of numbers, mean pile-up and weight",
            ) from None
        kept = rows[rows[:, 1] > 0]
        if not len(kept) or (rows[:, 1] < 0).any():
            raise EventFileError(
                path,
                "must have weights above 0 and none below",
                "a negative weight" if len(kept) else "an empty profile",
                "write two columns of numbers, mean pile-up and weight",
            )
        means, weights = kept.T.tolist()
        return cls(tuple(means), tuple(weights))


@dataclass(frozen=True)
class Draws:
    """Collisions of consecutive crossings.

    Attributes
    ----------
    collisions : (n,) int64
        How many each crossing has.
    events : (sum of collisions,) int64
        Their numbers in the library, crossing after crossing.
    """

    collisions: Ints
    events: Ints

    @property
    def crossing(self) -> Ints:
        """Crossing, from 0, of each of `events`."""
        return np.repeat(np.arange(len(self.collisions)), self.collisions)


def draw(pileup: Pileup, composition: Composition, seed: int, start: int, stop: int) -> Draws:
    """Collisions of the crossings `start` to `stop`.

    Parameters
    ----------
    pileup : Pileup
    composition : Composition
        Of the library.
    seed, start, stop : int
    """
    profile = np.cumsum(pileup.weights) / np.sum(pileup.weights)
    ends = np.cumsum(composition.probabilities)
    sizes = np.array(composition.sizes)
    first = np.cumsum(sizes) - sizes
    found = [
        _one(np.random.default_rng([seed, 1, crossing]), pileup.means, profile, ends)
        for crossing in range(start, stop)
    ]
    place = np.concatenate([np.zeros((2, 0)), *found], axis=1)
    kind = np.minimum(place[0].astype(np.int64), len(sizes) - 1)
    events = first[kind] + (place[1] * sizes[kind]).astype(np.int64)
    return Draws(np.array([f.shape[1] for f in found], dtype=np.int64), events)


def _one(
    rng: np.random.Generator, means: tuple[float, ...], profile: Floats, ends: Floats
) -> Floats:
    """Bins, and places within them, of the collisions of one crossing, (2, n)."""
    column = int(np.searchsorted(profile, rng.random(), side="right"))
    n = int(rng.poisson(means[min(column, len(means) - 1)]))
    place = rng.random((2, n))
    place[0] = np.searchsorted(ends, place[0], side="right")
    return place


def hardest(draws: Draws, hardness: npt.NDArray[np.floating]) -> Ints:
    """Hardest collision of each crossing.

    Parameters
    ----------
    draws : Draws
    hardness : (events of the library,) float
        What is compared; of equal ones the lowest number is taken.

    Returns
    -------
    (n,) int64
        Number in the library; the number of its events for a crossing without collisions.
    """
    crossing = draws.crossing
    order = np.lexsort((draws.events, -hardness[draws.events], crossing))
    found = np.full(len(draws.collisions), len(hardness), dtype=np.int64)
    some, where = np.unique(crossing[order], return_index=True)
    found[some] = draws.events[order][where]
    return found
