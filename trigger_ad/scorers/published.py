"""The double autoencoder at its published size, and the weights its authors published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.errors import SchemaError
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers import double_ae
from trigger_ad.scorers.autoencoder import Difference
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.float_model import FloatModel

__all__ = ["HIDDEN", "branches", "load_weights", "settings"]

#: Phys. Rev. D 105, 055006 (2022), Sec. III, mirrored behind the latent layer.
HIDDEN = (256, 128, 64, 32, 5, 32, 64, 128, 256)


def settings(difference: Difference = "absolute") -> DoubleAe:
    """Section of that size; the published networks have no biases."""
    return DoubleAe(hidden=HIDDEN, bias=False, difference=difference)


#: Numbers of an event in the paper's data: 19 objects of pt, eta and phi.
INPUTS = 57


def branches(inputs: int) -> tuple[Architecture, ...]:
    """Both networks."""
    return double_ae.branches(settings(), inputs)


def load_weights(path: Path) -> FloatModel:
    """Read a weight file of the authors: Keras HDF5, as saved by Keras 2.6.

    The dense layers of the two networks interleave in the file's list of layers and its
    groups sort as text. They are taken by the number in their names instead, in which the
    first network comes completely before the second. The first layer that a process makes has no
    number in its name, ``dense``; eight of the nine files begin with it.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SchemaError
        If the file cannot be read or holds other kernels.
    """
    import h5py

    shape = branches(INPUTS)
    wanted = [
        (f"{layer}.kernel", sizes)
        for branch in shape
        for layer, sizes in zip(
            branch.layers, zip(branch.widths, branch.widths[1:], strict=False), strict=True
        )
    ]
    kernels: dict[int, Any] = {}

    def visit(name: str, item: Any) -> None:
        match = re.search(r"(?:^|/)dense(?:_(\d+))?/kernel:0$", name)
        if match and isinstance(item, h5py.Dataset):
            kernels[int(match[1] or 0)] = np.asarray(item[()], dtype=np.float32)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    except OSError:
        raise SchemaError(
            path, "must be a Keras weight file in HDF5", "unreadable", "check the path"
        ) from None
    found = [kernels[number] for number in sorted(kernels)]
    if [kernel.shape for kernel in found] != [sizes for _, sizes in wanted]:
        raise SchemaError(
            path,
            "must hold two networks " + "-".join(str(width) for width in shape[0].widths),
            f"kernels of shape {[kernel.shape for kernel in found]}",
            "use the weights that were published with Phys. Rev. D 105, 055006",
        )
    weights = {name: kernel for (name, _), kernel in zip(wanted, found, strict=True)}
    return FloatModel(shape, weights)
