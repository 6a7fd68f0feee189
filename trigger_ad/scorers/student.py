"""A network that learns the score of another scorer, whatever that one computes with."""

from __future__ import annotations

from trigger_ad.config import Member
from trigger_ad.ir.expression import Expression, port
from trigger_ad.scorers.autoencoder import N_INPUTS
from trigger_ad.scorers.branch import Branch
from trigger_ad.scorers.objective import TARGET, Objective, Term

__all__ = ["branches", "expressions", "objective"]


def branches(settings: Member) -> tuple[Branch, ...]:
    """Networks of the scorer: student, with one output that is not negative."""
    widths = (N_INPUTS, *settings.hidden, 1)
    return (Branch("student", widths, (True,) * (len(widths) - 1), settings.bias),)


def expressions(_settings: Member) -> dict[str, Expression]:
    """Return the score, which is the output itself."""
    return {"score": port("student").sum()}


def objective(_settings: Member) -> Objective:
    """Squared difference from what the teacher says."""
    difference = port("student").subtract(port(TARGET))
    return Objective(costs={"score": ((Term(difference.square().sum()),),)})
