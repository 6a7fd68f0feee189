"""Any two scorers as the two scores of a trigger, trained together.

The ports of a member carry its number, so that two of one kind stay apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.members import only_score
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite, ScorerSettings
from trigger_ad.scorers.tagged import tagged_branch, tagged_costs, tagged_expression, tagged_parts

__all__ = ["Pair", "pair"]


class Pair(Composite):
    """Any two scorers as the two scores of a trigger."""

    name: Literal["pair"] = Field("pair", description="two scorers of one score each")
    members: tuple[AnyMember, ...] = Field(
        min_length=2, max_length=2, description="scorers of one score each"
    )


def pair(find: Callable[[str], Scorer[Any]]) -> Scorer[Pair]:
    """Scorer of the two members in its settings, whose scores are score1 and score2.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def members(settings: Pair) -> Iterator[tuple[int, Scorer[Any], ScorerSettings]]:
        for number, member in enumerate(settings.members, 1):
            only_score(find, f"member {number} of the pair", member)
            yield number, find(member.name), member

    def branches(settings: Pair, inputs: int) -> tuple[Architecture, ...]:
        return tuple(
            tagged_branch(branch, f"{number}")
            for number, scorer, member in members(settings)
            for branch in scorer.branches(member, inputs)
        )

    def expressions(settings: Pair) -> dict[str, Expression]:
        return {
            f"score{number}": tagged_expression(scorer.expressions(member)["score"], f"{number}")
            for number, scorer, member in members(settings)
        }

    def objective(settings: Pair, inputs: int) -> Objective:
        parts: list[Companion | Latent] = []
        costs: dict[str, tuple[Cost, ...]] = {}
        for number, scorer, member in members(settings):
            own = scorer.objective(member, inputs)
            parts += tagged_parts(own, f"{number}")
            for several in own.costs.values():
                costs[f"score{number}"] = tagged_costs(several, f"{number}")
        return Objective(tuple(parts), costs)

    return Scorer(Pair, branches, expressions, objective)
