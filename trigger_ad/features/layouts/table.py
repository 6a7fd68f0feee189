"""Every layout by the name it has in the configuration."""

from __future__ import annotations

from collections.abc import Callable

from trigger_ad.config import Features
from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.cms_level1 import cms_level1

__all__ = ["LAYOUTS", "layout"]

#: One line for each layout.
LAYOUTS: dict[str, Callable[[Features], Layout]] = {"cms_level1": cms_level1}


def layout(settings: Features) -> Layout:
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
    return LAYOUTS[settings.layout](settings)
