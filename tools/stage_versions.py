"""The sources that each stage of a run reaches, pinned with the version of its code.

    .venv/bin/python tools/stage_versions.py               # which run other code than is pinned
    .venv/bin/python tools/stage_versions.py --write [--same STAGE ...]
    .venv/bin/python tools/stage_versions.py --list STAGE  # everything that the stage reaches

Where a stage gives another result for the same inputs, its version in trigger_ad/run/pipelines.py
is raised, or finished runs would keep the old one. --same names stages whose code has changed, but
not their results.
"""

from __future__ import annotations

import argparse
import sys
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pydantic
from definitions import Definition, Sources

from trigger_ad.config import Config
from trigger_ad.run.pipelines import STAGES
from trigger_ad.run.stage import Stage
from trigger_ad.storage.files import read_json, write_json

ROOT = Path(__file__).resolve().parents[1]

SCHEMA, PINNED = "stage_sources/1", ROOT / "tests/run/stage_sources.json"

#: Files that are not Python, by the room or module that writes, fills or copies them. Samples and
#: menus are inputs of the stages that read them, by their content.
FILES: Mapping[str, tuple[str, ...]] = {
    "audit": ("firmware/rtl/**/*",),
    "convert": ("firmware/hls/templates/*",),
    "events": (),
    "hls": ("firmware/hls/**/*",),
    "hls.emulator": (
        "firmware/emulator/*",
        "firmware/emulator/templates/*",
        "firmware/hls/scale_words.h",
    ),
    "menu": (),
    "report": ("trigger_ad/pages/templates/*", "trigger_ad/report/templates/*.html.j2"),
    "rtl": ("firmware/rtl/**/*",),
}

#: Functions that lead to such files; the room or module of what names one stands in `FILES`.
_DOORS = (
    Definition("trigger_ad.pages.templating", "environment"),
    Definition("trigger_ad.storage.shipped", "shipped_path"),
    Definition("trigger_ad.storage.templates", "render"),
)

Pins = Mapping[str, Mapping[str, Any]]


def start(stage: Stage) -> list[Definition]:
    """Where the code of a stage begins: its step, and the sections that it is given."""
    sections = [found for key in stage.sections for found in _sections(Config, key.split("."))]
    return [_definition(each) for each in (stage.step, *sections)]


def _definition(named: Any) -> Definition:
    return Definition(named.__module__, named.__name__)


def _sections(section: type[pydantic.BaseModel], keys: list[str]) -> Iterator[type]:
    by_key = {field.alias or name: field for name, field in section.model_fields.items()}
    for found in _classes(by_key[keys[0]].annotation):
        if keys[1:]:
            yield from _sections(found, keys[1:])
        else:
            yield found


def _classes(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _classes(inner)


def files(sources: Sources, reached: Iterable[Definition]) -> list[Path]:
    """Files that are not Python, of definitions.

    Raises
    ------
    LookupError
        If a module reaches for files that `FILES` does not tell of, or tells of files that are
        not there.
    """
    doors = {*_DOORS}
    modules = {node.module for node in {*reached} - doors if sources.uses(node) & doors}
    modules -= {door.module for door in doors}
    found: set[Path] = set()
    for pattern in {pattern for module in modules for pattern in _patterns(module)}:
        paths = [path for path in sources.root.glob(pattern) if path.is_file()]
        if not paths:
            raise LookupError(f"there is no {pattern}, of which tools/stage_versions.py tells")
        found.update(paths)
    return sorted(found)


def _patterns(module: str) -> tuple[str, ...]:
    name = module.partition(".")[2]
    for key in (name, name.partition(".")[0]):
        if key in FILES:
            return FILES[key]
    raise LookupError(f"tools/stage_versions.py does not say which files {name} reads")


def found(sources: Sources, stages: Iterable[Stage] = STAGES) -> dict[str, dict[str, Any]]:
    """Version of each stage, and hash of the sources that it reaches."""
    rows = {}
    for stage in stages:
        reached = sources.reached(start(stage))
        of_all = sources.hash(reached, files(sources, reached))
        rows[stage.name] = {"version": stage.version, "sources": of_all[:16]}
    return rows


def changed(now: Pins, pinned: Pins) -> list[str]:
    """Stages that run other code under the same version."""
    return [
        name
        for name, row in now.items()
        if name in pinned
        and row["version"] == pinned[name]["version"]
        and row["sources"] != pinned[name]["sources"]
    ]


def faults(now: Pins, pinned: Pins) -> list[str]:
    """Everything that does not fit, a sentence each."""
    command = "python tools/stage_versions.py --write"
    sentences = []
    if names := changed(now, pinned):
        sentences.append(
            f"the code of {', '.join(names)} has changed, and the version has not: raise the "
            "version in trigger_ad/run/pipelines.py of those that now give another result for the "
            f"same inputs, and run `{command} --same STAGE ...` with the names of the others"
        )
    lowered = [
        name
        for name, row in now.items()
        if name in pinned and row["version"] < pinned[name]["version"]
    ]
    if lowered:
        sentences.append(f"the version of {', '.join(lowered)} is lower than it was: raise it")
    others = [
        name
        for name in sorted({*now, *pinned} - {*names, *lowered})
        if now.get(name) != pinned.get(name)
    ]
    if others:
        sentences.append(f"the version of {', '.join(others)} is not pinned: run `{command}`")
    return sentences


def write(now: Pins, pinned: Pins, same: Collection[str], path: Path) -> list[str]:
    """Pin what is found, or say why not: a change needs another version, or a name in `same`."""
    refused = faults({name: row for name, row in now.items() if name not in same}, pinned)
    refused = [sentence for sentence in refused if "is not pinned" not in sentence]
    if not refused:
        write_json(path, {"schema": SCHEMA, "stages": now})
    return refused


def main() -> int:
    """Check, write or list."""
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(description="The sources that each stage of a run reaches.")
    parser.add_argument("--write", action="store_true", help="pin what is found")
    parser.add_argument(
        "--same", nargs="+", choices=names, default=[], help="stages whose results are the same"
    )
    parser.add_argument("--list", choices=names, help="print all that a stage reaches")
    given = parser.parse_args()
    sources = Sources(ROOT)
    if given.list:
        reached = sources.reached(start(STAGES[names.index(given.list)]))
        print(*(f"{one.module}.{one.name}" for one in sorted(reached)), sep="\n")
        print(*(path.relative_to(ROOT) for path in files(sources, reached)), sep="\n")
        return 0
    now = found(sources)
    pinned = read_json(PINNED, SCHEMA)["stages"] if PINNED.exists() else {}
    said = write(now, pinned, given.same, PINNED) if given.write else faults(now, pinned)
    print("\n".join(said) or "the pinned versions fit the sources")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
