"""Jets of 9 x 9 towers around local maxima.

A seed is a tower of at least 4 GeV that is the largest of the 9 x 9 towers around it: strictly
larger than those before it in rows and columns, at least as large as those after it, so of two
equal towers one is a seed. Its jet is the sum of these towers, less the energy that pile-up
leaves on the same area: the three smallest of the four strips of 3 x 9 towers at its sides, in
the manner of the CMS calorimeter trigger (JINST 15 (2020) P10017, Sec. 4.2.3). Jets are
centred on their seed. Columns wrap around; the strips must lie on the grid, so seeds are within
abs(eta) 4.35. They are calibrated afterwards
(`trigger_ad.generate.zerobias.calibration`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from trigger_ad.generate.zerobias.grid import PER_GEV, Ints

__all__ = ["PT", "SEED", "find", "largest"]

#: Least energy of a seed, and of a jet that is kept before it is calibrated, in GeV.
SEED, PT = 4.0, 10.0
_STRIP, _REACH = 3, 4


def largest(patch: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Whether the middle of each patch, (n, rows, columns) of odd size, is its maximum.

    Values before the middle in reading order must be smaller, those after it may be equal.
    """
    flat = patch.reshape(len(patch), patch.shape[1] * patch.shape[2])
    middle = flat.shape[1] // 2
    seed = flat[:, middle, None]
    return np.asarray(
        (flat[:, :middle] < seed).all(axis=1) & (flat[:, middle + 1 :] <= seed).all(axis=1)
    )


def find(total: npt.NDArray[np.int32]) -> tuple[Ints, Ints, Ints, Ints]:
    """Jets of a batch of crossings.

    Parameters
    ----------
    total : (n, rows, columns) int32
        Transverse energy of the towers, in 1/16 GeV.

    Returns
    -------
    crossing, row, column, et : (m,) int64
        Seeds, and energies in 1/16 GeV of at least `PT`.
    """
    margin = _REACH + _STRIP
    wrapped = np.pad(total, ((0, 0), (0, 0), (margin, margin)), mode="wrap")
    size = 2 * margin + 1
    windows = sliding_window_view(wrapped, (size, size), axis=(1, 2))
    middle = total[:, margin : total.shape[1] - margin]
    crossing, row, column = np.nonzero(middle >= SEED * PER_GEV)
    patch = windows[crossing, row, column]
    inside = slice(_STRIP, size - _STRIP)
    chosen = largest(patch[:, inside, inside])
    patch = patch[chosen]
    strips = [
        patch[:, rows, columns].sum(axis=(1, 2), dtype=np.int64)
        for rows, columns in (
            (slice(0, _STRIP), inside),
            (slice(size - _STRIP, size), inside),
            (inside, slice(0, _STRIP)),
            (inside, slice(size - _STRIP, size)),
        )
    ]
    pileup = np.sum(strips, axis=0) - np.max(strips, axis=0)
    et = patch[:, inside, inside].sum(axis=(1, 2), dtype=np.int64) - pileup
    kept = et >= PT * PER_GEV
    return crossing[chosen][kept], (row[chosen] + margin)[kept], column[chosen][kept], et[kept]
