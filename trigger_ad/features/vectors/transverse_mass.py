"""Transverse mass of the hardest lepton and the missing momentum, as a logarithm."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.angles import coarsest, distance, leading
from trigger_ad.features.vectors.kinds import Kinds, names
from trigger_ad.features.vectors.source import Numbers, Source
from trigger_ad.ir.operations.logarithm import log2

__all__ = ["TransverseMass", "transverse_mass"]


class TransverseMass(Entry):
    """Logarithm to base 2 of the squared transverse mass in LSB squared; 0 below 1 or without."""

    kind: Literal["transverse_mass"] = Field("transverse_mass", description="of quantity")
    of: Kinds = Field(
        ("egamma", "muon"), description="kinds of object, of which the hardest is taken"
    )
    reference: Kinds = Field("met", description="the same of the other object")
    log2_bits: int = Field(2, ge=0, le=6, description="bits behind the binary point")


def transverse_mass(settings: TransverseMass, source: Source) -> Numbers:
    """Expressions of such an entry: the logarithm of 2 a b (1 - cos), a sum of logarithms.

    They are straight lines between powers of two, which makes the square up to 11 % too small,
    and are rounded down, which takes up to two steps of the result more.
    """
    kinds, others = names(settings.of), names(settings.reference)
    source.lsb((*kinds, *others))
    first, second = leading(kinds, source), leading(others, source)
    bits = settings.log2_bits
    momenta = log2(first.momenta, bits).add(log2(second.momenta, bits)).offset(1)
    angle = distance(first, second, source)
    table = _table(coarsest(source), bits, source.signal(momenta).high, source.signal(angle).high)
    there = first.there.multiply(second.there)
    mass = source.positive(momenta.add(angle.table(table, bits)))
    return Numbers(mass.multiply(there), there)


def _table(period: int, bits: int, highest: int, last: int) -> tuple[int, ...]:
    """Logarithm of 1 - cos for each step; at 0 it takes all that momenta can give."""
    steps = (1 - math.cos(2 * math.pi * step / period) for step in range(1, last + 1))
    return (-highest, *(max(round(math.log2(step) * 2**bits), -highest) for step in steps))
