"""A second score that no longer follows the first: exact tables that correct it in hardware.

Two scores that were trained apart depend on each other. What makes the prediction from three
regions fail is the copula alone (Sklar, Publ. Inst. Statist. Univ. Paris 8, 229 (1959)), which no
monotone map of a single score changes, so the correction is a function of both:

    shift    score2' = score2 - g(score1)
    rank     score2' = r(class(score1), code(score2 - g(score1)))

with tables g, class, code and r of integers. With g a conditional quantile of score 2 the share
above one cut is the same at every score 1; with r the rank among background events of like score
1 it is so at all cuts: the conditional probability integral transform of Rosenblatt, Ann. Math.
Statist. 23, 470 (1952), Eq. 1. `trigger_ad.train.decorrelate` chooses the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError, SchemaError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import Score
from trigger_ad.scorers.combine import shared_ports
from trigger_ad.scorers.rank_map import MAX_ADDRESS_BITS, RankMap, RankScale, check_monotone

__all__ = ["SCHEMA", "ConditionalRank", "Correction", "corrected"]

SCHEMA = "correction/1"


@dataclass(frozen=True)
class ConditionalRank:
    """Ranks of a shifted score among background events of like score 1.

    Parameters
    ----------
    classes : tuple of int
        Class of every address of score 1, from 0.
    codes : RankMap
        Of the shifted score: its ranks are the low part of the address of `ranks`.
    ranks : tuple of int
        Of the codes of class 0, then of class 1, and so on; ascending in each.

    Raises
    ------
    FixedPointError
        If an entry is no integer, a class has not as many ranks as there are codes, ranks
        descend in a class, or there are more than 2^12 ranks.
    """

    classes: tuple[int, ...]
    codes: RankMap
    ranks: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_integers("the classes of a correction", self.classes)
        _check_integers("the ranks of a correction", self.ranks)
        step, count = 1 << self.codes.bits, max(self.classes) + 1
        wanted = (count - 1) * step + self.codes.values[-1] + 1
        if min(self.classes) < 0 or len(self.ranks) != wanted:
            raise FixedPointError(
                "the ranks of a correction",
                f"must be {wanted}, {self.codes.values[-1] + 1} in each of {count} classes from 0",
                len(self.ranks),
                "fit the correction again",
            )
        if wanted > 1 << MAX_ADDRESS_BITS:
            raise FixedPointError(
                "the ranks of a correction",
                f"must be at most {1 << MAX_ADDRESS_BITS}",
                wanted,
                "take fewer classes or fewer bits",
            )
        for start in range(0, wanted, step):
            check_monotone(self.ranks[start : start + step])

    @property
    def starts(self) -> tuple[int, ...]:
        """Place of the ranks of every address of score 1."""
        return tuple(number << self.codes.bits for number in self.classes)


@dataclass(frozen=True)
class Correction:
    """What is taken from score 2 at every score 1, and what rank is given to the rest.

    Parameters
    ----------
    shifts : tuple of int
        In LSB of score 2, for every address; the first is that of the address `first`.
    first : int
        Smallest address: the lowest raw score 1 after `shorten` and `saturate`.
    shorten : int
        Low bits of score 1 that are dropped.
    saturate : int
        Bits of score 1 that are kept then, the sign of signed ones included.
    rank : ConditionalRank, optional
        Without it the corrected score is the difference.

    Raises
    ------
    FixedPointError
        If an entry is no integer, there are more than 2^12, or not as many classes as shifts.

    Examples
    --------
    >>> correction = Correction((0, 10), first=0, shorten=3, saturate=1)
    >>> print(correction.apply(np.array([7, 8, 90]), np.array([30, 30, 30])))
    [30 20 20]
    """

    shifts: tuple[int, ...]
    first: int
    shorten: int
    saturate: int
    rank: ConditionalRank | None = None

    def __post_init__(self) -> None:
        _check_integers("the shifts of a correction", self.shifts)
        if len(self.shifts) > 1 << MAX_ADDRESS_BITS:
            raise FixedPointError(
                "the shifts of a correction",
                f"must be at most {1 << MAX_ADDRESS_BITS}",
                len(self.shifts),
                "shorten score 1 by more bits",
            )
        if self.rank is not None and len(self.rank.classes) != len(self.shifts):
            raise FixedPointError(
                "the classes of a correction",
                f"must be {len(self.shifts)}, one for each shift",
                len(self.rank.classes),
                "fit the correction again",
            )

    def expression(self, first: Expression, second: Expression, fraction: int) -> Expression:
        """Corrected score as an expression of one element.

        Parameters
        ----------
        first, second : Expression
            The two scores.
        fraction : int
            Bits right of the binary point of score 2.
        """
        address = first.shorten(self.shorten).saturate(self.saturate)
        shifted = second.subtract(address.table(self.shifts, fraction))
        if self.rank is None:
            return shifted
        # A table holds the places with a minus, so that a difference adds them.
        starts = address.table(tuple(-start for start in self.rank.starts))
        return self.rank.codes.expression(shifted).subtract(starts).table(self.rank.ranks)

    def apply(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
        """Correct raw scores without the expression.

        Parameters
        ----------
        first, second : ndarray (n_events,) of integers
            Raw scores that the two can put out.

        Returns
        -------
        ndarray (n_events,) of int64
        """
        address = (np.asarray(first, dtype=np.int64) >> self.shorten) - self.first
        address = address.clip(0, len(self.shifts) - 1)
        shifted = np.asarray(second, np.int64) - np.asarray(self.shifts, np.int64)[address]
        if self.rank is None:
            return np.asarray(shifted)
        place = np.asarray(self.rank.starts)[address] + self.rank.codes.rank(shifted)
        return np.asarray(self.rank.ranks, dtype=np.int64)[place]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Correction:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema.
        FixedPointError
            If its tables are none.
        """
        if record.get("schema") != SCHEMA:
            raise SchemaError(
                "a correction",
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "fit it again with this version",
            )
        rank = record["rank"]
        if rank is not None:
            codes = dict(rank["codes"])
            codes |= {"values": tuple(codes["values"]), "scale": RankScale(codes["scale"])}
            rank = ConditionalRank(tuple(rank["classes"]), RankMap(**codes), tuple(rank["ranks"]))
        return cls(
            tuple(record["shifts"]), record["first"], record["shorten"], record["saturate"], rank
        )


def corrected(name: str, score1: Score, score2: Score, correction: Correction) -> Score:
    """Corrected second score in the hardware.

    Parameters
    ----------
    name : str
        Of the new score.
    score1, score2 : Score
        Of one hardware network.
    correction : Correction
        Of these scores, as `trigger_ad.train.decorrelate.fit_correction` makes it.

    Raises
    ------
    FixedPointError
        If the scores give a port different types, or the correction is of other scores.
    """
    ports = shared_ports((score1, score2))
    both = score1.expression, score2.expression
    return Score(name, correction.expression(*both, score2.type.fraction), ports)


def _check_integers(name: str, values: Sequence[Any]) -> None:
    if not values:
        raise FixedPointError(name, "must have entries", None, "fit the correction again")
    for place, value in enumerate(values):
        if type(value) is not int:
            raise FixedPointError(
                f"entry {place} of {name}",
                "must be an integer",
                repr(value),
                "fit the correction again",
            )
