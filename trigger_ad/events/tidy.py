"""What must hold for the objects of every event."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.directions import refuse_directions, refuse_first
from trigger_ad.events.particles import CLASSES, SLOTS

__all__ = ["tidy"]

_CLASS = np.concatenate(
    [np.full(s.stop - s.start, CLASSES[kind], np.float32) for kind, s in SLOTS.items()]
)

#: What compression with loss may do to a class.
_CLASS_ERROR = 0.01


def tidy(values: npt.NDArray[np.float32], name: str, first: int = 0) -> npt.NDArray[np.float32]:
    """Check objects, and clear the slots that hold none.

    A slot is empty if its pT is 0, whatever else it holds: ADC2021 files keep phi of jets
    beyond abs(eta) 4, whose pT and eta they set to 0. Such slots may lie between others.

    Parameters
    ----------
    values : (n, 19, 4) float32
        pT, eta, phi, class; NaN in the class stands for one that the file does not give.
        Changed in place.
    name : str
        File and data set, for messages.
    first : int
        Number of the first event, for messages.

    Returns
    -------
    (n, 19, 4) float32
        `values`, with zeros in empty slots and classes in the others.

    Raises
    ------
    EventFileError
        For infinities and NaN, negative pT, pT that does not fall within a kind, a class that
        is not that of the slot, directions that no object can have, and events without objects;
        names the first event and slot.
    """
    pt = values[..., 0]
    shown = values[..., :3]
    infinite: npt.NDArray[np.bool_] = ~np.isfinite(shown)
    if infinite.any():
        which = infinite.argmax(axis=2, keepdims=True)
        shown = np.take_along_axis(shown, which, axis=2)[..., 0]
        bad = np.asarray(infinite.any(axis=2))
        refuse_first(bad, shown, "", name, first, "must be finite", "remove the event")
    refuse_first(
        pt < 0,
        pt,
        " GeV",
        name,
        first,
        "must have pT >= 0",
        "give pT in GeV, not scaled or shifted",
    )
    present = pt > 0
    given = values[..., 3]
    refuse_first(
        present & (np.abs(given - _CLASS) > _CLASS_ERROR),  # false for NaN
        given,
        "",
        name,
        first,
        "must have the class of its slot (1 MET, 2 e/gamma, 3 muon, 4 jet)",
        "put the objects into their slots",
    )
    refuse_directions(values, name, first)
    for kind in SLOTS.values():
        # an empty slot between two objects does not hide that the second is harder
        least = np.minimum.accumulate(np.where(present, pt, np.inf)[:, kind], axis=1)
        unsorted = np.zeros_like(present)
        unsorted[:, kind.start + 1 : kind.stop] = pt[:, kind][:, 1:] > least[:, :-1]
        refuse_first(
            unsorted,
            pt,
            " GeV",
            name,
            first,
            "must be ordered in falling pT within a kind",
            "sort the objects of each event",
        )
    some = present.any(axis=1)
    if not some.all():
        raise EventFileError(
            name,
            "must have an object in every event",
            f"none in event {first + int(np.argmin(some))}",
            "remove the event",
        )
    values[..., 3] = _CLASS
    values[~present] = 0
    return values
