"""What merging layers have in common: several sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.kind import Kind

__all__ = ["Merging", "aligned"]


class Merging(Kind):
    """A kind with two sources or more."""

    sources: ClassVar[tuple[int, int | None]] = (2, None)


def aligned(sources: Sequence[FixedPoint]) -> tuple[list[int], int]:
    """Largest magnitude of each source in the finest unit of all, and its fraction."""
    fraction = max(source.fraction for source in sources)
    most = [max(-s.minimum, s.maximum) << (fraction - s.fraction) for s in sources]
    return most, fraction
