"""Arrays inside of JSON, as text: many integers that nobody reads one by one."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError

__all__ = ["packed", "unpacked"]


def packed(values: NDArray[Any]) -> str:
    """Bytes of an array, little-endian, compressed by zlib, in base 64.

    Examples
    --------
    >>> unpacked(packed(np.array([[1, 2], [3, 4]])), np.int64)
    array([1, 2, 3, 4])
    """
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return base64.b64encode(zlib.compress(little.tobytes(), 1)).decode()


def unpacked(text: str, dtype: type[np.generic]) -> NDArray[Any]:
    """(n,) array of the numbers of `packed`, in its order.

    Raises
    ------
    SchemaError
        If the text is something else.
    """
    try:
        octets = zlib.decompress(base64.b64decode(text, validate=True))
    except (ValueError, zlib.error, TypeError) as error:
        raise _refused(str(error)) from None
    little = np.dtype(dtype).newbyteorder("<")
    if len(octets) % little.itemsize:
        raise _refused(f"{len(octets)} bytes")
    return np.frombuffer(octets, dtype=little).astype(dtype)


def _refused(found: str) -> SchemaError:
    return SchemaError(
        "an array in JSON", "must be numbers, compressed, in base 64", found, "write it again"
    )
