"""What made the records of a run folder, and whether they still belong together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic

from trigger_ad.config import Config
from trigger_ad.errors import RunFolderError
from trigger_ad.run.folder import earlier, keys
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import digest, read_json

__all__ = ["SCHEMA", "load", "old_stages", "reached"]

#: Of ``manifest.json``; older ones are read as `trigger_ad.run.folder.earlier` says.
SCHEMA = "manifest/3"

#: Of a stage that ``manifest/1`` says nothing of.
_UNKNOWN: Mapping[str, Any] = {"sections": {}, "inputs": {}}


class _MadeOf(pydantic.BaseModel):
    version: int
    sections: dict[str, Any]
    inputs: dict[str, dict[str, str]]


class _Entry(pydantic.BaseModel):
    key: str
    seconds: float
    outputs: dict[str, str]
    made_of: _MadeOf | None = None


class _Manifest(pydantic.BaseModel):
    name: str
    stages: dict[str, _Entry]


def load(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, None where there is none, as in ``models/``.

    Raises
    ------
    RunFolderError
        If it is not whole.
    SchemaError
        If it has another schema.
    """
    path = RunFolder(folder).manifest
    if not path.exists():
        return None
    record = read_json(path, SCHEMA, *earlier.MANIFESTS)
    try:
        _Manifest.model_validate(record)
    except pydantic.ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise RunFolderError(
            path, "must be a whole manifest", f"one with such a {key}", "run it again"
        ) from None
    return earlier.present(record) | {"schema": SCHEMA}


def old_stages(
    folder: Path, manifest: Mapping[str, Any], config: Config, needed: tuple[str, ...]
) -> dict[str, str]:
    """Stages whose records do not fit the others, each with what is wrong.

    Parameters
    ----------
    folder : Path
    manifest : mapping
        Of that folder. Stages written as ``manifest/1`` are held against the files alone.
    config : Config
        Of that folder.
    needed : tuple of str
        Stages whose records are read; all that they depend on are looked at, too.
    """
    stages, values = manifest["stages"], keys.tree(config)
    found: dict[str, str] = {}
    for name in reached(manifest, needed):
        reason = _reason(stages[name].get("made_of", _UNKNOWN), stages, values) or _changed(
            folder, stages[name]["outputs"] if name in needed else {}
        )
        if reason:
            found[name] = reason
    return found


def reached(manifest: Mapping[str, Any], needed: tuple[str, ...]) -> list[str]:
    """Stages on record among those that are needed and those that they depend on."""
    stages, waiting = manifest["stages"], list(needed)
    seen: list[str] = []
    while waiting:
        name = waiting.pop()
        if name not in seen and name in stages:
            seen.append(name)
            waiting += stages[name].get("made_of", _UNKNOWN)["inputs"]
    return seen


def _reason(
    made_of: Mapping[str, Any], stages: Mapping[str, Any], values: Mapping[str, Any]
) -> str:
    for section, then in made_of["sections"].items():
        if not _holds(then, keys.at(values, section)):
            return f"{section} of the configuration has changed since"
    for source, outputs in made_of["inputs"].items():
        if stages.get(source, {}).get("outputs") != outputs:
            return f"stage {source} has been run since with another result"
    return ""


def _changed(folder: Path, outputs: Mapping[str, str]) -> str:
    for name, expected in outputs.items():
        if (folder / name).exists() and digest(folder / name) != expected:
            return f"{name} has been changed since"
    return ""


def _holds(then: Any, now: Any) -> bool:
    """Whether all values are as they were; keys of a later version are not looked at."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(key in now and _holds(value, now[key]) for key, value in then.items())
    return bool(then == now)
