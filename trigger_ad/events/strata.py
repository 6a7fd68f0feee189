"""Strata: parts of a sample that were drawn apart, each of a known probability."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import ConfigError

__all__ = ["ONE", "Strata"]

#: Lists of a record, and what is in them.
_KINDS: dict[str, type | UnionType] = {
    "names": str,
    "probabilities": int | float,
    "drawn": int,
    "errors": int | float,
}


@dataclass(frozen=True)
class Strata:
    """The strata of a sample, which share its events without overlap.

    Within a stratum every event has weight 1. A fraction of all events is the sum over the strata
    of their probability times the fraction within them, so that rare strata can be drawn more often
    than they occur.

    Parameters
    ----------
    names : tuple of str
        Each once; an event has the place of its stratum here.
    probabilities : tuple of float
        Part of all events, above 0; they sum to 1.
    drawn : tuple of int, optional
        Events of each in the sample, where that is known.
    errors : tuple of float, optional
        Relative standard deviations of the probabilities, where these were measured themselves.

    Raises
    ------
    ConfigError
        If that does not hold.

    Examples
    --------
    >>> hard = Strata(("soft", "hard"), (0.99, 0.01), (1000, 1000))
    >>> hard.named("hard")
    1
    """

    names: tuple[str, ...]
    probabilities: tuple[float, ...]
    drawn: tuple[int, ...] = ()
    errors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        sizes = {len(self.names), len(self.probabilities), len(self.drawn or self.names)}
        if len(sizes) > 1 or not self.names:
            raise ConfigError(
                "strata",
                "must have a name, a probability and a number drawn each",
                f"{len(self.names)}, {len(self.probabilities)} and {len(self.drawn)} of these",
                "give them for each stratum",
            )
        if len(set(self.names)) < len(self.names):
            raise ConfigError(
                "strata", "must have different names", ", ".join(self.names), "rename one of them"
            )
        for name, probability in zip(self.names, self.probabilities, strict=True):
            if not 0 < probability <= 1:
                raise ConfigError(
                    f"the probability of stratum {name}",
                    "must be above 0 and at most 1",
                    probability,
                    "give the part of all events that are of it",
                )
        if self.errors and (
            len(self.errors) != len(self.names)
            or not all(0 <= error < math.inf for error in self.errors)
        ):
            raise ConfigError(
                "the errors of the probabilities of the strata",
                "must be one for each, from 0 on",
                ", ".join(map(str, self.errors)),
                "give relative standard deviations, or none",
            )
        total = math.fsum(self.probabilities)
        if abs(total - 1) > 1e-9:
            raise ConfigError(
                "the probabilities of the strata", "must sum to 1", total, "change one of them"
            )

    def named(self, name: str) -> int:
        """Place of a stratum."""
        return self.names.index(name)

    def checked(self, stratum: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Places of the strata of events, as int64.

        Raises
        ------
        ConfigError
            If one is none of these.
        """
        outside = (stratum < 0) | (stratum >= len(self.names))
        if outside.any():
            raise ConfigError(
                "the stratum of an event",
                f"must be from 0 to {len(self.names) - 1}",
                stratum[np.argmax(outside)],
                "make the sample again",
            )
        return stratum.astype(np.int64)

    def require(self, events: npt.NDArray[np.int64], what: str) -> None:
        """Refuse events that leave out a stratum, since nothing is known of its part.

        Parameters
        ----------
        events : ndarray (strata,) of int64
        what : str
            Whose events these are, for the sentence.

        Raises
        ------
        ConfigError
        """
        if (events == 0).any():
            raise ConfigError(
                what,
                f"must have events of stratum {self.names[int(np.argmin(events))]}",
                None,
                "draw more of it",
            )

    def to_json(self) -> dict[str, Any]:
        """Plain lists, read back by `from_json`."""
        lists: dict[str, tuple[Any, ...]] = {
            "names": self.names,
            "probabilities": self.probabilities,
            "drawn": self.drawn,
        }
        if self.errors:
            lists["errors"] = self.errors
        return {key: list(values) for key, values in lists.items()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Strata:
        """Rebuild from `to_json`.

        Raises
        ------
        ConfigError
            If it is no such record.
        """
        return cls(*(_list(record, key, kind) for key, kind in _KINDS.items()))


def _list(record: Mapping[str, Any], key: str, kind: type | UnionType) -> tuple[Any, ...]:
    """A list of a record, whose values are of this type, and no truth values."""
    found = record.get(key, [])
    values = found if isinstance(found, list) else [found]
    strange = [one for one in values if isinstance(one, bool) or not isinstance(one, kind)]
    if strange or values is not found:
        raise ConfigError(
            f"the {key} of the strata",
            f"must be a list of {'text' if kind is str else 'numbers'}",
            repr(strange[0] if strange else found),
            "make the sample again",
        )
    return tuple(found)


#: A sample that was not drawn in strata.
ONE = Strata(("all",), (1.0,))
