"""Networks that only training needs, put beside those of a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trigger_ad.ir.operations.variance import LARGEST_VARIANCE
from trigger_ad.scorers.float_model import Weights
from trigger_ad.scorers.objective import Companion, Objective
from trigger_ad.train.network import apply

__all__ = ["attach"]


def attach(model: Any, ports: Sequence[str], objective: Objective, weights: Weights) -> Any:
    """Keras model that also gives the outputs of the companions.

    Parameters
    ----------
    model : keras.Model
        One input and one output for each port; float or QKeras.
    ports : sequence of str
        Of its outputs.
    objective : Objective
    weights : mapping of str to ndarray of float32
        With those of the companions, by name.

    Returns
    -------
    keras.Model
        Further inputs are normal numbers, (n_events, size) for each latent vector in order;
        further outputs are those of the companions in order. The model itself where there is
        nothing to attach.
    """
    if not objective.parts:
        return model
    import keras

    ops = keras.ops
    outputs = model.outputs
    values = dict(zip(("input", *ports), (model.inputs[0], *outputs), strict=True))
    noises, more = [], []
    for part in objective.parts:
        if isinstance(part, Companion):
            values[part.branch.name] = apply(part.branch, weights, values[part.source])
            more.append(values[part.branch.name])
        else:
            noise = keras.Input((part.size,), name=f"{part.name}_noise")
            log_variance = ops.clip(values[part.log_variance], -LARGEST_VARIANCE, LARGEST_VARIANCE)
            values[part.name] = values[part.mean] + ops.exp(0.5 * log_variance) * noise
            noises.append(noise)
    return keras.Model([model.inputs[0], *noises], [*outputs, *more])
