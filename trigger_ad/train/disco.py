"""Distance correlation of two scores as a term of a loss."""

from __future__ import annotations

from typing import Any

from trigger_ad.statistics.distance_correlation import distance_correlation_with_gradient

__all__ = ["disco"]


def disco(x: Any, y: Any, weights: Any = None) -> Any:
    """Squared distance correlation of two tensors, as part of a loss.

    Parameters
    ----------
    x, y : tensor (n_events,) of float
    weights : tensor (n_events,) of float, optional
        Of the events, see `trigger_ad.statistics.distance_correlation`; not differentiated by.

    Returns
    -------
    tensor () of the dtype of `x`
        Computed in float64; differentiable once by both arguments.
    """
    import tensorflow as tf

    given = [] if weights is None else [tf.cast(weights, tf.float64)]

    @tf.custom_gradient
    def operation(x: Any, y: Any) -> Any:
        value, by_x, by_y = tf.numpy_function(
            distance_correlation_with_gradient,
            [tf.cast(x, tf.float64), tf.cast(y, tf.float64), *given],
            [tf.float64] * 3,
            stateful=False,
        )
        by_x, by_y = (tf.cast(tf.ensure_shape(g, x.shape), x.dtype) for g in (by_x, by_y))
        return tf.cast(tf.ensure_shape(value, ()), x.dtype), lambda up: (up * by_x, up * by_y)

    return operation(x, y)
