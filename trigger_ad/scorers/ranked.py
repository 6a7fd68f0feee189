"""Ranks in an expression become tables, once background events have their scores."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import RankScale, fitting_table

__all__ = ["no_events", "resolve"]


def no_events(score: Score) -> NDArray[Any]:
    """Refuse to rank a score.

    Raises
    ------
    FixedPointError
        Always.
    """
    raise FixedPointError(
        score.name, "must have background events to be made of", None, "give their scores"
    )


def resolve(
    expression: Expression, ports: Mapping[str, PortType], evaluate: Callable[[Score], NDArray[Any]]
) -> Expression:
    """Replace every rank by the table of its argument's scores.

    Parameters
    ----------
    expression : Expression
    ports : mapping of str to PortType
        With at least the ports of the expression.
    evaluate : callable
        Gives the raw scores (n_events,) of the background events that rank, of the split
        ``threshold``, for the argument of a rank.

    Returns
    -------
    Expression
        The same where it has no rank.

    Raises
    ------
    FixedPointError
        If there are fewer events than ranks.
    """

    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        if node.operation != "rank":
            return dataclasses.replace(node, arguments=arguments)
        (argument,) = arguments
        score = Score("a rank", argument, ports)
        scale = RankScale(node.name)
        return fitting_table(evaluate(score), score, node.parameter, scale).expression(argument)

    return fold(expression, visit)
