"""Heaps of text in HDF5 files, looked at before HDF5 reads them.

Attributes of text lie in heaps. HDF5 (at least up to 1.14.6) goes from object to object of a heap
by their sizes, and goes on for ever at a free one of size 0, which damage can leave; no exception
comes, and nothing in this process could end it.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from struct import unpack_from

__all__ = ["is_endless"]

#: Signature of a heap, its version and three zeros: HDF5 File Format Specification, III.E.
_HEAP = b"GCOL\x01\0\0\0"
_HEAD = 16
#: Attributes are written before the data, or in gaps of it: further on nobody has seen a heap.
_LOOKED_AT = 64 * 2**20


def is_endless(path: Path) -> bool:
    """Whether a heap in the first part of a file would never be read to its end."""
    with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as view:
        start = view.find(_HEAP, 0, _LOOKED_AT)
        while start >= 0:
            if _stands_still(view, start):
                return True
            start = view.find(_HEAP, start + 1, _LOOKED_AT)
    return False


def _stands_still(view: mmap.mmap, start: int) -> bool:
    """Whether going from object to object of a heap ends before the heap does."""
    (size,) = unpack_from("<Q", view, start + len(_HEAP)) if start + _HEAD <= len(view) else (0,)
    place, stop = start + _HEAD, min(start + size, len(view))
    while place + _HEAD <= stop:
        index, _, _, length = unpack_from("<HHIQ", view, place)
        if index == 0 and length == 0:
            return True
        # the size of free room counts its head, that of an object does not
        place += length if index == 0 else _HEAD + (length + 7) // 8 * 8
    return False
