"""Every kind of quantity by the name it has in the configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.azimuth import Azimuth, azimuth
from trigger_ad.features.vectors.counting import Count, Sum, count, total
from trigger_ad.features.vectors.eta import Eta, eta
from trigger_ad.features.vectors.momentum import Momentum, momentum
from trigger_ad.features.vectors.source import Numbers, Source
from trigger_ad.features.vectors.transverse_mass import TransverseMass, transverse_mass
from trigger_ad.sections.named import Choices

__all__ = ["CHOICES", "KINDS", "Kind", "numbers"]


@dataclass(frozen=True)
class Kind:
    """How a quantity is made.

    Parameters
    ----------
    settings : type
        Section of its keys.
    make : callable
        Expressions of such a section.
    """

    settings: type[Entry]
    make: Callable[[Any, Source], Numbers]


#: One line for each kind.
KINDS: dict[str, Kind] = {
    "momentum": Kind(Momentum, momentum),
    "count": Kind(Count, count),
    "sum": Kind(Sum, total),
    "eta": Kind(Eta, eta),
    "azimuth": Kind(Azimuth, azimuth),
    "transverse_mass": Kind(TransverseMass, transverse_mass),
}

#: Their sections, for the configuration.
CHOICES = Choices.of("kind of quantity", {name: kind.settings for name, kind in KINDS.items()})


def numbers(settings: Entry, source: Source) -> Numbers:
    """Expressions of any entry."""
    return KINDS[settings.kind].make(settings, source)
