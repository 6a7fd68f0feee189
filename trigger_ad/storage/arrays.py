"""Arrays by name with a JSON header in one NPZ file: how every model and table is kept."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.storage.outputs import atomic

__all__ = ["load", "load_header", "save"]

_HEADER = "header"


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


def load_header(path: Path, schema: str) -> dict[str, Any]:
    """Read the header alone; errors as in `load`."""
    return _open(path, schema, arrays=False)[0]


def load(path: Path, schema: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what `save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : Path
    schema : str
        That the file must have.

    Returns
    -------
    header : dict
    arrays : dict of str to ndarray

    Raises
    ------
    SchemaError
        If the file is missing, broken, or has another schema.
    """
    return _open(path, schema, arrays=True)


def _open(
    path: Path, schema: str, *, arrays: bool
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            header = dict(json.loads(str(file[_HEADER])))
            names = [name for name in file.files if name != _HEADER] if arrays else []
            values = {name: file[name] for name in names}
    except FileNotFoundError:
        found: object = "a missing file"
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        found = "a broken file"
    else:
        found = header.get("schema")
        if found == schema:
            return header, values
    raise SchemaError(path, f"must have schema {schema}", found, "write it again with this version")
