"""Members of scorers that are made of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import ScorerSettings

__all__ = ["only_score"]


def only_score(
    find: Callable[[str], Scorer[Any]], title: str, member: ScorerSettings
) -> Expression:
    """Score of a member, which has one.

    Parameters
    ----------
    find : callable
        Scorer by name.
    title : str
        How errors call the member.
    member : ScorerSettings

    Raises
    ------
    ConfigError
        If it has several.
    """
    scores = find(member.name).expressions(member)
    if list(scores) != ["score"]:
        raise ConfigError(
            title,
            "must have one score",
            f"{member.name} with {' and '.join(scores)}",
            "name a scorer of one score",
        )
    return scores["score"]
