"""Masked networks: what they say of an input depends on the inputs before it alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.flow.settings import Settings
from trigger_ad.references.flow.spline import parameters_of

__all__ = ["evaluate", "initial", "masks", "shapes"]

Floats = NDArray[np.float32]
Tensor = Any


@cache
def masks(settings: Settings, n_in: int) -> tuple[Floats, ...]:
    """1 where a weight may be, layer by layer.

    Germain, Gregor, Murray and Larochelle, MADE (ICML 2015), section 4. A hidden unit has a
    degree, the last input that it may see; degrees are spread evenly.

    Returns
    -------
    tuple of ndarray (n_rows, n_columns) of float32
        The columns of the last one are the parameters of all splines, those of the first input
        before those of the second.
    """
    inputs = np.arange(n_in)
    degrees = [inputs, *(np.arange(width) * (n_in - 1) // width for width in settings.hidden)]
    between = [after >= before[:, None] for before, after in pairwise(degrees)]
    last = np.repeat(inputs > degrees[-1][:, None], parameters_of(settings.knots), axis=1)
    return tuple(mask.astype(np.float32) for mask in (*between, last))


def shapes(settings: Settings, n_in: int) -> list[tuple[int, ...]]:
    """Of the arrays of a network: kernel and bias, layer by layer."""
    return [shape for mask in masks(settings, n_in) for shape in (mask.shape, mask.shape[1:])]


def initial(settings: Settings, n_in: int, stream: np.random.Generator) -> list[Floats]:
    """Draw starting weights: He normal over what a mask lets through, the last layer 0.

    Every spline is the identity then.

    Returns
    -------
    list of ndarray of float32
        As `shapes` says.
    """
    weights: list[Floats] = []
    for mask in masks(settings, n_in):
        seen = np.maximum(mask.sum(axis=0), 1)
        weights.append(
            (stream.normal(size=mask.shape) * np.sqrt(2 / seen) * mask).astype(np.float32)
        )
        weights.append(np.zeros(mask.shape[1], np.float32))
    weights[-2][:] = 0
    return weights


def evaluate(settings: Settings, weights: Sequence[Tensor], z: Tensor) -> Tensor:
    """Parameters of the splines.

    The network sees the inverse hyperbolic sine of its inputs, so that those of an event far
    from all others do not drown what it learned.

    Parameters
    ----------
    settings : Settings
    weights : sequence of tensor of float32
        Of one network; values that a mask forbids are not looked at.
    z : tensor (n_events, n_in) of float32

    Returns
    -------
    tensor (n_events, n_in, n_parameters) of float32
        Row j of an event depends on its inputs before j.
    """
    import tensorflow as tf

    n_in, values = z.shape[1], tf.asinh(z)
    for layer, mask in enumerate(masks(settings, n_in)):
        kernel, bias = weights[2 * layer : 2 * layer + 2]
        values = tf.matmul(values, kernel * mask) + bias
        if layer < len(settings.hidden):
            values = tf.nn.relu(values)
    return tf.reshape(values, (-1, n_in, parameters_of(settings.knots)))
