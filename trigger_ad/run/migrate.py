"""Configurations, records and run folders of earlier schemas, written anew in the present ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from trigger_ad.config.reading import migrated
from trigger_ad.errors import OutputError, RunFolderError, SchemaError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.run.folder import manifest as manifests
from trigger_ad.run.folder.keys import key_of
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.storage.files import digest, read_json, read_text, schema_of, write_json, write_text
from trigger_ad.storage.outputs import check_file, check_folder, full_disk
from trigger_ad.train.history import History

__all__ = ["RECORDS", "migrate_configuration", "migrate_folder", "migrate_record"]

#: What is left behind: it belongs to the process that works in the folder.
_UNFINISHED = (".lock", ".partial", ".checkpoints")


def _history(record: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    now = History.from_json(dict(record)).to_json()
    return now, f"history/1 is now {now['schema']}, without the seconds of each epoch"


def _scan(record: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    bins = record["pileup"]
    events = sum(row["events"] for row in bins) if bins else 0
    unknown = record["events"] - events
    now = {**record, "schema": ScanRecord.SCHEMA, "pileup_unknown": unknown}
    return now, f"rates_scan/2 is now {ScanRecord.SCHEMA}, with pileup_unknown {unknown:,}"


#: How a record of an earlier schema becomes one of the present, with what has changed in words.
RECORDS: Mapping[str, Callable[[Mapping[str, Any]], tuple[dict[str, Any], str]]] = {
    "history/1": _history,
    "rates_scan/2": _scan,
}


def migrate_configuration(path: Path, out: Path) -> list[str]:
    """Write a configuration of the present schema, with its comments.

    Parameters
    ----------
    path : Path
        Of any schema that is known.
    out : Path
        Another file.

    Returns
    -------
    list of str
        What has changed, a line each; none, and nothing is written, if it is of the present one.

    Raises
    ------
    ConfigError
        As `trigger_ad.config.load`, but that keys that nothing uses are dropped.
    OutputError
        If the file is there already or cannot be written.
    """
    _check_new(path, out)
    text, changes = _configuration(path)
    if changes:
        write_text(out, text)
    return changes


def migrate_record(path: Path, out: Path) -> list[str]:
    """Write a record of the present schema; parameters and results as `migrate_configuration`.

    Raises
    ------
    RunFolderError, SchemaError
        If it is no JSON, has no earlier schema that is known, or is not whole.
    OutputError
        As `migrate_configuration`.
    """
    _check_new(path, out)
    schema = schema_of(path)
    if schema not in RECORDS:
        raise SchemaError(
            path,
            f"must have one of the schemas {', '.join(RECORDS)}",
            schema,
            "nothing is to be done for it, or make it again with this version",
        )
    record, what = _record(path, schema)
    write_json(out, record)
    return [what]


def migrate_folder(folder: Path, out: Path) -> list[str]:
    """Write a copy of a run folder with configuration and records of the present schemas.

    Stages that were up to date are so in the copy; parameters and results as
    `migrate_configuration`, each line with the name of its file.

    Raises
    ------
    ConfigError, RunFolderError, SchemaError
        As `migrate_configuration` and `migrate_record`.
    OutputError
        If the copy lies in the folder, holds files already, or cannot be written.
    """
    _check_copy(folder, out)
    then, now = RunFolder(folder), RunFolder(out)
    text, changes = _configuration(then.config)
    records = {
        str(path.relative_to(folder)): _record(path, schema)
        for path in sorted((*folder.glob("*.json"), *folder.glob("model/*/*.json")))
        if (schema := schema_of(path)) in RECORDS
    }
    manifest = manifests.load(folder)
    schema = manifests.SCHEMA if manifest is None else schema_of(then.manifest)
    told = [f"{NAMES.config}: {change}" for change in changes]
    told += [f"{name}: {what}" for name, (_, what) in records.items()]
    if schema != manifests.SCHEMA:
        told.append(f"{NAMES.manifest}: {schema} is now {manifests.SCHEMA}")
    if not told:
        return []
    with full_disk(out):
        left = shutil.ignore_patterns(*_UNFINISHED)
        shutil.copytree(folder, out, ignore=left, dirs_exist_ok=True)
    write_text(now.config, text)
    for name, (record, _) in records.items():
        write_json(out / name, record)
    if manifest is not None:
        write_json(now.manifest, _renewed(manifest, _digests(folder, out, records)))
    return told


def _configuration(path: Path) -> tuple[str, list[str]]:
    text, changes = migrated(read_text(path, "YAML"), str(path))
    return text, [str(change) for change in changes]


def _record(path: Path, schema: str) -> tuple[dict[str, Any], str]:
    try:
        return RECORDS[schema](read_json(path, schema))
    except (KeyError, TypeError, ValueError):
        raise RunFolderError(
            path, f"must be a whole record {schema}", None, "run again what writes it"
        ) from None


def _check_new(path: Path, out: Path) -> None:
    check_file(out, [path])
    if out.exists():
        raise OutputError(f"--out {out}", "must be absent", "a file", "choose another name")


def _check_copy(folder: Path, out: Path) -> None:
    check_folder(out)
    if out.absolute().is_relative_to(folder.absolute()):
        raise OutputError(
            f"--out {out}", f"must lie outside of {folder}", None, "choose another folder"
        )
    if out.exists() and any(out.iterdir()):
        raise OutputError(
            f"--out {out}", "must be absent or empty", "a folder with files", "choose another name"
        )


def _digests(folder: Path, out: Path, names: Iterable[str]) -> dict[str, str]:
    """Digests of rewritten files by those that they had."""
    return {digest(folder / name): digest(out / name) for name in names}


def _renewed(manifest: Mapping[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    """Manifest in which stages have written, and read, the records as they are now."""

    def now(files: Mapping[str, str]) -> dict[str, str]:
        return {name: digests.get(found, found) for name, found in files.items()}

    def entry(then: Mapping[str, Any]) -> dict[str, Any]:
        if "made_of" not in then:
            return {**then, "outputs": now(then["outputs"])}
        made_of = then["made_of"]
        inputs = {name: now(files) for name, files in made_of["inputs"].items()}
        renewed = {**made_of, "inputs": inputs}
        key = key_of(renewed) if then["key"] == key_of(made_of) else then["key"]
        return {**then, "outputs": now(then["outputs"]), "made_of": renewed, "key": key}

    stages = {name: entry(then) for name, then in manifest["stages"].items()}
    return {**manifest, "stages": stages}
