"""Members that send every event to the same point and tell nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.svdd.ensemble import Ensemble, outputs, scores
from trigger_ad.references.svdd.settings import SvddMember

__all__ = ["Check", "check"]

#: Standard deviation of a member's scores, in parts of their mean, below which it is collapsed.
SPREAD = 1e-3

#: Variance of its outputs, in parts of that before training. Training on purpose makes it small;
#: this is where single precision no longer tells the outputs of two events apart.
VARIANCE = 1e-8

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """Whether a member's score depends on the event.

    Parameters
    ----------
    member : SvddMember
    spread : float
        Standard deviation of its scores in parts of their mean; 0 where all are 0.
    variance : float
        Of its outputs over events, summed over outputs, in parts of that before training.
    """

    member: SvddMember
    spread: float
    variance: float

    @property
    def collapsed(self) -> bool:
        """Below `SPREAD` or `VARIANCE`, or not a number."""
        return not (self.spread >= SPREAD and self.variance >= VARIANCE)

    def sentence(self) -> str:
        """What is wrong, and what helps."""
        return (
            f"member {self.member.name} has collapsed: its score hardly depends on the event "
            f"(spread {self.spread:.1e} of the mean, output variance {self.variance:.1e} of that "
            "before training); train without biases and without target 0, or lower the "
            "learning rate"
        )


def check(trained: Ensemble, untrained: Ensemble, x: NDArray[np.float32]) -> tuple[Check, ...]:
    """Check every member on events that were not trained on; warn of those that collapsed.

    Parameters
    ----------
    trained, untrained : Ensemble
        With the same members.
    x : ndarray (n_events, n_in) of float32
    """
    found = []
    for index, (member, values) in enumerate(
        zip(trained.members, scores(trained, x).T, strict=True)
    ):
        mean = float(np.mean(values))
        spread = float(np.std(values)) / mean if mean else 0.0
        before = _variance(untrained, index, x)
        variance = _variance(trained, index, x) / before if before else 0.0
        found.append(Check(member, spread, variance))
        if found[-1].collapsed:
            logger.warning("%s", found[-1].sentence())
    return tuple(found)


def _variance(ensemble: Ensemble, index: int, x: NDArray[np.float32]) -> float:
    return float(np.var(outputs(ensemble, index, x).astype(np.float64), axis=0).sum())
