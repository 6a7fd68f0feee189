"""Tables of places: which elements of its source each window of a layer reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError

__all__ = ["NOTHING", "Places", "check_inside", "check_places", "gathered", "places_of"]

#: Place of what lies outside of the source, in the padding of an image.
NOTHING = -1

#: (windows, elements of a window), indices of the source or `NOTHING`.
Places = NDArray[np.int32]


def check_places(layer: str, places: NDArray[Any]) -> None:
    """Refuse a table that is none.

    Raises
    ------
    ConversionError
        If it has not two axes, or an index below `NOTHING` or of more than 32 bits.
    """
    most = np.iinfo(np.int32).max
    if places.ndim != 2 or not places.size or places.min() < NOTHING or places.max() > most:
        raise ConversionError(
            f"the places of layer {layer}",
            "must be a table of windows and indices of the source",
            f"an array of shape {places.shape}",
            "give one row for each window, -1 for padding",
        )


def places_of(layer: str, table: NDArray[Any]) -> Places:
    """Table of a file, which may hold integers of any size.

    Raises
    ------
    ConversionError
        If it is no table of places.
    """
    check_places(layer, table)
    return table.astype(np.int32)


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
