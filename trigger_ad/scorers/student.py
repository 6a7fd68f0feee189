"""A network that learns the score of another scorer, whatever that one computes with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.objective import TARGET, Objective, Term
from trigger_ad.scorers.settings import DenseSettings, TeacherSettings
from trigger_ad.sections.named import ByName
from trigger_ad.sections.section import Fraction

__all__ = ["Student", "branches", "expressions", "objective"]


class Student(DenseSettings):
    """A network with one output, which learns the score of a teacher."""

    name: Literal["student"] = Field("student", description="learns from a teacher")
    teacher: Annotated[TeacherSettings, ByName("teachers")] = Field(
        description="an entry of the table of teachers"
    )
    learn: Literal["log", "rank"] = Field(
        "rank", description="the logarithm of the teacher's score, or its order"
    )
    fidelity: Fraction | None = Field(
        None, description="part of all pairs of events that it must order as its teacher"
    )


def branches(settings: Student, inputs: int) -> tuple[Architecture, ...]:
    """Networks of the scorer: student, with one output that is not negative."""
    return (
        settings.network("student", inputs, ((units, True) for units in (*settings.hidden, 1))),
    )


def expressions(_settings: Student) -> dict[str, Expression]:
    """Return the score, which is the output itself."""
    return {"score": port("student").sum()}


def objective(_settings: Student, _inputs: int) -> Objective:
    """Squared difference from what the teacher says."""
    difference = port("student").subtract(port(TARGET))
    return Objective(costs={"score": ((Term(difference.square().sum()),),)})
