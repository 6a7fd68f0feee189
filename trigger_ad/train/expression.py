"""A score expression on TensorFlow tensors in real units.

Without port types the expression is that of float training: what rounds or cuts does nothing.
With them it computes what the integers compute, and gradients pass straight through the rounding,
as in Bengio, Léonard and Courville, arXiv:1308.3432 (2013). Ranks, whose tables are made after
the training, are those among the events of the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, fold
from trigger_ad.ir.score import PortType
from trigger_ad.ir.typed import Typed

__all__ = ["render", "render_vector"]

Tensor = Any


def render(
    expression: Expression,
    values: Mapping[str, Tensor],
    types: Mapping[str, PortType] | None = None,
) -> Tensor:
    """Score events.

    Parameters
    ----------
    expression : Expression
        With one element as its result.
    values : mapping of str to tensor (n_events, size) of float
        Real values of every port.
    types : mapping of str to PortType, optional
        Fixed-point types of the ports; values must then lie on their grids.

    Returns
    -------
    tensor (n_events,)

    Raises
    ------
    FixedPointError
        If the expression has a table and no types are given.
    """
    return render_vector(expression, values, types)[:, 0]


def render_vector(
    expression: Expression,
    values: Mapping[str, Tensor],
    types: Mapping[str, PortType] | None = None,
) -> Tensor:
    """Compute every element of an expression, (n_events, size); otherwise as `render`."""
    import tensorflow as tf

    typed = None if types is None else Typed("a score", types)
    like = next(iter(values.values()))

    def visit(node: Expression, arguments: tuple[Tensor, ...]) -> Tensor:
        if node.operation == PORT:
            return values[node.name]
        inputs = None if typed is None else [typed.signal(part) for part in node.arguments]
        found = OPERATIONS[node.operation].tensor(tf, node, arguments, inputs)
        return found if arguments else _for_each_event(tf, found, like)

    return fold(expression, visit)


def _for_each_event(tf: Any, row: Tensor, like: Tensor) -> Tensor:
    """One row, as often as there are events."""
    return tf.repeat(tf.cast(row, like.dtype), tf.shape(like)[0], axis=0)
