"""Several vectors to one: side by side, or element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint
from trigger_ad.ir.layers.interval import Interval, joined
from trigger_ad.storage.whole import listed, typed

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
            If the binary points of the sources lie too far apart for the int64 arithmetic of this
            analysis.
        """
        self._refuse_wide(sources)
        together = joined(sources)
        if self.how is How.CONCATENATE:
            return together
        low, high = (
            ends.reshape(len(sources), -1).sum(axis=0)
            for ends in (together.minimum, together.maximum)
        )
        return Interval(low, high, together.fraction)

    def check(self, *sizes: int) -> None:
        """Refuse sources that do not give the size of the layer.

        Raises
        ------
        ConversionError
            If there are none, or of other sizes.
        """
        together = {sum(sizes)} if self.how is How.CONCATENATE else set(sizes)
        if not sizes or together != {self.size}:
            raise ConversionError(
                f"the sources of layer {self.name}",
                f"must {self.how} to {self.size} elements",
                f"sizes of {', '.join(map(str, sizes))}" if sizes else "none",
                "correct its sources",
            )

    def _refuse_wide(self, sources: tuple[Interval, ...]) -> None:
        finest = max(source.fraction for source in sources)
        largest = [
            max(int(source.maximum.max(initial=0)), -int(source.minimum.min(initial=0)))
            << (finest - source.fraction)
            for source in sources
        ]
        found = sum(largest) if self.how is How.ADD else max(largest)
        width = found.bit_length() + 1
        if width > MAX_WIDTH:
            raise ConversionError(
                f"the merged sources of layer {self.name}",
                f"must fit {MAX_WIDTH} bits",
                width,
                "give them binary points that lie closer together",
            )

    def to_record(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a file keeps besides name, sources, output and kind, and arrays by name."""
        return {"size": self.size}, {}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], _arrays: Mapping[str, NDArray[Any]]) -> Merge:
        """Rebuild from `to_record`."""
        return cls(
            typed(record, "name", str),
            listed(record, "sources", str),
            How(record["kind"]),
            typed(record, "size", int),
            FixedPoint.parse(typed(record, "output", str)),
        )
