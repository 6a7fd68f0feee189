"""Largest element of each window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.places import NOTHING, Places, check_inside, check_places, places_of
from trigger_ad.storage.whole import typed

__all__ = ["Maximum", "inside"]


@dataclass(frozen=True)
class Maximum:
    """``output[w] = cast(max_i x[places[w, i]])``: maximum pooling.

    Parameters
    ----------
    name, source : str
        Of this layer and of the layer (or input port) it reads.
    places : ndarray (size, n) of int32
        Of the elements of each window; `NOTHING` takes no part.
    output : FixedPoint
        Type of the result, with its rounding and overflow.

    Raises
    ------
    ConversionError
        If a window has no element.
    """

    KINDS: ClassVar[tuple[str, ...]] = ("maximum",)

    name: str
    source: str
    places: Places
    output: FixedPoint

    def __post_init__(self) -> None:
        check_places(self.name, self.places)
        if np.any(np.all(self.places == NOTHING, axis=1)):
            raise ConversionError(
                f"a window of layer {self.name}", "must have an element", None, "leave it out"
            )

    @property
    def kind(self) -> str:
        """What files and texts call it."""
        return "maximum"

    @property
    def sources(self) -> tuple[str, ...]:
        """The one source."""
        return (self.source,)

    @property
    def size(self) -> int:
        """Number of outputs."""
        return len(self.places)

    def check(self, size: int) -> None:
        """Refuse a source without the elements of the windows.

        Raises
        ------
        ConversionError
            If it is too short.
        """
        check_inside(self.name, self.places, size)

    @cached_property
    def inside(self) -> Places:
        """Places with another element of the window wherever there is nothing."""
        return inside(self.places)

    def exact(self, source: Interval) -> Interval:
        """Bounds before the change of type."""
        low, high = (ends[self.inside].max(axis=1) for ends in (source.minimum, source.maximum))
        return Interval(low, high, source.fraction)

    def to_record(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a file keeps besides name, sources, output and kind, and arrays by name."""
        return {}, {f"{self.name}.places": self.places}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Maximum:
        """Rebuild from `to_record`."""
        name, source = typed(record, "name", str), typed(record, "source", str)
        places = places_of(name, typed(arrays, f"{name}.places", np.ndarray))
        return cls(name, source, places, FixedPoint.parse(typed(record, "output", str)))


def inside(places: Places) -> Places:
    """Places (windows, n) with another element of the window wherever there is nothing."""
    first = places.max(axis=1, keepdims=True)
    return np.where(places == NOTHING, first, places).astype(np.int32)
