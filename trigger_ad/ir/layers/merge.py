"""Several vectors to one: side by side, or element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Interval, joined

__all__ = ["How", "Merge"]


class How(StrEnum):
    """What a merge does with its sources."""

    CONCATENATE = "concatenate"
    ADD = "add"


@dataclass(frozen=True)
class Merge:
    """Sources one after the other, or their sum, cast to one type.

    Parameters
    ----------
    name : str
    sources : tuple of str
        Layers, or the input port, in order.
    how : How
    size : int
        Number of outputs: of all sources together, or of each.
    output : FixedPoint
        Type of the result, with its rounding and overflow.
    """

    KINDS: ClassVar[tuple[str, ...]] = tuple(How)

    name: str
    sources: tuple[str, ...]
    how: How
    size: int
    output: FixedPoint

    @property
    def kind(self) -> str:
        """What files and texts call it."""
        return str(self.how)

    def exact(self, *sources: Interval) -> Interval:
        """Bounds before the change of type.

        Raises
        ------
        ConversionError
            If the sources have not the size of the layer.
        """
        together = joined(sources)
        sizes = [len(source.minimum) for source in sources]
        if self.how is How.CONCATENATE:
            self._check(sum(sizes), sizes)
            return together
        for size in sizes:
            self._check(size, sizes)
        low, high = (
            ends.reshape(len(sources), -1).sum(axis=0)
            for ends in (together.minimum, together.maximum)
        )
        return Interval(low, high, together.fraction)

    def _check(self, found: int, sizes: list[int]) -> None:
        if found != self.size:
            raise ConversionError(
                f"the sources of layer {self.name}",
                f"must {self.how} to {self.size} elements",
                ", ".join(map(str, sizes)),
                "correct its sources",
            )

    def to_record(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a file keeps besides name, sources, output and kind, and arrays by name."""
        return {"size": self.size}, {}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], _arrays: Mapping[str, NDArray[Any]]) -> Merge:
        """Rebuild from `to_record`."""
        return cls(
            record["name"],
            tuple(record["sources"]),
            How(record["kind"]),
            record["size"],
            FixedPoint.parse(record["output"]),
        )
