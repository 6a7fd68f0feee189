"""What a part of a score can put out."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Signal", "partial_sums"]


@dataclass(frozen=True)
class Signal:
    """Raw bounds of every element, and their binary point.

    Parameters
    ----------
    minimum, maximum : tuple of int
        Raw bounds of each element.
    fraction : int
        Bits right of the binary point.
    """

    minimum: tuple[int, ...]
    maximum: tuple[int, ...]
    fraction: int

    @classmethod
    def all(cls, size: int, low: int, high: int, fraction: int) -> Signal:
        """Elements of one range."""
        return cls((low,) * size, (high,) * size, fraction)

    @property
    def size(self) -> int:
        """Number of elements."""
        return len(self.minimum)

    @property
    def low(self) -> int:
        """Smallest raw value of any element."""
        return min(self.minimum)

    @property
    def high(self) -> int:
        """Largest raw value of any element."""
        return max(self.maximum)

    @property
    def signed(self) -> bool:
        """Whether an element can be negative."""
        return self.low < 0

    @property
    def width(self) -> int:
        """Bits of the narrowest type that holds every element, its sign included."""
        bits = max(
            (-1 - self.low).bit_length() if self.signed else 0, max(self.high, 0).bit_length()
        )
        return max(bits + self.signed, 1)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Smallest and largest raw value of each element."""
        return list(zip(self.minimum, self.maximum, strict=True))

    def align(self, fraction: int) -> Signal:
        """Return the same values at a finer binary point."""
        shift = fraction - self.fraction
        return Signal(
            tuple(v << shift for v in self.minimum),
            tuple(v << shift for v in self.maximum),
            fraction,
        )

    def part(self, elements: slice) -> Signal:
        """Return some of the elements."""
        return Signal(self.minimum[elements], self.maximum[elements], self.fraction)


def partial_sums(terms: Signal) -> Signal:
    """Interval of the sums of any of the terms, in whatever order they are added."""
    low = sum(min(value, 0) for value in terms.minimum)
    high = sum(max(value, 0) for value in terms.maximum)
    return Signal((low,), (high,), terms.fraction)
