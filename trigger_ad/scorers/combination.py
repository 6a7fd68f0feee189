"""Several scorers as one score: AND, OR, PROD or AVG of their ranks among background events.

Members that have networks are trained together, each by its own cost. The ranks are tables of
integers that are made when the networks have their bits (`trigger_ad.scorers.ranked`).
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
from trigger_ad.scorers.members import Member, members, vectors_of
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective, Term
from trigger_ad.scorers.rank_map import RankScale
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite

__all__ = ["RANK_BITS", "CombinationSettings", "combination"]

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


def combination(find: Callable[[str], Scorer[Any]]) -> Scorer[CombinationSettings]:
    """Scorer of the members in its settings, with one score.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def all_of(settings: CombinationSettings) -> Iterator[Member]:
        return members(find, settings, ascii_lowercase, "a combination")

    def branches(settings: CombinationSettings, inputs: int) -> tuple[Architecture, ...]:
        return tuple(branch for member in all_of(settings) for branch in member.branches(inputs))

    def expressions(settings: CombinationSettings) -> dict[str, Expression]:
        how = Combination(settings.combine)
        ranks = [member.score.rank(RANK_BITS, SCALES[how]) for member in all_of(settings)]
        join = {Combination.AND: Expression.minimum, Combination.OR: Expression.maximum}
        return {"score": reduce(join.get(how, Expression.add), ranks)}

    def objective(settings: CombinationSettings, inputs: int) -> Objective:
        parts: list[Companion | Latent] = []
        costs: list[Cost] = []
        for member in all_of(settings):
            if member.branches(inputs):
                parts += member.parts(inputs)
                costs += member.costs(inputs) or [(Term(member.score),)]
        return Objective(tuple(parts), {"score": tuple(costs)} if costs else {})

    return Scorer(CombinationSettings, branches, expressions, objective, vectors_of(find))
