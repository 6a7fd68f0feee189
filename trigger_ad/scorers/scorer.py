"""What a scorer is: networks, scores, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trigger_ad.config import Member
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.branch import Branch
from trigger_ad.scorers.objective import Objective

__all__ = ["Scorer"]


def _lower_the_scores(_settings: Member) -> Objective:
    return Objective()


@dataclass(frozen=True)
class Scorer:
    """The networks of a scorer and what is made of their outputs.

    Parameters
    ----------
    branches : callable
        Networks for the settings.
    expressions : callable
        Scores by name, over the port ``input`` and one port for each branch.
    objective : callable
        What training lowers; the scores themselves unless it is given.
    """

    branches: Callable[[Member], tuple[Branch, ...]]
    expressions: Callable[[Member], Mapping[str, Expression]]
    objective: Callable[[Member], Objective] = _lower_the_scores
