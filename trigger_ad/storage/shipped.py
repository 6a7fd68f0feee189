"""Where firmware, reference models and samples lie, in a checkout and in an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from trigger_ad.errors import TriggerAdError

__all__ = ["ShippedFileError", "shipped_path"]

_PACKAGE = Path(__file__).resolve().parents[1]


class ShippedFileError(TriggerAdError):
    """A name asked for is not among the files that come with trigger_ad."""


def shipped_path(folder: Literal["firmware", "models", "samples"], *parts: str) -> Path:
    """Find a file or folder that comes with trigger_ad.

    Parameters
    ----------
    folder : {"firmware", "models", "samples"}
        Hand-written hardware sources, trained reference models, or event files; an installation
        has one of the event files, see `trigger_ad.events.packaged`.
    *parts : str
        Names below it, one each, for example ``"double_ae", "config.yaml"``.

    Returns
    -------
    pathlib.Path
        An existing path. It is read only in many installations: copy before changing.

    Raises
    ------
    ShippedFileError
        Where there is no such file; the sentence lists what lies there instead.
    """
    installed = _PACKAGE / "_shipped"
    path = (installed if installed.is_dir() else _PACKAGE.parent) / folder
    for depth, part in enumerate(parts):
        names = sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
        if part not in names:
            where = "/".join((folder, *parts[:depth]))
            raise ShippedFileError(
                f"{part!r} in {where}",
                "must be the name of a shipped file",
                None,
                f"choose from {', '.join(names) or 'nothing: it is not a folder'}",
            )
        path /= part
    return path
