"""Rational-quadratic splines, monotone and with a derivative in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["NARROWEST", "parameters_of", "spline"]

#: Smallest width and height of a bin, in parts of the box.
NARROWEST = 1e-3

#: Largest magnitude of the logarithm of a slope at a knot; no bin is as steep.
STEEPEST = 10.0

Tensor = Any


def parameters_of(knots: int) -> int:
    """How many numbers define a spline: widths, heights, and slopes at the inner knots."""
    return 3 * (knots - 1) - 1


def spline(z: Tensor, parameters: Tensor, box: float) -> tuple[Tensor, Tensor]:
    """Bend each number by a spline of its own.

    Durkan, Bekasov, Murray and Papamakarios, Neural Spline Flows (NeurIPS 2019), section 3.1:
    between two knots a ratio of quadratic polynomials. Slopes are exponentials and not, as
    there, softplus: momenta have peaks far narrower than their spread. With parameters of 0 a
    spline is the identity, and outside the box always; value and derivative go on continuously.

    Parameters
    ----------
    z : tensor (n_events, n_in) of float
    parameters : tensor (n_events, n_in, `parameters_of` (knots)) of float
        Any real numbers; widths and heights follow by softmax, slopes by the exponential.
    box : float
        The knots lie from -box to box on both axes.

    Returns
    -------
    tensor (n_events, n_in) of float
        Increasing in `z`.
    tensor (n_events, n_in) of float
        Logarithm of the derivative.
    """
    import tensorflow as tf

    bins = (parameters.shape[-1] + 1) // 3
    widths = _parts(parameters[..., :bins]) * (2 * box)
    heights = _parts(parameters[..., bins : 2 * bins]) * (2 * box)
    slopes = tf.clip_by_value(parameters[..., 2 * bins :], -STEEPEST, STEEPEST)
    slopes = tf.pad(slopes, [[0, 0], [0, 0], [1, 1]])  # 1 at both ends
    left, bottom = _starts(widths, box), _starts(heights, box)
    inside = tf.abs(z) < box
    inner = tf.where(inside, z, tf.zeros_like(z))
    passed = tf.cast(inner[..., None] >= left[..., 1:], tf.int32)
    index = tf.reduce_sum(passed, axis=-1, keepdims=True)

    def at(values: Tensor, offset: int = 0) -> Tensor:
        return tf.gather(values, index + offset, batch_dims=2)[..., 0]

    width, height = at(widths), at(heights)
    first, second = tf.exp(at(slopes)), tf.exp(at(slopes, 1))
    part = tf.clip_by_value((inner - at(left)) / width, 0.0, 1.0)
    mixed, secant = part * (1 - part), height / width
    below = secant + (first + second - 2 * secant) * mixed
    bent = at(bottom) + height * (secant * part**2 + first * mixed) / below
    above = second * part**2 + 2 * secant * mixed + first * (1 - part) ** 2
    logarithm = 2 * tf.math.log(secant) + tf.math.log(above) - 2 * tf.math.log(below)
    return tf.where(inside, bent, z), tf.where(inside, logarithm, tf.zeros_like(z))


def _parts(values: Tensor) -> Tensor:
    """Positive parts that add up to 1, none below `NARROWEST`."""
    import tensorflow as tf

    return NARROWEST + (1 - NARROWEST * values.shape[-1]) * tf.nn.softmax(values)


def _starts(lengths: Tensor, box: float) -> Tensor:
    """Where each bin begins: a product with a triangle, faster than a running sum."""
    import tensorflow as tf

    bins = lengths.shape[-1]
    before = tf.constant(np.triu(np.ones((bins, bins)), 1), lengths.dtype)
    flat = tf.matmul(tf.reshape(lengths, (-1, bins)), before)
    return tf.reshape(flat, tf.shape(lengths)) - box
