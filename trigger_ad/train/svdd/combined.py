"""One score from the scores of all members, in real numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError

__all__ = ["RULES", "combined", "ranks"]

Reals = NDArray[np.float64]

#: Table 4 of arXiv:2106.10164, over the members in the last axis.
RULES: dict[str, Callable[[Reals], Reals]] = {
    "AND": lambda rank: np.min(rank, axis=-1),
    "OR": lambda rank: np.max(rank, axis=-1),
    "PROD": lambda rank: np.prod(rank, axis=-1),
    "AVG": lambda rank: np.mean(rank, axis=-1),
}


def ranks(scores: Reals, reference: Reals) -> Reals:
    """Part of the reference events with the same or a lower score, member by member.

    Flat between 0 and 1 on the reference events themselves (arXiv:2106.10164, section 4).

    Parameters
    ----------
    scores : ndarray (n_events, n_members) of float64
    reference : ndarray (n_reference, n_members) of float64
        Scores of the events that were trained on.

    Returns
    -------
    ndarray (n_events, n_members) of float64
    """
    result = np.empty(scores.shape)
    for member in range(scores.shape[1]):
        ordered = np.sort(reference[:, member])
        result[:, member] = np.searchsorted(ordered, scores[:, member], side="right")
    return result / len(reference)


def combined(scores: Reals, reference: Reals, rule: str) -> Reals:
    """Score of the ensemble.

    Parameters
    ----------
    scores, reference : ndarray
        As in `ranks`.
    rule : {"AND", "OR", "PROD", "AVG"}

    Returns
    -------
    ndarray (n_events,) of float64

    Raises
    ------
    ConfigError
        If there is no such rule.
    """
    if rule not in RULES:
        raise ConfigError(
            "svdd.combination", f"must be one of {', '.join(RULES)}", repr(rule), "choose one"
        )
    return RULES[rule](ranks(scores, reference))
