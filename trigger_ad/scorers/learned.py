"""What training sees of scores: no rank at like values of another score, and no table.

Both are read off background events once networks are trained; see `trigger_ad.scorers.tabulate`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import PORT, Expression, fold, walk
from trigger_ad.ir.operations.fitted import CONDITIONAL, DENSITY, TAIL
from trigger_ad.scorers.tagged import SHARED

__all__ = ["learned_scores"]

#: Operations of which one side can be learned without the other.
_JOINS = ("add", "minimum", "maximum")


def learned_scores(
    expressions: Mapping[str, Expression], networks: Collection[str]
) -> dict[str, Expression]:
    """Scores before they are ranked, and none that is read off tables or vectors alone.

    Parameters
    ----------
    expressions : mapping of str to Expression
        Scores by name.
    networks : collection of str
        Ports of networks.

    Raises
    ------
    ConfigError
        If a score is made of a network in a way that leaves nothing to be learned.
    """
    own = {name: _unranked(expression) for name, expression in expressions.items()}
    found = {name: _learned(expression, networks) for name, expression in own.items()}
    for name, remains in found.items():
        if remains is None and any(node.name in networks for node in walk([own[name]])):
            raise ConfigError(
                f"score {name}",
                "must join what is learned and what is a table by sums, minima, maxima or ranks",
                None,
                "take other members",
            )
    return {name: remains for name, remains in found.items() if remains is not None}


def _unranked(expression: Expression) -> Expression:
    """A score before it is ranked at like values of another one."""

    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        if node.operation == CONDITIONAL.name:
            return arguments[0]
        return dataclasses.replace(node, arguments=arguments)

    return fold(expression, visit)


def _learned(expression: Expression, networks: Collection[str]) -> Expression | None:
    def visit(node: Expression, arguments: tuple[Expression | None, ...]) -> Expression | None:
        if node.operation == PORT:
            return node if node.name == SHARED or node.name in networks else None
        if node.operation in (DENSITY.name, TAIL.name):
            return None
        kept = tuple(argument for argument in arguments if argument is not None)
        if len(kept) == len(arguments):
            return dataclasses.replace(node, arguments=kept)
        return kept[0] if kept and node.operation in _JOINS else None

    return fold(expression, visit)
