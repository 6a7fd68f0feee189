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
* What is compared is linear in the count of the signal region, so that its fluctuations in a
  batch average out.
* Counts, quantiles and standard deviations are sums of the weights of events where these have some.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.sections.train import ClosureTerm
from trigger_ad.train.events import mean

__all__ = [
    "GAIN",
    "LIMIT",
    "MEMORY",
    "above",
    "asymmetry",
    "contrasts",
    "pair_weights",
    "quantiles",
    "steer",
]

#: Growth of a multiplier in a step, for each unit of asymmetry: slower than a small network can
#: answer, or both swing. With 1, one seed in three of 8 to 12 hidden units lost its way.
GAIN = 0.2

#: Part of the remembered asymmetry that is kept in a step.
MEMORY = 0.9

#: Largest multiplier. Small networks cannot always follow; the multipliers would then grow without
#: end, overshoot, and take the whole loss.
LIMIT = 3.0

#: The first steps are far from closure; multipliers take no more than this from a step.
LARGEST = 0.3

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


def asymmetry(
    first: Tensor, second: Tensor, kept: Tensor, width: float, weights: Tensor = None
) -> Tensor:
    """Half of ``(AD - BC) / AD`` of soft counts, AD as it were without dependence.

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
    weights : tensor (n_events,) of the dtype of `first`, optional
        Above 0, in any unit; all alike if they are not given.

    Returns
    -------
    tensor (cuts, cuts)
        Row: cut on the first score; column: cut on the second.
    """
    import tensorflow as tf

    above_first, above_second = (above(score, kept, width, weights) for score in (first, second))
    n = tf.cast(tf.shape(first)[0], first.dtype) if weights is None else tf.reduce_sum(weights)
    counted = above_second if weights is None else weights[:, None] * above_second
    a = tf.matmul(above_first, counted, transpose_a=True) / n
    row = mean(above_first, weights)[:, None]
    column = mean(above_second, weights)[None, :]
    independent = row * column
    return (a - independent) / (2.0 * independent * (1.0 - row) * (1.0 - column) + 1e-12)


def pair_weights(cuts: int) -> NDArray[np.float32]:
    """Weights (cuts, cuts) of the pairs, of sum 1; the diagonal counts as much as all pairs."""
    everywhere = np.full((cuts, cuts), 0.5 / cuts**2)
    return (everywhere + np.diag(np.full(cuts, 0.5 / cuts))).astype(np.float32)


def contrasts(settings: ClosureTerm) -> NDArray[np.float32]:
    """Mean of the asymmetry over the pairs of cuts, its slopes and curvatures, and the diagonal.

    The first six are the coefficients of the surface of second order that fits the asymmetry
    over all pairs, the last six those of the line of fifth order that fits it over the equal
    quantiles, where the trigger cuts: coarse networks close there less smoothly than a surface
    of second order can follow. All are in units in which they have the variance of their mean.
    Pairs count by the square root of the events that they keep, a compromise between their
    variance and the tail. The closure of neighbouring cuts is alike, while one constraint for
    each pair would follow the fluctuations of the training events in the tail.

    Returns
    -------
    ndarray (12, cuts, cuts) of float32
        Fewer where there are fewer than six cuts.
    """
    low, high = (np.log1p(-quantile) for quantile in settings.quantiles)
    place = (np.arange(settings.cuts) + 0.5) / settings.cuts
    weights = np.sqrt(np.exp(low + place * (high - low)))
    orders = range(min(settings.cuts, 3))
    surface = _coefficients(
        [
            np.outer(place**row, place**column).ravel()
            for row in orders
            for column in orders
            if row + column < len(orders)
        ],
        np.sqrt(np.outer(weights, weights)).ravel(),
    )
    line = _coefficients([place**order for order in range(min(settings.cuts, 6))], weights)
    pairs = surface.reshape(-1, settings.cuts, settings.cuts)
    diagonal = line[:, :, None] * np.eye(settings.cuts)
    return np.concatenate([pairs, diagonal]).astype(np.float32)


def _coefficients(
    shapes: list[NDArray[np.float64]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rows that give the coefficients of orthogonal combinations of `shapes`."""
    weights = weights / np.linalg.norm(weights)
    orthogonal, triangle = np.linalg.qr(weights[:, None] * np.transpose(shapes))
    return (orthogonal * np.sign(np.diag(triangle))).T * weights


def steer(multipliers: Any, memory: Any, found: Tensor, target: float) -> None:
    """Let the multipliers follow what a step found.

    Modified differential method of multipliers (Platt and Barr, NIPS 1987) for the
    constraints ``|contrast| <= target``. The magnitude in the loss pulls towards zero only as
    far as the noise of a batch lets its sign be seen, and the reconstruction pulls back: a
    bias remains. A multiplier has a sign and goes on growing while the mean over the last
    steps lies outside, so none remains, up to `LIMIT`.

    Parameters
    ----------
    multipliers, memory : tf.Variable (n,)
        Of the term ``sum multipliers * contrasts``, and the mean of `found` over the last
        steps. Both change.
    found : tensor (n,)
        Contrasts of the asymmetry in this step.
    target : float
    """
    import tensorflow as tf

    found = tf.clip_by_value(found, -LARGEST, LARGEST)
    memory.assign(MEMORY * memory + (1.0 - MEMORY) * found)
    outside = memory - tf.clip_by_value(memory, -target, target)
    multipliers.assign(tf.clip_by_value(multipliers + GAIN * outside, -LIMIT, LIMIT))


def above(score: Tensor, kept: Tensor, width: float, weights: Tensor) -> Tensor:
    """Soft indicator (n_events, cuts) of a score above its quantiles."""
    import tensorflow as tf

    fixed = tf.stop_gradient(score)
    n = tf.shape(fixed)[0]
    if weights is None:
        ordered, spread = tf.sort(fixed), tf.math.reduce_std(fixed)
        place = tf.cast(kept * tf.cast(n, kept.dtype), tf.int32)
    else:
        order = tf.argsort(fixed, stable=True)
        ordered, below = tf.gather(fixed, order), tf.cumsum(tf.gather(weights, order))
        place = tf.searchsorted(below, tf.cast(kept, below.dtype) * below[-1], side="right")
        spread = tf.sqrt(mean((fixed - mean(fixed, weights)) ** 2, weights))
    cuts = tf.gather(ordered, tf.clip_by_value(place, 0, n - 1))
    scale = width * spread + 1e-12
    return tf.sigmoid((score[:, None] - cuts[None, :]) / scale)
