"""Non-closure of the ABCD prediction, differentiable.

Distance correlation weighs all events alike and hardly sees the tail that the trigger cuts
on, so the prediction of Eq. 3 of Phys. Rev. D 105, 055006 (2022) is compared with the count
directly, at cuts there.

* Cuts are quantiles of the batch, spread evenly in the logarithm of the fraction kept, with
  one random offset for each step, so that no quantile is left out for long.
* Both scores are cut at the same quantiles and every pair of cuts counts: the pairs of equal
  quantiles are those of the diagonal cut, the others keep the support regions honest.
* A region's count is a sum of products of sigmoids. Independent scores close for soft cuts
  exactly as for hard ones, so the width trades noise against resolution and biases nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from trigger_ad.config import ClosureTerm

__all__ = ["asymmetry", "mean_asymmetry", "quantiles"]

Tensor = Any


def quantiles(settings: ClosureTerm, offset: Tensor) -> Tensor:
    """Quantiles of a step's cuts.

    Parameters
    ----------
    settings : ClosureTerm
    offset : float or scalar tensor of float32
        From 0 to 1, drawn for each step.

    Returns
    -------
    tensor (cuts,) of float32
    """
    import tensorflow as tf

    low, high = (np.log1p(-quantile) for quantile in settings.quantiles)
    place = (tf.range(settings.cuts, dtype=tf.float32) + offset) / settings.cuts
    return 1.0 - tf.exp(low + place * (high - low))


def asymmetry(first: Tensor, second: Tensor, kept: Tensor, width: float) -> Tensor:
    """``(AD - BC) / (AD + BC)`` of soft counts, for every pair of cuts.

    A is the number of events above both cuts, B and C above the first or the second only,
    D above neither. To first order it is half of ``observed / predicted - 1``.

    Parameters
    ----------
    first, second : tensor (n_events,) of float
        The scores, transformed.
    kept : tensor (cuts,) of float
        Quantiles of the cuts on both.
    width : float
        Of the sigmoid in standard deviations of the score.

    Returns
    -------
    tensor (cuts, cuts)
        Row: cut on the first score; column: cut on the second.
    """
    import tensorflow as tf

    above_first, above_second = (_above(score, kept, width) for score in (first, second))
    n = tf.cast(tf.shape(first)[0], first.dtype)
    a = tf.matmul(above_first, above_second, transpose_a=True) / n
    row = tf.reduce_mean(above_first, axis=0)[:, None]
    column = tf.reduce_mean(above_second, axis=0)[None, :]
    ad, bc = a * (1.0 - row - column + a), (row - a) * (column - a)
    return (ad - bc) / (ad + bc + 1e-12)


def mean_asymmetry(first: Tensor, second: Tensor, kept: Tensor, width: float) -> Tensor:
    """Mean magnitude of `asymmetry`; the diagonal cuts count as much as all the others."""
    import tensorflow as tf

    each = tf.abs(asymmetry(first, second, kept, width))
    return 0.5 * (tf.reduce_mean(each) + tf.reduce_mean(tf.linalg.diag_part(each)))


def _above(score: Tensor, kept: Tensor, width: float) -> Tensor:
    """Soft indicator (n_events, cuts) of a score above its quantiles."""
    import tensorflow as tf

    fixed = tf.stop_gradient(score)
    ordered = tf.sort(fixed)
    n = tf.shape(fixed)[0]
    place = tf.cast(kept * tf.cast(n, kept.dtype), tf.int32)
    cuts = tf.gather(ordered, tf.clip_by_value(place, 0, n - 1))
    scale = width * tf.math.reduce_std(fixed) + 1e-12
    return tf.sigmoid((score[:, None] - cuts[None, :]) / scale)
