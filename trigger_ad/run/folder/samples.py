"""The event files that a configuration names."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.events import packaged

__all__ = ["event_files"]


def event_files(config: Config) -> dict[str, dict[str, Path]]:
    """Event files of a configuration by sample name, in two groups; the background is ``sm``."""
    groups = {"background": {"sm": config.events.background}, "signals": config.events.signals}
    return {
        group: {name: packaged.find(text) for name, text in named.items()}
        for group, named in groups.items()
    }
