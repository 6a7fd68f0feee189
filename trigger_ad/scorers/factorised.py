"""Two scores that are independent by construction: a class, and what is unusual within it.

The density of an event is that of its class times that among events of the class, so the second
score is taken as a rank among background events of like first score; see
`trigger_ad.scorers.tabulate`. Each of the two is read off tables or a network, which is trained by
its own cost: the rank is made of its outputs afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.operations.fitted import conditional
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.members import NUMBERS, Member, members, trained_by_score, vectors_of
from trigger_ad.scorers.objective import Objective
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite
from trigger_ad.scorers.student import Student

__all__ = ["Factorised", "factorised"]

_TITLE = "scorer factorised"


class Factorised(Composite):
    """Score 1 of one scorer, and the rank of another one among events of like score 1."""

    name: Literal["factorised"] = Field(
        "factorised", description="a score, and the rank of another one at like values of it"
    )
    members: tuple[AnyMember, ...] = Field(
        min_length=2, max_length=2, description="scorers of one score each"
    )
    least: int = Field(
        100,
        ge=50,
        le=1_000_000,
        description="effective background events of a group of score 1, in which score 2 is ranked",
    )
    bits: int = Field(10, ge=2, le=12, description="of score 2")
    fraction: int = Field(6, ge=0, le=8, description="of these, right of the binary point")


def factorised(find: Callable[[str], Scorer[Any]]) -> Scorer[Factorised]:
    """Scorer of the two members in its settings.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def both(settings: Factorised) -> Iterator[Member]:
        _require_own(settings)
        return members(find, settings, NUMBERS, _TITLE)

    def branches(settings: Factorised, inputs: int) -> tuple[Architecture, ...]:
        return tuple(branch for member in both(settings) for branch in member.branches(inputs))

    def expressions(settings: Factorised) -> dict[str, Expression]:
        first, second = (member.score for member in both(settings))
        scale = settings.bits, settings.fraction, settings.least
        return {"score1": first, "score2": conditional(second, first, *scale)}

    def objective(settings: Factorised, inputs: int) -> Objective:
        return trained_by_score(both(settings), inputs)

    return Scorer(Factorised, branches, expressions, objective, vectors_of(find))


def _require_own(settings: Factorised) -> None:
    """Refuse to ask of a rank what only the score of a student itself can have."""
    ranked = settings.members[1]
    if isinstance(ranked, Student) and ranked.fidelity is not None:
        raise ConfigError(
            f"key fidelity of member 2 of {_TITLE}",
            "must be left out, since score 2 is a rank and not what the student learned",
            ranked.fidelity,
            "train the student as member of a pair to see what it keeps",
        )
