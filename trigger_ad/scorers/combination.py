"""Several scorers as one score: AND, OR, PROD or AVG of their ranks among background events.

The members are trained together, each by its own cost. Their ranks are tables of integers that are
made when the networks have their bits (`trigger_ad.scorers.ranked`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from string import ascii_lowercase

from trigger_ad.config import Member
from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.branch import Branch
from trigger_ad.scorers.combine import Combination
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective, Term
from trigger_ad.scorers.rank_map import RankScale
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.tagged import tagged_branch, tagged_costs, tagged_expression, tagged_parts

__all__ = ["RANK_BITS", "combination", "members_of"]

#: Bits of a rank. On the flat scale they are the resolution in efficiency.
RANK_BITS = 10

#: Scale on which each combination has its meaning, see `trigger_ad.scorers.combine`.
SCALES = {
    Combination.AND: RankScale.TAIL,
    Combination.OR: RankScale.TAIL,
    Combination.PROD: RankScale.TAIL,
    Combination.AVG: RankScale.FLAT,
}


def members_of(settings: Member) -> Iterator[tuple[str, Member]]:
    """Members of a combination with the letter that tags their ports.

    Raises
    ------
    ConfigError
        If there are fewer than two, or more than letters.
    """
    if not 2 <= len(settings.members) <= len(ascii_lowercase):
        raise ConfigError(
            "the members of a combination",
            f"must be from 2 to {len(ascii_lowercase)} scorers",
            len(settings.members),
            "name another one",
        )
    return zip(ascii_lowercase, settings.members, strict=False)


def combination(find: Callable[[str], Scorer]) -> Scorer:
    """Scorer of the members in its settings, with one score.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def parts_of(settings: Member) -> Iterator[tuple[str, Scorer, Member, Expression]]:
        for tag, member in members_of(settings):
            scorer = find(member.name)
            scores = scorer.expressions(member)
            if list(scores) != ["score"]:
                raise ConfigError(
                    f"member {tag} of a combination",
                    "must have one score",
                    f"{member.name} with {' and '.join(scores)}",
                    "name a scorer of one score",
                )
            yield tag, scorer, member, tagged_expression(scores["score"], tag)

    def branches(settings: Member) -> tuple[Branch, ...]:
        return tuple(
            tagged_branch(branch, tag)
            for tag, scorer, member, _ in parts_of(settings)
            for branch in scorer.branches(member)
        )

    def expressions(settings: Member) -> dict[str, Expression]:
        how = Combination(settings.combine)
        ranks = [score.rank(RANK_BITS, SCALES[how]) for *_, score in parts_of(settings)]
        join = {Combination.AND: Expression.minimum, Combination.OR: Expression.maximum}
        return {"score": reduce(join.get(how, Expression.add), ranks)}

    def objective(settings: Member) -> Objective:
        parts: list[Companion | Latent] = []
        costs: list[Cost] = []
        for tag, scorer, member, score in parts_of(settings):
            own = scorer.objective(member)
            parts += tagged_parts(own, tag)
            costs += tagged_costs(own.costs["score"], tag) if own.costs else [(Term(score),)]
        return Objective(tuple(parts), {"score": tuple(costs)})

    return Scorer(branches, expressions, objective)
