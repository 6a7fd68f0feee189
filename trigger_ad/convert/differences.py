"""Two records of a hardware network, held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.network import HardwareNetwork

__all__ = ["REMEDY", "compare", "differences"]

REMEDY = "convert the model again; do not edit the project by hand"


def compare(written: HardwareNetwork, network: HardwareNetwork) -> None:
    """Demand that two records are equal in everything.

    Raises
    ------
    ConversionError
        With the first difference.
    """
    for difference in differences(written, network):
        raise difference


def differences(written: HardwareNetwork, network: HardwareNetwork) -> Iterator[ConversionError]:
    """Every difference between what was written and the record, as a sentence.

    Where the names of the layers differ nothing is said of the layers themselves.
    """
    yield from _differences(f"network {network.name}", written, network, skip=("layers",))
    names = [[layer.name for layer in record.layers] for record in (written, network)]
    if names[0] != names[1]:
        yield ConversionError(
            f"network {network.name} as written",
            f"must have the layers {', '.join(names[1])}",
            ", ".join(names[0]),
            REMEDY,
        )
        return
    for left, right in zip(written.layers, network.layers, strict=True):
        yield from _differences(f"layer {right.name}", left, right)


def _differences(
    name: str, left: object, right: object, skip: tuple[str, ...] = ()
) -> Iterator[ConversionError]:
    if type(left) is not type(right):
        yield ConversionError(
            f"{name} as written", f"must be {type(right).__name__}", type(left).__name__, REMEDY
        )
        return
    for field in fields(left):  # type: ignore[arg-type]
        if field.name in skip:
            continue
        ours, theirs = getattr(right, field.name), getattr(left, field.name)
        if not np.array_equal(ours, theirs):
            array = isinstance(ours, np.ndarray)
            yield ConversionError(
                f"{field.name} of {name} as written",
                "must be that of the record" if array else f"must be {ours}",
                _first(ours, theirs) if array else theirs,
                REMEDY,
            )


def _first(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> str:
    """Where two arrays differ first."""
    if ours.shape != theirs.shape:
        return f"of shape {theirs.shape}"
    places = np.argwhere(ours != theirs)
    first = tuple(int(index) for index in places[0])
    return f"{theirs[first]} in place of {ours[first]} at {list(first)}, {len(places)} in all"
