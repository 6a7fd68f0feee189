"""How the rate above a cut follows a quantity that it must not follow, differentiable.

With z the quantity in standard deviations from its mean, and p the soft indicator of a score above
a cut, ``E[z p] / E[p]`` is the relative change of the rate for one standard deviation, exactly so
where the rate is a straight line in z. It is linear in p, so that the fluctuations of a batch
average out, and has a sign, which multipliers can follow (`closure.steer`). Cuts are those of the
closure term.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.train.closure import above
from trigger_ad.train.events import mean

__all__ = ["PILEUP", "hard_slopes", "slopes"]

#: Port of the number of collisions in the crossing, among those of what students learn.
PILEUP = "pileup"

Tensor = Any
Real = NDArray[np.float64]


def slopes(
    score: Tensor, quantity: Tensor, kept: Tensor, width: float, weights: Tensor = None
) -> Tensor:
    """Relative change of the rate above each cut for one standard deviation of a quantity.

    Parameters
    ----------
    score : tensor (n_events,) of float
        Transformed.
    quantity : tensor (n_events,) of float
    kept : tensor (cuts,) of float
        Quantiles of the cuts.
    width : float
        Of the sigmoid in standard deviations of the score.
    weights : tensor (n_events,) of the dtype of `score`, optional
        Above 0, in any unit; all alike if they are not given.

    Returns
    -------
    tensor (cuts,)
    """
    import tensorflow as tf

    passing = above(score, kept, width, weights)
    centred = quantity - mean(quantity, weights)
    z = centred / (tf.sqrt(mean(centred**2, weights)) + 1e-12)
    return mean(z[:, None] * passing, weights) / (mean(passing, weights) + 1e-12)


def hard_slopes(
    score: Real, quantity: Real, kept: Real, weights: NDArray[Any] | None = None
) -> Real:
    """The same with hard cuts, (cuts,) of float64."""
    counts = np.ones(len(score)) if weights is None else np.asarray(weights, np.float64)
    centred = quantity - np.average(quantity, weights=counts)
    z = centred / (np.sqrt(np.average(centred**2, weights=counts)) + 1e-12)
    cuts = np.quantile(score, kept, weights=counts, method="inverted_cdf")
    passing = score[:, None] > cuts
    return np.asarray((counts * z) @ passing / np.maximum(counts @ passing, 1e-12))
