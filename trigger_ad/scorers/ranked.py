"""What is read off background events becomes tables, once these have all values of a form.

Ranks of the members of combinations are those among events of the split ``threshold``; densities,
tails and ranks at like values of another score are of the split ``train``, which has more of them
in the tail.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.score import PortType, Score
from trigger_ad.ir.typed import Typed
from trigger_ad.scorers.rank_map import RankScale, fitting_table
from trigger_ad.scorers.tabulate import FITTED, Background, tabulated

__all__ = ["Events", "resolve"]


def _no_events(score: Score) -> NDArray[Any]:
    raise FixedPointError(
        score.name, "must have background events to be made of", None, "give their scores"
    )


def _no_background() -> Background:
    raise FixedPointError(
        "a table", "must have background events to be made of", None, "give their values"
    )


@dataclass(frozen=True)
class Events:
    """Background events of which tables are made; those that are not given are refused.

    Parameters
    ----------
    scores : callable
        Gives the raw scores (n_events,) of the events that rank, for the argument of a rank.
    background : callable
        Gives the values of all ports of the events that other tables are made of.
    """

    scores: Callable[[Score], NDArray[Any]] = _no_events
    background: Callable[[], Background] = _no_background


def resolve(expression: Expression, ports: Mapping[str, PortType], events: Events) -> Expression:
    """Make tables of all that is read off background events.

    Parameters
    ----------
    expression : Expression
    ports : mapping of str to PortType
        With at least the ports of the expression.
    events : Events

    Returns
    -------
    Expression
        The same where nothing is read off events.

    Raises
    ------
    FixedPointError
        If there are fewer events than ranks, or too few for another table, or that would have more
        than 2^12 entries.
    """
    typed = Typed("a table of background events", ports)

    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        if node.operation == "rank":
            (argument,) = arguments
            score = Score("a rank", argument, ports)
            scale = RankScale(node.name)
            table = fitting_table(events.scores(score), score, node.parameter, scale)
            return table.expression(argument)
        if node.operation in FITTED:
            last = node == expression
            return tabulated(node, arguments, typed, events.background(), last=last)
        return dataclasses.replace(node, arguments=arguments)

    return fold(expression, visit)
