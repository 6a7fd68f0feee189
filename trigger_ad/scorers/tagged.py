"""Parts of a scorer under names of their own, so that two of one kind stay apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from trigger_ad.ir.expression import Expression, fold
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.objective import Companion, Cost, Latent, Objective, Term

__all__ = ["SHARED", "tagged_branch", "tagged_costs", "tagged_expression", "tagged_parts"]

#: The port that all scorers read.
SHARED = "input"


def tagged_expression(
    expression: Expression, tag: str, vectors: Collection[str] = ()
) -> Expression:
    """Put a tag behind the name of every port but the shared one and `vectors`."""

    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        own = node.operation == "port" and node.name not in vectors
        name = _port(node.name, tag) if own else node.name
        return dataclasses.replace(node, name=name, arguments=arguments)

    return fold(expression, visit)


def tagged_branch(branch: Architecture, tag: str) -> Architecture:
    """The same network under another name."""
    return dataclasses.replace(branch, name=_port(branch.name, tag))


def tagged_parts(objective: Objective, tag: str) -> tuple[Companion | Latent, ...]:
    """Parts of a training under other names."""
    return tuple(_part(part, tag) for part in objective.parts)


def tagged_costs(
    costs: tuple[Cost, ...], tag: str, vectors: Collection[str] = ()
) -> tuple[Cost, ...]:
    """Costs over the ports under their other names."""
    return tuple(
        tuple(Term(tagged_expression(term.expression, tag, vectors), term.weight) for term in terms)
        for terms in costs
    )


def _part(part: Companion | Latent, tag: str) -> Companion | Latent:
    if isinstance(part, Companion):
        return Companion(tagged_branch(part.branch, tag), _port(part.source, tag))
    name, mean, variance = (_port(p, tag) for p in (part.name, part.mean, part.log_variance))
    return Latent(name, mean, variance, part.size)


def _port(name: str, tag: str) -> str:
    return name if name == SHARED else f"{name}{tag}"
