"""Any two scorers as the two scores of a trigger, trained together.

The ports of a member carry its number, so that two of one kind stay apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trigger_ad.config import Member
from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.branch import Branch
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.tagged import tagged_branch, tagged_costs, tagged_expression, tagged_parts

__all__ = ["pair"]


def pair(find: Callable[[str], Scorer]) -> Scorer:
    """Scorer of the two members in its settings, whose scores are score1 and score2.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def members(settings: Member) -> Iterator[tuple[int, Scorer, Member]]:
        for number, member in enumerate(_members(settings), 1):
            scorer = find(member.name)
            names = list(scorer.expressions(member))
            if names != ["score"]:
                raise ConfigError(
                    f"member {number} of the pair",
                    "must have one score",
                    f"{member.name} with {' and '.join(names)}",
                    "name a scorer of one score",
                )
            yield number, scorer, member

    def branches(settings: Member) -> tuple[Branch, ...]:
        return tuple(
            tagged_branch(branch, f"{number}")
            for number, scorer, member in members(settings)
            for branch in scorer.branches(member)
        )

    def expressions(settings: Member) -> dict[str, Expression]:
        return {
            f"score{number}": tagged_expression(scorer.expressions(member)["score"], f"{number}")
            for number, scorer, member in members(settings)
        }

    def objective(settings: Member) -> Objective:
        parts: list[Companion | Latent] = []
        costs: dict[str, tuple[Cost, ...]] = {}
        for number, scorer, member in members(settings):
            own = scorer.objective(member)
            parts += tagged_parts(own, f"{number}")
            for several in own.costs.values():
                costs[f"score{number}"] = tagged_costs(several, f"{number}")
        return Objective(tuple(parts), costs)

    return Scorer(branches, expressions, objective)


def _members(settings: Member) -> tuple[Member, ...]:
    if len(settings.members) != 2:
        raise ConfigError(
            "key 'scorer.members'", "must name two scorers", len(settings.members), "name two"
        )
    return settings.members
