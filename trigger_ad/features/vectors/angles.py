"""Azimuths on one grid, and their distances: the same for an event that is turned or reflected.

Codes of the calorimeter are multiples of those of the muons, so that on the finest grid every
difference is exact, and turning an event by a step of the coarsest grid changes none. Distances
are rounded to the coarsest grid after the sign is gone, and so alike on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from trigger_ad.errors import ConfigError
from trigger_ad.features.vectors.source import Source, units
from trigger_ad.ir.expression import Expression, constant
from trigger_ad.ir.operations.gather import take
from trigger_ad.ir.operations.periodic import wrap

__all__ = ["Azimuths", "coarsest", "distance", "leading"]


@dataclass(frozen=True)
class Azimuths:
    """Azimuths of some objects.

    Parameters
    ----------
    codes : Expression
        From 0 to the period.
    period : int
    momenta : Expression
        In LSB without an offset.
    there : Expression
        1 where the object is there.
    """

    codes: Expression
    period: int
    momenta: Expression
    there: Expression

    @classmethod
    def of(cls, kind: str, slots: tuple[int, ...] | None, source: Source) -> Azimuths:
        """Azimuths of the slots of a kind."""
        words, period = source.take(kind, "phi", slots), source.field(kind, "phi").period
        last = constant((period - 1,) * source.signal(words).size)
        codes = words.minimum(last)  # a port can carry more than a turn
        return cls(codes, period, source.momenta(kind, slots), source.there(kind, slots))

    def on(self, period: int) -> Expression:
        """Codes on a finer grid."""
        times = period // self.period
        return self.codes.multiply(constant((times,))) if times > 1 else self.codes


def coarsest(source: Source) -> int:
    """Period of the coarsest grid of a layout, of which the others are multiples.

    Raises
    ------
    ConfigError
        If they are not, by a power of two.
    """
    periods = sorted({field.period for field in source.layout.fields if field.period})
    odd = [p for p in periods if p % periods[0] or (p // periods[0]).bit_count() > 1]
    if odd or not periods:
        raise ConfigError(
            source.title,
            "must be of a layout whose periods of phi are one, times powers of two",
            ", ".join(map(str, periods)) or "none",
            "leave azimuths out",
        )
    return periods[0]


def leading(kinds: tuple[str, ...], source: Source) -> Azimuths:
    """Azimuth of the hardest of the first slots of some kinds; of equal ones, of the first kind.

    Slots come in descending order of momentum, as the global trigger has them.
    """
    found = [Azimuths.of(kind, (0,), source) for kind in kinds]
    best = found[0]
    for other in found[1:]:
        period = max(best.period, other.period)
        above = source.at_least(other.momenta.subtract(best.momenta), 1)
        # An empty slot gives way to a muon of code 1, whose momentum is 0 as well.
        alone = other.there.multiply(constant((1,)).subtract(best.there))
        chosen = above.maximum(alone)
        ours, theirs = best.on(period), other.on(period)
        most = constant((period - 1,))
        codes = ours.multiply(constant((1,)).subtract(chosen)).add(theirs.multiply(chosen))
        best = Azimuths(
            codes.minimum(most),  # which interval analysis does not know
            period,
            best.momenta.maximum(other.momenta),
            best.there.maximum(other.there),
        )
    return best


def distance(first: Azimuths, second: Azimuths, source: Source) -> Expression:
    """Angles between objects and one other, from 0 to half a turn of the coarsest grid.

    What is absent has the code 0 and some distance: see to it by `Azimuths.there`.
    """
    size, base = source.signal(first.codes).size, coarsest(source)
    period = max(first.period, second.period)
    one = second.on(period)
    others = take(one, (0,) * size) if size > 1 else one
    turned = wrap(first.on(period).subtract(others), period).absolute()
    shift = (period // base).bit_length() - 1
    if not shift:
        return turned
    return units(turned.offset(1 << (shift - 1)).shorten(shift), shift)
