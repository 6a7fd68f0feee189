"""What a scorer is: networks, scores, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.objective import Objective
from trigger_ad.scorers.settings import ScorerSettings

__all__ = ["Scorer"]


Settings = TypeVar("Settings", bound=ScorerSettings)


def _lower_the_scores(_settings: ScorerSettings, _inputs: int) -> Objective:
    return Objective()


def _no_vectors(_settings: ScorerSettings) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Scorer(Generic[Settings]):
    """The networks of a scorer and what is made of their outputs.

    Parameters
    ----------
    settings : type
        Section of the keys that the scorer uses; any other key is refused.
    branches : callable
        Networks for the settings and the number of inputs.
    expressions : callable
        Scores by name, over the port ``input``, one port for each branch, and vectors.
    objective : callable
        What training lowers, for the same; the scores themselves unless it is given.
    vectors : callable
        Vectors of section ``features`` that the scores read, for the settings; none unless it is
        given.
    """

    settings: type[Settings]
    branches: Callable[[Settings, int], tuple[Architecture, ...]]
    expressions: Callable[[Settings], Mapping[str, Expression]]
    objective: Callable[[Settings, int], Objective] = _lower_the_scores
    vectors: Callable[[Settings], tuple[str, ...]] = _no_vectors
