"""Samples that come with trigger_ad, and those of the distribution trigger-ad-samples."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from trigger_ad.errors import EventFileError
from trigger_ad.storage.shipped import ShippedFileError, shipped_path

__all__ = ["SAMPLES", "START", "find", "packaged"]

_SIGNALS = ("leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu")
_IN_PILEUP = (*_SIGNALS, "hplus_top_to_taunu")

#: The sample that needs no other distribution: the first 30,000 crossings of ``zero_bias``.
START = "zero_bias_30k"

#: Samples made by `trigger_ad.generate.adc2021`: Standard Model and four signals, with a lepton
#: filter; and by `trigger_ad.generate.zerobias` at pile-up 60, unfiltered: all crossings, and
#: those with one of the signals.
SAMPLES = ("sm", *_SIGNALS, "zero_bias", START, *(f"zero_bias_{name}" for name in _IN_PILEUP))


def packaged(name: str) -> Path:
    """Event file of a packaged sample.

    Parameters
    ----------
    name : str
        One of `SAMPLES`.

    Returns
    -------
    Path
        An existing file: in ``samples/`` of a checkout, in this package, or in the distribution
        trigger-ad-samples.

    Raises
    ------
    EventFileError
        If there is no such sample, or its distribution is not installed.
    """
    if name not in SAMPLES:
        raise EventFileError(
            "a packaged sample",
            f"must be one of {', '.join(SAMPLES)}",
            repr(name),
            "choose one of these names or give a path",
        )
    try:
        return shipped_path("samples", f"{name}.h5")
    except ShippedFileError:
        spec = find_spec("trigger_ad_samples")
    folders = [] if spec is None else spec.submodule_search_locations or []
    for folder in folders:
        path = Path(folder) / f"{name}.h5"
        if path.is_file():
            return path
    raise EventFileError(
        f"packaged sample {name}",
        "must be installed",
        None,
        "pip install trigger-ad-samples, or give the path of an event file",
    )


def find(text: str) -> Path:
    """Path of an event file that is named as a path, or as ``packaged:NAME``.

    Parameters
    ----------
    text : str

    Raises
    ------
    EventFileError
        If no sample of that name is packaged. A path need not exist.
    """
    if text.startswith("packaged:"):
        return packaged(text.removeprefix("packaged:"))
    return Path(text)
