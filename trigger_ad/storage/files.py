"""Files: written whole or not at all, read with their schema, known by their hash."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trigger_ad.errors import ConfigError, OutputError, RunFolderError, SchemaError
from trigger_ad.storage.inputs import found_at
from trigger_ad.storage.json_text import NoJsonError, loads
from trigger_ad.storage.outputs import atomic, disk_errors
from trigger_ad.storage.text import decoded

__all__ = [
    "digest",
    "free_space",
    "put",
    "read_json",
    "read_text",
    "schema_of",
    "write_json",
    "write_text",
]

_BLOCK = 1 << 20


def put(source: Path, target: Path) -> None:
    """Move a file or folder in place of another; a killed run leaves one of them whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        old = target.with_name(target.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.replace(old)
        source.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        source.replace(target)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, its folder made."""
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_text(path: Path, kind: str, remedy: str = "check the path") -> str:
    """Read text that a user wrote, with its line ends and without a byte-order mark.

    Parameters
    ----------
    path : Path
    kind : str
        Of the file, for the sentence: ``YAML``, ``CSV``.
    remedy : str
        What else can be done.

    Raises
    ------
    ConfigError
        If it cannot be read or is not UTF-8.
    """
    found = found_at(path)
    if found is None:
        try:
            return decoded(path.read_bytes())
        except UnicodeDecodeError:
            found = "bytes that are no UTF-8 text"
        except OSError as error:
            found = (error.strerror or "unreadable").lower()
    raise ConfigError(path, f"must be a readable {kind} file", found, remedy)


def write_json(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record with sorted layout; NaN and infinities are refused by ``json``."""
    write_text(path, json.dumps(record, indent=1, allow_nan=False) + "\n")


def read_json(path: Path, schema: str, *older: str, finite: bool = True) -> dict[str, Any]:
    """Read a record and check its schema.

    Parameters
    ----------
    path : Path
    schema, older : str
        The schema that it has, or those of earlier versions that are still read.
    finite : bool
        Refuse NaN and infinities, which `write_json` never writes.

    Raises
    ------
    RunFolderError
        If the file is missing or is not JSON.
    SchemaError
        If it has another schema.
    """
    record = _read_json(path, finite=finite)
    found = record.get("schema") if isinstance(record, dict) else None
    if found not in (schema, *older):
        raise SchemaError(
            path, f"must have schema {schema}", found, "use the version that wrote it"
        )
    return dict(record)


def schema_of(path: Path) -> Any:
    """Schema of a record, None where it has none; errors as in `read_json`."""
    record = _read_json(path, finite=False)
    return record.get("schema") if isinstance(record, dict) else None


def _read_json(path: Path, *, finite: bool) -> Any:
    try:
        text = decoded(path.read_bytes())
    except UnicodeDecodeError:
        raise _no_json(path, "something else") from None
    except OSError as error:
        raise RunFolderError(
            path,
            "must be a readable file",
            (error.strerror or "unreadable").lower(),
            "run the stage that writes it",
        ) from None
    try:
        return loads(text, finite=finite)
    except NoJsonError as error:
        raise _no_json(path, str(error)) from None


def _no_json(path: Path, found: str) -> RunFolderError:
    return RunFolderError(path, "must be whole JSON", found, "delete it and run again")


def digest(path: Path) -> str:
    """SHA-256 of a file, or of all files below a folder with their names.

    Returns an empty string where nothing is there.
    """
    if path.is_file():
        total = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
        return total.hexdigest()
    if path.is_dir():
        total = hashlib.sha256()
        for entry in sorted(p for p in path.rglob("*") if p.is_file()):
            total.update(entry.relative_to(path).as_posix().encode() + b"\0")
            total.update(bytes.fromhex(digest(entry)))
        return total.hexdigest()
    return ""


def free_space(folder: Path, needed_bytes: int) -> None:
    """Check the disk before work is done in vain.

    Raises
    ------
    OutputError
        If less than `needed_bytes` are free where the folder lies or will lie.
    """
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed_bytes:
        raise OutputError(
            f"the disk of {folder}",
            f"must have {needed_bytes / 2**20:.0f} MiB free",
            f"{free / 2**20:.0f} MiB",
            "free some room or choose another folder",
        )
