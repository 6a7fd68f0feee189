"""Numbers of users that become integers: in range, or unknown, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError

__all__ = ["MOST_PILEUP", "UNKNOWN_PILEUP", "known_pileup", "whole_numbers"]

#: Of an event whose pile-up is not known.
UNKNOWN_PILEUP = -1

#: More collisions in a crossing than this no machine foresees: 1,000 on average are planned for
#: the FCC-hh (CERN-ACC-2018-0058), 200 for the HL-LHC.
MOST_PILEUP = 2000


def known_pileup(values: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Pile-up as whole numbers; unknown where a file has NaN, -1, 2**32 - 1 or the like.

    Parameters
    ----------
    values : (n,) of any integers or floats
        Collisions in the crossing, or their mean, which is rounded.

    Returns
    -------
    (n,) int32
        0 to `MOST_PILEUP`, or `UNKNOWN_PILEUP`.
    """
    real = np.asarray(values, dtype=np.float64)
    known = (real >= 0) & (real <= MOST_PILEUP)  # false for NaN
    return np.rint(np.where(known, real, UNKNOWN_PILEUP)).astype(np.int32)


def whole_numbers(
    values: npt.NDArray[Any], name: str, first: int, low: int, high: int
) -> npt.NDArray[np.int64]:
    """Numbers of events, of runs, of processes: as int64, exactly.

    Parameters
    ----------
    values : (n,) of any integers or floats
    name : str
        File and data set, for messages.
    first : int
        Number of the first event, for messages.
    low, high : int
        Smallest and largest that there can be.

    Raises
    ------
    EventFileError
        For NaN, infinities, fractions and numbers out of range; names the first event.
    """
    good: npt.NDArray[np.bool_]
    if values.dtype.kind == "f":
        exact = 2 ** (np.finfo(values.dtype).nmant + 1)  # up to here no whole number is left out
        low, high = max(low, -exact), min(high, exact)
        real = values.astype(np.float64)
        good = (real >= low) & (real <= high) & (real == np.floor(real))  # false for NaN
    else:
        good = (values >= low) & (values <= high)
    if not good.all():
        event = int(np.argmin(good))
        raise EventFileError(
            name,
            f"must be a whole number from {low} to {high}",
            f"{values[event]} in event {first + event}",
            "write the number of each event as an integer, or leave the data set out",
        )
    return values.astype(np.int64)
