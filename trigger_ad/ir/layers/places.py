"""Tables of places: which elements of its source each window of a layer reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError

__all__ = ["NOTHING", "Places", "check_inside", "check_places", "gathered"]

#: Place of what lies outside of the source, in the padding of an image.
NOTHING = -1

#: (windows, elements of a window), indices of the source or `NOTHING`.
Places = NDArray[np.int32]


def check_places(layer: str, places: Places) -> None:
    """Refuse a table that is none.

    Raises
    ------
    ConversionError
        If it has not two axes, or an index below `NOTHING`.
    """
    if places.ndim != 2 or not places.size or int(places.min()) < NOTHING:
        raise ConversionError(
            f"the places of layer {layer}",
            "must be a table of windows and indices of the source",
            f"an array of shape {places.shape}",
            "give one row for each window, -1 for padding",
        )


def check_inside(layer: str, places: Places, size: int) -> None:
    """Refuse places that a source of this size does not have.

    Raises
    ------
    ConversionError
        If there is one.
    """
    if int(places.max()) >= size:
        raise ConversionError(
            f"the places of layer {layer}",
            f"must lie below {size}, the size of its source",
            int(places.max()),
            "correct its places",
        )


def gathered(values: NDArray[Any], places: Places) -> NDArray[Any]:
    """Values of every window, (windows, elements, ...); 0 for `NOTHING`."""
    found: NDArray[Any] = values[places]
    found[places == NOTHING] = 0
    return found
