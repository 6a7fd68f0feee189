"""Any two scorers as the two scores of a trigger, trained together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.members import NUMBERS, Member, members, trained_by_score, vectors_of
from trigger_ad.scorers.objective import Objective
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite

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

    def both(settings: Pair) -> Iterator[Member]:
        return members(find, settings, NUMBERS, "the pair")

    def branches(settings: Pair, inputs: int) -> tuple[Architecture, ...]:
        return tuple(branch for member in both(settings) for branch in member.branches(inputs))

    def expressions(settings: Pair) -> dict[str, Expression]:
        return {f"score{member.tag}": member.score for member in both(settings)}

    def objective(settings: Pair, inputs: int) -> Objective:
        return trained_by_score(both(settings), inputs)

    return Scorer(Pair, branches, expressions, objective, vectors_of(find))
