"""Directions that an object can have."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.particles import SLOTS

__all__ = ["LARGEST_ETA", "LARGEST_PHI", "refuse_directions", "refuse_first"]

#: Largest abs(eta) by kind. Calorimeters end at 4.9 (ATLAS) and 5.19 (CMS), muon systems at 2.7
#: (ATLAS) and 2.8 (CMS with ME0); the rest is margin. Missing momentum has no eta: what a file
#: holds there is not read.
LARGEST_ETA: dict[str, float] = {"egamma": 5.5, "muon": 3.0, "jet": 5.5}

#: Largest abs(phi): files count from -pi or from 0, in as little as 16 bits, which round by 0.002.
LARGEST_PHI = 2 * math.pi + 0.01

_ETA = np.concatenate(
    [np.full(s.stop - s.start, LARGEST_ETA.get(kind, np.inf)) for kind, s in SLOTS.items()]
)


def refuse_directions(values: npt.NDArray[np.float32], name: str, first: int) -> None:
    """Refuse degrees, columns in another order, and what else no detector can see.

    Parameters
    ----------
    values : (n, 19, 3 or 4) float32
        pT, eta, phi; finite. Slots whose pT is 0 are not looked at.
    name : str
        File and data set, for messages.
    first : int
        Number of the first event, for messages.

    Raises
    ------
    EventFileError
        Names the first event and slot.
    """
    present, eta, phi = values[..., 0] > 0, values[..., 1], values[..., 2]
    refuse_first(
        present & (np.abs(phi) > LARGEST_PHI),
        phi,
        "",
        name,
        first,
        "must have phi within 2 pi",
        "give azimuth in radians",
    )
    limits = ", ".join(f"{limit:g} ({kind})" for kind, limit in LARGEST_ETA.items())
    refuse_first(
        present & (np.abs(eta) > _ETA),
        eta,
        "",
        name,
        first,
        f"must have abs(eta) of at most {limits}",
        "give pT, eta and phi in this order, and eta as pseudorapidity",
    )


def refuse_first(
    bad: npt.NDArray[np.bool_],
    shown: npt.NDArray[np.float32],
    unit: str,
    name: str,
    first: int,
    rule: str,
    remedy: str,
) -> None:
    """Raise for the first event and slot where `bad`, (n, 19), holds."""
    if not bad.any():
        return
    event, slot = (int(i) for i in np.argwhere(bad)[0])
    value = f"{shown[event, slot]:g}{unit} in event {first + event}, {_slot(slot)}"
    raise EventFileError(name, rule, value, remedy)


def _slot(slot: int) -> str:
    """Name of a slot: 'slot 9 (jet 1)'."""
    kind, first = next((k, s.start) for k, s in SLOTS.items() if s.start <= slot < s.stop)
    return f"slot {slot} ({kind} {slot - first + 1})"
