"""Several scorers as one score: AND, OR, PROD or AVG of their ranks among background events.

The members are trained together, each by its own cost. Their ranks are tables of integers that are
made when the networks have their bits (`trigger_ad.scorers.ranked`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from string import ascii_lowercase
from typing import Any, Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.combine import Combination
from trigger_ad.scorers.members import only_score
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective, Term
from trigger_ad.scorers.rank_map import RankScale
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite, ScorerSettings
from trigger_ad.scorers.tagged import tagged_branch, tagged_costs, tagged_expression, tagged_parts

__all__ = ["RANK_BITS", "CombinationSettings", "combination", "members_of"]

#: Bits of a rank. On the flat scale they are the resolution in efficiency.
RANK_BITS = 10

#: Scale on which each combination has its meaning, see `trigger_ad.scorers.combine`.
SCALES = {
    Combination.AND: RankScale.TAIL,
    Combination.OR: RankScale.TAIL,
    Combination.PROD: RankScale.TAIL,
    Combination.AVG: RankScale.FLAT,
}


class CombinationSettings(Composite):
    """Several scorers as one score."""

    name: Literal["combination"] = Field("combination", description="one score of several")
    members: tuple[AnyMember, ...] = Field(
        min_length=2, max_length=len(ascii_lowercase), description="scorers of one score each"
    )
    combine: Literal["and", "or", "prod", "avg"] = Field(
        "and", description="the ranks of its members"
    )


def members_of(settings: CombinationSettings) -> Iterator[tuple[str, ScorerSettings]]:
    """Members of a combination with the letter that tags their ports."""
    return zip(ascii_lowercase, settings.members, strict=False)


def combination(find: Callable[[str], Scorer[Any]]) -> Scorer[CombinationSettings]:
    """Scorer of the members in its settings, with one score.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def parts_of(
        settings: CombinationSettings,
    ) -> Iterator[tuple[str, Scorer[Any], ScorerSettings, Expression]]:
        for tag, member in members_of(settings):
            score = only_score(find, f"member {tag} of a combination", member)
            yield tag, find(member.name), member, tagged_expression(score, tag)

    def branches(settings: CombinationSettings, inputs: int) -> tuple[Architecture, ...]:
        return tuple(
            tagged_branch(branch, tag)
            for tag, scorer, member, _ in parts_of(settings)
            for branch in scorer.branches(member, inputs)
        )

    def expressions(settings: CombinationSettings) -> dict[str, Expression]:
        how = Combination(settings.combine)
        ranks = [score.rank(RANK_BITS, SCALES[how]) for *_, score in parts_of(settings)]
        join = {Combination.AND: Expression.minimum, Combination.OR: Expression.maximum}
        return {"score": reduce(join.get(how, Expression.add), ranks)}

    def objective(settings: CombinationSettings, inputs: int) -> Objective:
        parts: list[Companion | Latent] = []
        costs: list[Cost] = []
        for tag, scorer, member, score in parts_of(settings):
            own = scorer.objective(member, inputs)
            parts += tagged_parts(own, tag)
            costs += tagged_costs(own.costs["score"], tag) if own.costs else [(Term(score),)]
        return Objective(tuple(parts), {"score": tuple(costs)})

    return Scorer(CombinationSettings, branches, expressions, objective)
