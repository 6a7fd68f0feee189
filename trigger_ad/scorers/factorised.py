"""Two scores that are independent by construction: a class, and what is unusual within it.

The density of an event is that of its class times that among events of the class, so the second
score is taken as a rank among background events of like first score; see
`trigger_ad.scorers.tabulate`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.operations.fitted import conditional
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.members import only_score
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import AnyMember, Composite

__all__ = ["Factorised", "factorised"]


class Factorised(Composite):
    """Score 1 of one scorer, and the rank of another one among events of like score 1."""

    name: Literal["factorised"] = Field(
        "factorised", description="a score, and the rank of another one at like values of it"
    )
    members: tuple[AnyMember, ...] = Field(
        min_length=2, max_length=2, description="scorers of one score each, without networks"
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

    def branches(settings: Factorised, inputs: int) -> tuple[Architecture, ...]:
        for number, member in enumerate(settings.members, 1):
            if find(member.name).branches(member, inputs):
                raise ConfigError(
                    f"member {number} of scorer factorised",
                    "must be a scorer without a network",
                    member.name,
                    "choose density or tails, or make a pair",
                )
        return ()

    def expressions(settings: Factorised) -> dict[str, Expression]:
        first, second = (
            only_score(find, f"member {number} of scorer factorised", member)
            for number, member in enumerate(settings.members, 1)
        )
        scale = settings.bits, settings.fraction, settings.least
        return {"score1": first, "score2": conditional(second, first, *scale)}

    return Scorer(Factorised, branches, expressions)
