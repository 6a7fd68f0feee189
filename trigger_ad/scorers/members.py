"""Members of scorers that are made of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import Composite, ScorerSettings
from trigger_ad.scorers.tagged import tagged_branch, tagged_costs, tagged_expression, tagged_parts

__all__ = ["NUMBERS", "Member", "members", "trained_by_score", "vectors_of"]

#: Tags of the members of which each is a score.
NUMBERS = "12"


@dataclass(frozen=True)
class Member:
    """A scorer of one score inside of another one.

    The ports of its networks carry a tag, so that two of one kind stay apart.

    Parameters
    ----------
    tag : str
    scorer : Scorer
    settings : ScorerSettings
        Of this scorer.
    title : str
        How errors call the member.
    """

    tag: str
    scorer: Scorer[Any]
    settings: ScorerSettings
    title: str

    @property
    def vectors(self) -> tuple[str, ...]:
        """Vectors that its score reads."""
        return self.scorer.vectors(self.settings)

    @cached_property
    def score(self) -> Expression:
        """Its score.

        Raises
        ------
        ConfigError
            If it has several.
        """
        scores = self.scorer.expressions(self.settings)
        if list(scores) != ["score"]:
            raise ConfigError(
                self.title,
                "must have one score",
                f"{self.settings.name} with {' and '.join(scores)}",
                "name a scorer of one score",
            )
        return tagged_expression(scores["score"], self.tag, self.vectors)

    def branches(self, inputs: int) -> tuple[Architecture, ...]:
        """Its networks."""
        found = self.scorer.branches(self.settings, inputs)
        return tuple(tagged_branch(branch, self.tag) for branch in found)

    def parts(self, inputs: int) -> tuple[Companion | Latent, ...]:
        """What only its training needs."""
        return tagged_parts(self.scorer.objective(self.settings, inputs), self.tag)

    def costs(self, inputs: int) -> tuple[Cost, ...]:
        """What its training lowers; nothing where that is its score."""
        found = self.scorer.objective(self.settings, inputs).costs
        return tagged_costs(found["score"], self.tag, self.vectors) if found else ()


def members(
    find: Callable[[str], Scorer[Any]], settings: Composite, tags: Iterable[str], title: str
) -> Iterator[Member]:
    """Members of a scorer.

    Parameters
    ----------
    find : callable
        Scorer by name.
    settings : Composite
    tags : iterable of str
        One for each member, or more.
    title : str
        How errors call the scorer.

    Raises
    ------
    ConfigError
        If one has several scores.
    """
    for tag, inner in zip(tags, settings.members, strict=False):
        found = Member(tag, find(inner.name), inner, f"member {tag} of {title}")
        _ = found.score
        yield found


def vectors_of(find: Callable[[str], Scorer[Any]]) -> Callable[[Any], tuple[str, ...]]:
    """Function of settings that says which vectors the members read.

    Parameters
    ----------
    find : callable
        Scorer by name.
    """

    def vectors(settings: Composite) -> tuple[str, ...]:
        found = (find(inner.name).vectors(inner) for inner in settings.members)
        return tuple(dict.fromkeys(name for several in found for name in several))

    return vectors


def trained_by_score(found: Iterable[Member], inputs: int) -> Objective:
    """Training of members of which each is a score, ``score`` and its tag.

    Parameters
    ----------
    found : iterable of Member
    inputs : int
        Numbers that the networks read.
    """
    parts: list[Companion | Latent] = []
    costs: dict[str, tuple[Cost, ...]] = {}
    for member in found:
        parts += member.parts(inputs)
        if own := member.costs(inputs):
            costs[f"score{member.tag}"] = own
    return Objective(tuple(parts), costs)
