"""Samples that come with the package."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.errors import EventFileError

__all__ = ["SAMPLES", "find", "packaged"]

_SIGNALS = ("leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu")

#: Samples made by `trigger_ad.events.generate`: Standard Model and four signals, with a lepton
#: filter; and by `trigger_ad.events.zerobias` at pile-up 60, unfiltered: all crossings, and
#: those with one of the signals.
SAMPLES = ("sm", *_SIGNALS, "zero_bias", *(f"zero_bias_{name}" for name in _SIGNALS))


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
    """Path of an event file that is named as a path, or as ``packaged:NAME``.

    Parameters
    ----------
    text : str

    Raises
    ------
    EventFileError
        If no sample of that name comes with the package. A path need not exist.
    """
    if text.startswith("packaged:"):
        return packaged(text.removeprefix("packaged:"))
    return Path(text)
