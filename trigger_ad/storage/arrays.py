"""Arrays by name with a JSON header in one NPZ file: how every model and table is kept."""

from __future__ import annotations

import json
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.storage.border import ON_DAMAGE
from trigger_ad.storage.outputs import atomic

__all__ = ["load", "load_arrays", "load_header", "save"]

_HEADER = "header"

#: Of the libraries that NumPy reads these files with.
_ON_DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    tokenize.TokenError,
    SyntaxError,
)


def save(
    path: Path,
    schema: str,
    header: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    *,
    compress: bool = True,
) -> None:
    """Write a file whole; the same input, the same bytes.

    Parameters
    ----------
    path : Path
    schema : str
        Name and version of what is written, as in ``network/1``.
    header : mapping
        What JSON can hold.
    arrays : mapping of str to ndarray
        Of numbers.
    compress : bool
    """
    text = np.array(json.dumps({"schema": schema, **header}))
    write = np.savez_compressed if compress else np.savez
    everything: dict[str, Any] = {_HEADER: text, **arrays}
    with atomic(path) as temporary, temporary.open("wb") as file:
        write(file, **everything)


def load_header(path: Path, *schemas: str) -> dict[str, Any]:
    """Read the header alone; errors as in `load`."""
    return _open(path, schemas, arrays=False)[0]


def load(path: Path, *schemas: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what `save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : Path
    *schemas : str
        Of which the file must have one.

    Returns
    -------
    header : dict
    arrays : dict of str to ndarray

    Raises
    ------
    SchemaError
        If the file is missing, broken, or has another schema.
    """
    return _open(path, schemas, arrays=True)


def load_arrays(path: Path, names: Collection[str] | None = None) -> dict[str, NDArray[Any]]:
    """Read arrays whatever the header: those of these names, or all.

    Raises
    ------
    SchemaError
        If the file is missing or broken, or does not have them all.
    """
    found = _read(path, names)
    if isinstance(found, str):
        raise _refused(path, f"hold {', '.join(names or ('arrays',))}", found)
    return found


def _open(
    path: Path, schemas: tuple[str, ...], *, arrays: bool
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    rule = f"have schema {' or '.join(schemas)}"
    values = _read(path, None if arrays else (_HEADER,))
    if isinstance(values, str):
        raise _refused(path, rule, values)
    header = _header(values.pop(_HEADER, None))
    if header is None or header.get("schema") not in schemas:
        found = "a broken file" if header is None else header.get("schema")
        raise _refused(path, rule, found)
    return header, values


def _read(path: Path, names: Collection[str] | None) -> dict[str, NDArray[Any]] | str:
    """Arrays of these names, or all; or else what is wrong with the file."""
    try:
        with zipfile.ZipFile(path) as whole:  # a lone array, or a pickle, is none
            whole.infolist()
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in (file.files if names is None else names)}
    except FileNotFoundError:
        return "a missing file"
    except PermissionError:
        return "a file that may not be read"
    except (*ON_DAMAGE, *_ON_DAMAGE):
        return "a broken file"
    if not all(isinstance(value, np.ndarray) for value in found.values()):
        return "a file that holds more than arrays"
    return found


def _header(value: NDArray[Any] | None) -> dict[str, Any] | None:
    if value is None or value.shape != () or value.dtype.kind != "U":
        return None
    try:
        header = json.loads(str(value))
    except (ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def _refused(path: Path, rule: str, found: object) -> SchemaError:
    return SchemaError(path, f"must {rule}", found, "write it again with this version")
