"""One score of several: AND, OR, PROD and AVG of their ranks among background events.

Caron, Hendriks and Verheyen, arXiv:2106.10164 (2021), Table 4, with s_i the score that is
uniform between 0 and 1 on background:

    AND    S = min_i s_i
    OR     S = max_i s_i
    PROD   S = prod_i s_i
    AVG    S = sum_i s_i / N

Each is a `Score` over the ports of its members, so every back end renders it, and all are exact
on the integers of `trigger_ad.scorers.rank_map`. A constant factor changes no selection, so AVG
is not divided by N and the ranks keep their 2^bits.

AND and OR select the same on either scale of ranks, but for their resolution. PROD and AVG of
the paper need the flat scale. On the tail scale PROD is the sum of the ranks: the logarithm of
the product of the efficiencies at which the members would just accept the event, the statistic of
Fisher, Statistical Methods for Research Workers (1925), Sec. 21.1. AVG has no meaning there.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import RankMap, RankScale

__all__ = ["Combination", "combine_ranks", "combined", "expression", "shared_ports"]


class Combination(StrEnum):
    """How ranks become one score."""

    AND = "and"
    OR = "or"
    PROD = "prod"
    AVG = "avg"


def expression(
    how: Combination, scores: Sequence[Expression], maps: Sequence[RankMap]
) -> Expression:
    """Combined score over the ports of its members.

    Parameters
    ----------
    how : Combination
    scores : sequence of Expression
        At least two.
    maps : sequence of RankMap
        Of these scores, all of as many events, bits and the same scale.

    Raises
    ------
    FixedPointError
        If there are fewer than two scores, the maps differ, or AVG is asked of the tail scale.
    """
    _check(how, scores, maps)
    ranks = [ranking.expression(score) for score, ranking in zip(scores, maps, strict=True)]
    if how is Combination.AND:
        return reduce(Expression.minimum, ranks)
    if how is Combination.OR:
        return reduce(Expression.maximum, ranks)
    if how is Combination.PROD and maps[0].scale is RankScale.FLAT:
        return reduce(Expression.multiply, ranks)
    return reduce(Expression.add, ranks)


def combined(
    name: str, how: Combination, scores: Sequence[Score], maps: Sequence[RankMap]
) -> Score:
    """Combined score in the hardware.

    Parameters
    ----------
    name : str
        Of the new score.
    how : Combination
    scores : sequence of Score
        At least two of one hardware network.
    maps : sequence of RankMap
        Of these scores, as `trigger_ad.scorers.rank_map.monotone_table` makes them.

    Raises
    ------
    FixedPointError
        As `expression`, if two scores give a port different types, or a map is of another score.
    """
    ports = shared_ports(scores)
    return Score(name, expression(how, [score.expression for score in scores], maps), ports)


def shared_ports(scores: Sequence[Score]) -> dict[str, PortType]:
    """Ports of scores that are read off one network.

    Raises
    ------
    FixedPointError
        If two scores give a port different types.
    """
    ports: dict[str, PortType] = {}
    for score in scores:
        for port, kind in score.ports.items():
            if ports.setdefault(port, kind) != kind:
                raise FixedPointError(
                    f"port {port} of score {score.name}",
                    f"must be {ports[port].type} in all scores that are combined",
                    kind.type,
                    "bind them to one network",
                )
    return ports


def combine_ranks(
    how: Combination, ranks: Sequence[NDArray[Any]], scale: RankScale
) -> NDArray[np.int64]:
    """Combine ranks as the expression does.

    Parameters
    ----------
    how : Combination
    ranks : sequence of ndarray (n_events,) of integers
        One for each score.
    scale : RankScale

    Returns
    -------
    ndarray (n_events,) of int64
    """
    stacked = np.stack(ranks).astype(np.int64)
    if how is Combination.AND:
        return np.asarray(stacked.min(axis=0))
    if how is Combination.OR:
        return np.asarray(stacked.max(axis=0))
    product = how is Combination.PROD and scale is RankScale.FLAT
    return np.asarray(stacked.prod(axis=0) if product else stacked.sum(axis=0))


def _check(how: Combination, scores: Sequence[Expression], maps: Sequence[RankMap]) -> None:
    if len(scores) < 2:
        raise FixedPointError(
            "a combination", "must have at least two scores", len(scores), "name another score"
        )
    if len(maps) != len(scores):
        raise FixedPointError(
            "the tables of a combination",
            f"must be one for each of {len(scores)} scores",
            len(maps),
            "make one for each score",
        )
    kinds = list(dict.fromkeys((m.events, m.bits, m.scale.value) for m in maps))
    if len(kinds) > 1:
        raise FixedPointError(
            "the ranks of a combination",
            "must be of one number of events, bits and scale",
            " and ".join(f"{n} events, {bits} bits, {scale}" for n, bits, scale in kinds),
            "make all tables from the same events in the same way",
        )
    if how is Combination.AVG and maps[0].scale is RankScale.TAIL:
        raise FixedPointError(
            "the scale of the ranks of avg",
            "must be flat",
            "tail",
            "make flat tables, or take prod: on the tail scale it is the sum",
        )
