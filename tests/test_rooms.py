"""The order of the rooms holds, and files are short enough to read."""

import shutil
import statistics
from pathlib import Path

import pytest

import trigger_ad
from tools import rooms

CHECKOUT = Path(trigger_ad.__file__).parents[1]
LONGEST, MEDIAN = 400, 120


def test_no_import_upward_and_no_circle():
    assert rooms.faults(CHECKOUT) == []


def test_every_room_has_its_place():
    package = CHECKOUT / "trigger_ad"
    found = {path.name for path in package.iterdir() if (path / "__init__.py").is_file()}
    found |= {path.stem for path in package.glob("*.py")} - {"__init__"}
    assert found == set(rooms.ROOMS)


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        (
            "errors.py",
            "from trigger_ad.cli import main",
            "errors imports cli.main, from a later room",
        ),
        (
            "events/split.py",
            "def late():\n    import trigger_ad.rates.quoted",
            "events.split imports rates.quoted, from a later room",
        ),
        (
            "ir/expression.py",
            "from trigger_ad.ir import score",
            "a circle of files: ir.expression, ir.operations, ir.score",
        ),
        (
            "run/folder/models.py",
            "from trigger_ad.run.pool import serial",
            "a circle of folders: run, run.folder, run.steps, run.validation",
        ),
        ("attic.py", "", "attic has no place in the order of the rooms"),
    ],
)
def test_a_planted_fault_is_found(file, line, fault, tmp_path):
    shutil.copytree(
        CHECKOUT / "trigger_ad",
        tmp_path / "trigger_ad",
        ignore=lambda _, names: NOT_CODE & {*names},
    )
    path = tmp_path / "trigger_ad" / file
    path.write_text((path.read_text() if path.exists() else "") + "\n" + line + "\n")
    assert fault in rooms.faults(tmp_path)


NOT_CODE = {"__pycache__", "templates"}


def lengths(*folders):
    return {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in (CHECKOUT / folder).rglob("*.py")
    }


def test_no_file_is_too_long():
    too_long = {
        str(path.relative_to(CHECKOUT)): lines
        for path, lines in lengths("trigger_ad", "tests", "tools").items()
        if lines > LONGEST
    }
    assert not too_long


def test_files_are_short():
    assert statistics.median(lengths("trigger_ad").values()) <= MEDIAN
