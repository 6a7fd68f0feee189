"""Objects above a threshold: how many, and the sum of their momenta."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.kinds import Kinds, names
from trigger_ad.features.vectors.measure import Measured, measured
from trigger_ad.features.vectors.source import Numbers, Source, joined
from trigger_ad.ir.expression import Expression, constant
from trigger_ad.ir.operations.presence import filled

__all__ = ["Count", "Sum", "count", "total"]

_KINDS = "kinds of object, counted together"
_PT = "smallest momentum; every object that is there, if absent"
_ETA = "largest absolute pseudorapidity; any, if absent"


class Count(Entry):
    """Number of objects."""

    kind: Literal["count"] = Field("count", description="of quantity")
    of: Kinds = Field(description=_KINDS)
    pt_gev: float | None = Field(None, gt=0, le=10_000, description=_PT)
    eta: float | None = Field(None, gt=0, le=10, description=_ETA)
    most: int | None = Field(None, ge=1, le=255, description="more count as so many")


class Sum(Measured):
    """Scalar sum of the momenta of objects: HT, and sums like it."""

    kind: Literal["sum"] = Field("sum", description="of quantity")
    of: Kinds = Field(description=_KINDS)
    pt_gev: float | None = Field(None, gt=0, le=10_000, description=_PT)
    eta: float | None = Field(None, gt=0, le=10, description=_ETA)


def count(settings: Count, source: Source) -> Numbers:
    """Expressions of a number of objects."""
    found = joined([_taken(kind, settings, source) for kind in names(settings.of)]).sum()
    if settings.most is not None:
        found = found.minimum(constant((settings.most,)))
    return Numbers(found, constant((1,)))


def total(settings: Sum, source: Source) -> Numbers:
    """Expressions of a sum of momenta."""
    parts = []
    for kind in names(settings.of):
        momenta = source.momenta(kind)
        if settings.pt_gev is not None or settings.eta is not None:
            momenta = momenta.multiply(_taken(kind, settings, source))
        parts.append(momenta)
    found = joined(parts).sum()
    return Numbers(measured(found, settings, source, source.lsb(names(settings.of))), filled(found))


def _taken(kind: str, settings: Count | Sum, source: Source) -> Expression:
    """1 for each object that is counted."""
    if settings.pt_gev is None:
        taken = source.there(kind)
    else:
        field = source.field(kind, "pt")
        most = field.maximum - field.offset
        code = source.code(settings.pt_gev, field.lsb, most) + field.offset
        taken = source.at_least(source.take(kind, "pt"), code)
    if settings.eta is None:
        return taken
    eta = source.take(kind, "eta").absolute()
    # An eta that is written as a multiple of the LSB is that multiple, as in menus.
    last = math.floor(settings.eta / source.field(kind, "eta").lsb + 1e-9)
    beyond = source.at_least(eta, last + 1)
    inside = constant((1,) * source.signal(beyond).size).subtract(beyond)
    return taken.multiply(inside)
