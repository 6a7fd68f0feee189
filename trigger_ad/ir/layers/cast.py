"""A change of type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.storage.whole import typed

__all__ = ["Cast"]


@dataclass(frozen=True)
class Cast:
    """A change of type, after ``max(x, 0)`` where `relu` is set.

    Parameters
    ----------
    name, source : str
        Of this layer and of the layer (or input port) it reads.
    size : int
        Number of elements.
    output : FixedPoint
        Type of the result, with its rounding and overflow.
    relu : bool
    """

    KINDS: ClassVar[tuple[str, ...]] = ("cast", "relu")

    name: str
    source: str
    size: int
    output: FixedPoint
    relu: bool

    @property
    def kind(self) -> str:
        """What files and texts call it."""
        return "relu" if self.relu else "cast"

    @property
    def sources(self) -> tuple[str, ...]:
        """The one source."""
        return (self.source,)

    def check(self, size: int) -> None:
        """Refuse a source of another size.

        Raises
        ------
        ConversionError
            If it has one.
        """
        if size != self.size:
            raise ConversionError(
                f"the source of layer {self.name}",
                f"must have the {self.size} elements of its output",
                size,
                "correct its source",
            )

    def exact(self, source: Interval) -> Interval:
        """Bounds before the change of type."""
        if not self.relu:
            return source
        zero = np.int64(0)
        low, high = np.maximum(source.minimum, zero), np.maximum(source.maximum, zero)
        return Interval(low, high, source.fraction)

    def to_record(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a file keeps besides name, sources, output and kind, and arrays by name."""
        return {"size": self.size}, {}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], _arrays: Mapping[str, NDArray[Any]]) -> Cast:
        """Rebuild from `to_record`."""
        name, source = typed(record, "name", str), typed(record, "source", str)
        output = FixedPoint.parse(typed(record, "output", str))
        return cls(name, source, typed(record, "size", int), output, record["kind"] == "relu")
