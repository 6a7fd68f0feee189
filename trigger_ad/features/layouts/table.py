"""Every layout by the name it has in the configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.cms_level1 import cms_level1
from trigger_ad.features.settings import Features, LayoutSettings
from trigger_ad.sections.named import Choices

__all__ = ["CHOICES", "LAYOUTS", "Kind", "layout"]


@dataclass(frozen=True)
class Kind:
    """How a layout is made.

    Parameters
    ----------
    settings : type
        Section of its keys.
    make : callable
        Layout of such a section.
    """

    settings: type[LayoutSettings]
    make: Callable[[Any], Layout]


#: One line for each layout.
LAYOUTS: dict[str, Kind] = {"cms_level1": Kind(Features, cms_level1)}

#: Their sections, for the configuration.
CHOICES = Choices.of("layout", {name: kind.settings for name, kind in LAYOUTS.items()})


def layout(settings: LayoutSettings) -> Layout:
    """Layout that a configuration asks for.

    Raises
    ------
    ConfigError
        If its name is not in `LAYOUTS`.
    """
    if settings.layout not in LAYOUTS:
        raise ConfigError(
            "key 'features.layout'",
            "must name a layout",
            repr(settings.layout),
            "choose from " + ", ".join(LAYOUTS),
        )
    return LAYOUTS[settings.layout].make(settings)
