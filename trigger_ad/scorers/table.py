"""The scorers by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trigger_ad.config import Scorer as Settings
from trigger_ad.errors import ConfigError
from trigger_ad.expression import Expression
from trigger_ad.scorers import double_ae, single_ae
from trigger_ad.scorers.branch import Branch

__all__ = ["SCORERS", "Scorer", "find"]


@dataclass(frozen=True)
class Scorer:
    """The networks of a scorer and what is made of their outputs.

    Parameters
    ----------
    branches : callable
        Networks for the settings.
    expressions : callable
        Scores by name, over the port ``input`` and one port for each branch.
    """

    branches: Callable[[Settings], tuple[Branch, ...]]
    expressions: Callable[[Settings], Mapping[str, Expression]]


SCORERS: dict[str, Scorer] = {
    "double_ae": Scorer(double_ae.branches, double_ae.expressions),
    "single_ae": Scorer(single_ae.branches, single_ae.expressions),
}


def find(name: str) -> Scorer:
    """Return the scorer of this name.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if name not in SCORERS:
        raise ConfigError(
            "key 'scorer.name'", "must be a known scorer", repr(name),
            "choose from " + ", ".join(SCORERS),
        )  # fmt: skip
    return SCORERS[name]
