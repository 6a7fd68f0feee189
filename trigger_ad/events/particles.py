"""Reconstructed objects of collision events in the slots of the ADC2021 data set."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

__all__ = ["CLASSES", "PROCESSES", "SLOTS", "Particles"]

#: Kinds of objects and their slots, in file order.
SLOTS: dict[str, slice] = {
    "met": slice(0, 1),
    "egamma": slice(1, 5),
    "muon": slice(5, 9),
    "jet": slice(9, 19),
}

#: Value in the fourth column; padding has class 0.
CLASSES: dict[str, int] = {"padding": 0, "met": 1, "egamma": 2, "muon": 3, "jet": 4}

#: Names of the codes in `Particles.process`. New names go to the end.
PROCESSES: tuple[str, ...] = (
    "unknown",
    "w_lnu",
    "qcd",
    "z_ll",
    "ttbar",
    "leptoquark",
    "a_to_4l",
    "h0_to_tautau",
    "hplus_to_taunu",
    "zero_bias",
    "hplus_top_to_taunu",
)


@dataclass(frozen=True)
class Particles:
    """Events as objects in slots.

    Attributes
    ----------
    values : (n_events, 19, 4) float32
        pT in GeV, eta, phi in radians, class. Slots as in `SLOTS`; objects are ordered in
        pT within their kind and padded with zeros. The eta of MET is 0.
    process : (n_events,) uint8
        Index into `PROCESSES`.
    parton_event : (n_events,) int64
        Identity of the parton-level event behind the event. Events with the same identity
        are not independent; splits go by it.
    """

    values: npt.NDArray[np.float32]
    process: npt.NDArray[np.uint8]
    parton_event: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, chosen: slice | npt.NDArray[np.bool_ | np.integer]) -> Particles:
        return Particles(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """(n_events, 19) bool: slots that hold an object, by pT > 0."""
        return np.asarray(self.values[..., 0] > 0)
