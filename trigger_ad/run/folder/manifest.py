"""What made the records of a run folder, and whether they still belong together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trigger_ad.config import Config
from trigger_ad.storage.files import digest, read_json

__all__ = ["OLDER", "SCHEMA", "at", "load", "old_stages", "records", "tree"]

#: Of ``manifest.json``; the older one does not say what the key of a stage was made of.
SCHEMA, OLDER = "manifest/2", "manifest/1"

_NAME = "manifest.json"


def load(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, None where there is none, as in ``models/``.

    Raises
    ------
    RunFolderError
        If it is not whole JSON.
    SchemaError
        If it has another schema.
    """
    path = folder / _NAME
    return read_json(path, SCHEMA, OLDER) | {"schema": SCHEMA} if path.exists() else None


def records(folder: Path) -> Iterator[Path]:
    """Files of a run folder that its stages wrote or read, so that no other output may.

    Of a folder without a manifest all but scans of rates.
    """
    manifest = load(folder)
    if manifest is None:
        for path in folder.rglob("*"):
            if path.is_file() and not path.name.startswith("rates_scan."):
                yield path
        return
    yield from (folder / _NAME, folder / "config.yaml")
    for entry in manifest["stages"].values():
        for name in entry["outputs"]:
            path = folder / name
            yield from path.rglob("*") if path.is_dir() else (path,)


def tree(config: Config) -> dict[str, Any]:
    """A configuration as plain values by key, as keys of stages are made of it."""
    return dict(json.loads(config.model_dump_json(by_alias=True)))


def at(config: Mapping[str, Any], dotted: str) -> Any:
    """Section of such a tree, by its dotted name."""
    part: Any = config
    for name in dotted.split("."):
        part = part[name]
    return part


def old_stages(
    folder: Path, manifest: Mapping[str, Any], config: Config, needed: tuple[str, ...]
) -> dict[str, str]:
    """Stages whose records do not fit the others, each with what is wrong.

    Parameters
    ----------
    folder : Path
    manifest : mapping
        Of that folder. Stages written with `OLDER` are held against the files alone.
    config : Config
        Of that folder.
    needed : tuple of str
        Stages whose records are read; all that they depend on are looked at, too.
    """
    stages, values = manifest["stages"], tree(config)
    found: dict[str, str] = {}
    waiting, seen = list(needed), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in stages:
            continue
        seen.add(name)
        made_of = stages[name].get("made_of", {"sections": {}, "inputs": {}})
        waiting += made_of["inputs"]
        reason = _reason(made_of, stages, values) or _changed(
            folder, stages[name]["outputs"] if name in needed else {}
        )
        if reason:
            found[name] = reason
    return found


def _reason(
    made_of: Mapping[str, Any], stages: Mapping[str, Any], values: Mapping[str, Any]
) -> str:
    for section, then in made_of["sections"].items():
        if not _holds(then, at(values, section)):
            return f"{section} of the configuration has changed since"
    for source, outputs in made_of["inputs"].items():
        if stages.get(source, {}).get("outputs") != outputs:
            return f"stage {source} has been run since with another result"
    return ""


def _changed(folder: Path, outputs: Mapping[str, str]) -> str:
    for name, expected in outputs.items():
        path = folder / name
        if path.is_file() and digest(path) != expected:
            return f"{name} has been changed since"
    return ""


def _holds(then: Any, now: Any) -> bool:
    """Whether all values are as they were; keys of a later version are not looked at."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(key in now and _holds(value, now[key]) for key, value in then.items())
    return bool(then == now)
