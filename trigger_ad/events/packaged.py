"""Samples that come with the package."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.errors import EventFileError

__all__ = ["SAMPLES", "find", "packaged"]

#: Samples made by `trigger_ad.events.generate`: Standard Model and four signals, with a lepton
#: filter; and unfiltered crossings at pile-up 60 by `trigger_ad.events.zerobias`.
SAMPLES = ("sm", "leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu", "zero_bias")


def packaged(name: str) -> Path:
    """Event file of a packaged sample.

    Parameters
    ----------
    name : str
        One of `SAMPLES`.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    EventFileError
        If there is no such sample.
    """
    if name not in SAMPLES:
        raise EventFileError(
            "a packaged sample",
            f"must be one of {', '.join(SAMPLES)}",
            repr(name),
            "choose one of these names or give a path",
        )
    return Path(__file__).parent / "samples" / f"{name}.h5"


def find(text: str) -> Path:
    """Path of an event file that is named as a path, or as ``packaged:NAME``."""
    if text.startswith("packaged:"):
        return packaged(text.removeprefix("packaged:"))
    return Path(text)
