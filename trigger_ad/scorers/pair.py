"""Any two scorers as the two scores of a trigger, trained together.

The ports of a member carry its number, so that two of one kind stay apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from trigger_ad.config import Member
from trigger_ad.config import Scorer as Settings
from trigger_ad.errors import ConfigError
from trigger_ad.expression import Expression, fold
from trigger_ad.scorers.branch import Branch
from trigger_ad.scorers.objective import Companion, Latent, Objective, Term
from trigger_ad.scorers.scorer import Scorer

__all__ = ["pair"]

#: The port that all members read.
SHARED = "input"


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
                    f"member {number} of the pair", "must have one score",
                    f"{member.name} with {' and '.join(names)}", "name a scorer of one score",
                )  # fmt: skip
            yield number, scorer, member

    def branches(settings: Member) -> tuple[Branch, ...]:
        return tuple(
            _renamed(branch, number)
            for number, scorer, member in members(settings)
            for branch in scorer.branches(member)
        )

    def expressions(settings: Member) -> dict[str, Expression]:
        return {
            f"score{number}": _numbered(scorer.expressions(member)["score"], number)
            for number, scorer, member in members(settings)
        }

    def objective(settings: Member) -> Objective:
        parts: list[Companion | Latent] = []
        costs: dict[str, tuple[Term, ...]] = {}
        for number, scorer, member in members(settings):
            own = scorer.objective(member)
            parts += [_part(part, number) for part in own.parts]
            for terms in own.costs.values():
                costs[f"score{number}"] = tuple(
                    Term(_numbered(term.expression, number), term.weight) for term in terms
                )
        return Objective(tuple(parts), costs)

    return Scorer(branches, expressions, objective)


def _members(settings: Member) -> tuple[Member, ...]:
    members = settings.members if isinstance(settings, Settings) else ()
    if len(members) != 2:
        raise ConfigError(
            "key 'scorer.members'", "must be the two scorers of a pair", f"{len(members)} of them",
            "give two",
        )  # fmt: skip
    return members


def _port(name: str, number: int) -> str:
    return name if name == SHARED else f"{name}{number}"


def _numbered(expression: Expression, number: int) -> Expression:
    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        name = _port(node.name, number) if node.operation == "port" else node.name
        return dataclasses.replace(node, name=name, arguments=arguments)

    return fold(expression, visit)


def _renamed(branch: Branch, number: int) -> Branch:
    return dataclasses.replace(branch, name=_port(branch.name, number))


def _part(part: Companion | Latent, number: int) -> Companion | Latent:
    if isinstance(part, Companion):
        return Companion(_renamed(part.branch, number), _port(part.source, number))
    name, mean, variance = (_port(p, number) for p in (part.name, part.mean, part.log_variance))
    return Latent(name, mean, variance, part.size)
