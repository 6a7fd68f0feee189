"""Members side by side: one product of matrices per layer, and Adam on every weight.

Sums of one member never mix with another's, and each product is of the same shape whatever else
is in the stack: a member's weights come out with the same bits alone and in company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.svdd.ensemble import Weights, activate
from trigger_ad.references.svdd.settings import Settings, SvddMember

__all__ = ["Stack", "losses", "pack", "step", "unpack"]

Floats = NDArray[np.float32]

#: Events in a product of matrices, few enough for their activations to stay in cache.
BLOCK = 1000

#: Of Adam (Kingma and Ba, ICLR 2015), with the constant of Keras in the denominator.
FIRST, SECOND, EPSILON = 0.9, 0.999, 1e-7


@dataclass(frozen=True)
class Stack:
    """Weights of some members; trained in place.

    Parameters
    ----------
    settings : Settings
    members : tuple of SvddMember
    kernels : list of ndarray (n_members, n_in, n_out) of float32
        Of the hidden layers.
    biases : list of ndarray (n_members, 1, n_out) of float32
        Of the hidden layers; empty without biases.
    last : ndarray (n_members, n_hidden + 1, largest dimension) of float32
        Kernel of the last layer and, in its last row, its bias. Columns beyond a member's
        dimension are 0.
    """

    settings: Settings
    members: tuple[SvddMember, ...]
    kernels: list[Floats]
    biases: list[Floats]
    last: Floats

    @property
    def arrays(self) -> list[Floats]:
        """All that is trained."""
        return [*self.kernels, *self.biases, self.last]


def pack(settings: Settings, members: tuple[SvddMember, ...], weights: Sequence[Weights]) -> Stack:
    """Lay the weights of members side by side."""
    depth = len(settings.hidden)

    def stacked(kind: str) -> list[Floats]:
        return [np.stack([w[f"{kind}{layer}"] for w in weights]) for layer in range(depth)]

    shape = (len(members), settings.hidden[-1] + 1, max(settings.dimensions))
    last = np.zeros(shape, np.float32)
    for index, (member, own) in enumerate(zip(members, weights, strict=True)):
        last[index, :-1, : member.dimension] = own[f"kernel{depth}"]
        if settings.bias:
            last[index, -1, : member.dimension] = own[f"bias{depth}"]
    biases = [b[:, None, :] for b in stacked("bias")] if settings.bias else []
    return Stack(settings, members, stacked("kernel"), biases, last)


def unpack(stack: Stack) -> tuple[Weights, ...]:
    """Weights by member, copied."""
    depth, result = len(stack.kernels), []
    for index, member in enumerate(stack.members):
        own: Weights = {}
        columns = stack.last[index, :, : member.dimension]
        for layer in range(depth):
            own[f"kernel{layer}"] = stack.kernels[layer][index].copy()
            if stack.settings.bias:
                own[f"bias{layer}"] = stack.biases[layer][index, 0].copy()
        own[f"kernel{depth}"] = columns[:-1].copy()
        if stack.settings.bias:
            own[f"bias{depth}"] = columns[-1].copy()
        result.append(own)
    return tuple(result)


def step(
    stack: Stack, moments: tuple[list[Floats], list[Floats]], rates: Floats, count: int, x: Floats
) -> NDArray[np.float64]:
    """Take one step of Adam in place.

    Parameters
    ----------
    stack : Stack
    moments : pair of lists of ndarray
        Running means of gradients and of their squares, in the order of `Stack.arrays`.
    rates : ndarray (n_members,) of float32
        Learning rates.
    count : int
        Steps until now, this one included.
    x : ndarray (n_events, n_in) of float32
        The batch.

    Returns
    -------
    ndarray (n_members,) of float64
        Mean squared distance to the target per output, before the step.
    """
    loss, gradients = _gradients(stack, x)
    factor = np.float32(np.sqrt(1 - SECOND**count) / (1 - FIRST**count))
    rate = (rates * factor)[:, None, None]
    for value, mean, square, gradient in zip(stack.arrays, *moments, gradients, strict=True):
        mean[...] += np.float32(1 - FIRST) * (gradient - mean)
        square[...] += np.float32(1 - SECOND) * (np.square(gradient) - square)
        value[...] -= rate * mean / (np.sqrt(square) + np.float32(EPSILON))
    return loss


def losses(stack: Stack, x: Floats) -> NDArray[np.float64]:
    """Mean squared distance to the target per output.

    Returns
    -------
    ndarray (n_members,) of float64
    """
    short, _ = _shorten(stack)
    total = np.zeros(len(stack.members))
    for start in range(0, len(x), BLOCK):
        total += _squares(_forward(stack, short, x[start : start + BLOCK])[-1])
    return total / (len(x) * _dimensions(stack))


def _gradients(stack: Stack, x: Floats) -> tuple[NDArray[np.float64], list[Floats]]:
    short, bases = _shorten(stack)
    total = np.zeros(len(stack.members))
    scale = (2 / (len(x) * _dimensions(stack))).astype(np.float32)[:, None, None]
    kernels = [np.zeros_like(kernel) for kernel in stack.kernels]
    biases = [np.zeros_like(bias) for bias in stack.biases]
    last = np.zeros_like(short)
    for start in range(0, len(x), BLOCK):
        layers = _forward(stack, short, x[start : start + BLOCK])
        total += _squares(layers[-1])
        ones = np.ones((1, layers[-1].shape[1]), np.float32)
        slope = layers[-1] * scale
        last[:, :-1] += _turned(layers[-2]) @ slope
        if stack.settings.bias:
            last[:, -1:] += ones @ slope
        slope = slope @ _turned(short[:, :-1])
        for layer in reversed(range(len(kernels))):
            slope *= _derivative(stack.settings.activation, layers[layer + 1])
            kernels[layer] += _turned(layers[layer]) @ slope
            if biases:
                biases[layer] += ones @ slope
            if layer:
                slope = slope @ _turned(stack.kernels[layer])
    return (
        total / (len(x) * _dimensions(stack)),
        [*kernels, *biases, _lengthen(stack, last, bases)],
    )


def _forward(stack: Stack, short: Floats, x: Floats) -> list[Floats]:
    """Input, hidden layers, and what `_shorten` left of the distances to the target."""
    layers = [x[None]]
    for index, kernel in enumerate(stack.kernels):
        values = layers[-1] @ kernel
        if stack.biases:
            values += stack.biases[index]
        layers.append(activate(stack.settings.activation, values))
    away = layers[-1] @ short[:, :-1]
    away += short[:, -1:]
    layers.append(away)
    return layers


def _shorten(stack: Stack) -> tuple[Floats, list[Floats | None]]:
    """Last layer, target subtracted, with no more outputs than can be independent.

    Distances from the target are ``a h`` with the last hidden values and a 1 in h. With a = q r
    and orthonormal columns in q, ``|a h| = |r h|``, and the gradient by a is that by r times q:
    a layer of 233 outputs on 8 hidden values costs as much as one of 9, and loses nothing.

    Returns
    -------
    short : ndarray (n_members, n_hidden + 1, n_hidden + 1) of float32
    bases : list of ndarray (n_hidden + 1, dimension) of float32 or None
        q transposed, None where there are few outputs.
    """
    size = stack.last.shape[1]
    short = np.zeros((len(stack.members), size, size), np.float32)
    bases: list[Floats | None] = []
    for index, member in enumerate(stack.members):
        away = stack.last[index, :, : member.dimension].astype(np.float64)
        away[-1] -= member.target
        if member.dimension <= size:
            short[index, :, : member.dimension] = away
            bases.append(None)
        else:
            q, r = np.linalg.qr(away.T)
            short[index] = r.T
            bases.append(q.T.astype(np.float32))
    return short, bases


def _lengthen(stack: Stack, short: Floats, bases: list[Floats | None]) -> Floats:
    """Gradient by the last layer from that by its short form."""
    result = np.zeros_like(stack.last)
    for index, (member, basis) in enumerate(zip(stack.members, bases, strict=True)):
        columns = short[index, :, : member.dimension] if basis is None else short[index] @ basis
        result[index, :, : member.dimension] = columns
    if not stack.settings.bias:
        result[:, -1] = 0
    return result


def _derivative(activation: str, values: Floats) -> Floats:
    """Of an activation, from its result."""
    if activation == "relu":
        return (values > 0).astype(np.float32)
    slopes = np.minimum(values, np.float32(0))
    slopes += np.float32(1)
    return slopes


def _squares(away: Floats) -> NDArray[np.float64]:
    return np.square(away).sum(axis=2).sum(axis=1, dtype=np.float64)


def _turned(values: Floats) -> Floats:
    return np.swapaxes(values, 1, 2)


def _dimensions(stack: Stack) -> NDArray[np.float64]:
    return np.array([member.dimension for member in stack.members], np.float64)
