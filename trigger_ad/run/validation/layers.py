"""What quantisation does to each layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.names import named_nodes
from trigger_ad.quantize.precision import response
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import RunFolder
from trigger_ad.validate.record import LayerError

__all__ = ["layer_errors"]


def layer_errors(folder: Path, data: Dataset, events: int = 20_000) -> tuple[LayerError, ...]:
    """Hardware against the same weights without rounding, layer by layer.

    The reference runs the trained weights before they are rounded, without rounding or
    saturating activations, so that the error of a layer contains those of the layers before.

    Parameters
    ----------
    folder : Path
        A run folder.
    data : Dataset
    events : int
        Of the test background, as if drawn alike; see `Dataset.plain`.

    Returns
    -------
    tuple of LayerError
        Mean and largest error in LSB of the layer's output and the fraction of its values
        at an end of its type (for ReLU only the upper end: 0 is no saturation). None where
        there is no network.
    """
    records = RunFolder(folder).model("double")
    if not records.network.is_file():
        return ()
    quantized = QuantizedModel.load(records.quantized)
    network = HardwareNetwork.load(records.network)
    scaled = data.plain("test")[:events]
    fast = FastEmulator(network, {}, *data.reading.bounds, threads=2)
    present = {layer.name for layer in network.layers}
    rows = []
    for branch in quantized.branches:
        names = {  # the last of a layer's steps: hls4ml merges a change of type into its source
            names.key: names.last if names.last in present else names.layer
            for names in named_nodes(branch)
        }
        hardware = fast.run(scaled, list(names.values())).outputs
        exact = response(branch, quantized.weights, data.reading.type.decode(scaled))
        for key, name in names.items():
            kind = network.type_of(name)
            raw = hardware[name]
            error = np.abs(kind.decode(raw) - exact[key]) / kind.lsb
            ends = raw == kind.maximum
            if kind.signed:
                ends |= raw == kind.minimum
            rows.append(
                LayerError(
                    branch=branch.name,
                    layer=key,
                    type=str(kind),
                    lsb=kind.lsb,
                    mean_abs_error_lsb=float(error.mean()),
                    max_abs_error_lsb=float(error.max()),
                    fraction_saturated=float(ends.mean()),
                )
            )
    return tuple(rows)
