"""The event files that a configuration names."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.events.paths import matches
from trigger_ad.run_folder import BACKGROUND

__all__ = ["event_files"]


def event_files(config: Config) -> dict[str, dict[str, tuple[Path, ...]]]:
    """Event files of a configuration by sample name, in two groups; the background is ``sm``.

    They need not exist: the state of a run can be asked for without them.
    """
    groups = {
        "background": {BACKGROUND: config.events.background},
        "signals": config.events.signals,
    }
    return {
        group: {name: _files(given) for name, given in named.items()}
        for group, named in groups.items()
    }


def _files(given: str | tuple[str, ...]) -> tuple[Path, ...]:
    texts = (given,) if isinstance(given, str) else given
    found = {path for text in texts for path in matches(text) or [Path(text)]}
    return tuple(sorted(found, key=str))
