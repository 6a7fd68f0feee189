"""Units of momenta: GeV, unless a file is said to have MeV."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError

__all__ = ["FIRST_BLOCK", "LARGEST_MEDIAN", "Units", "check_units", "in_gev", "refuse_mev"]

#: Units of the momenta of a file; None stands for GeV that are looked at, see `refuse_mev`.
Units = Literal["GeV", "MeV"] | None

#: Events from which it is decided.
FIRST_BLOCK = 4096

#: Largest median momentum of a file that does not say its units: the largest momentum that any
#: port of the trigger carries (12 bits of 0.5 GeV, missing momentum). Were it GeV, more than half
#: of all objects would be beyond every scale; as MeV it is an object of 2 GeV, softer than any that
#: a trigger builds. Medians of the packaged samples are 16 to 32 GeV.
LARGEST_MEDIAN = 2047.5


def check_units(units: Units) -> None:
    """Refuse units that are neither, from where no type checker looks: a notebook.

    Raises
    ------
    EventFileError
    """
    if units not in (None, "GeV", "MeV"):
        raise EventFileError("the units", "must be GeV or MeV", repr(units), "give one of these")


def in_gev(momenta: npt.NDArray[np.float32], units: Units) -> npt.NDArray[np.float32]:
    """Momenta in GeV, of any shape."""
    return momenta / np.float32(1000) if units == "MeV" else momenta


def refuse_mev(momenta: npt.NDArray[np.float32], name: str, units: Units) -> None:
    """Refuse momenta that look like MeV where nobody has said what they are.

    Parameters
    ----------
    momenta : (n, 19) float32
        Of the first events; not above 0, or no numbers, in slots that are not counted.
    name : str
        File and data set, for messages.
    units : Units

    Raises
    ------
    EventFileError
        If their median is beyond `LARGEST_MEDIAN`.
    """
    present = momenta[(momenta > 0) & np.isfinite(momenta)]
    if units is not None or not len(present):
        return
    if (median := float(np.median(present))) > LARGEST_MEDIAN:
        raise EventFileError(
            name,
            f"must have momenta in GeV, of a median up to {LARGEST_MEDIAN:g}",
            f"{median:g} in the first {len(momenta)} events",
            "give the key units: MeV (--units MeV), or units: GeV if this is right",
        )
