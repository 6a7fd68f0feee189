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
            "a circle of files: ir.expression, ir.score, ir.typed",
        ),
        (
            "run/folder/models.py",
            "from trigger_ad.run.pool import serial",
            "a circle of folders: run, run.folder, run.steps, run.validation",
        ),
        ("attic.py", "", "attic has no place in the order of the rooms"),
        (
            "lhc/fill.py",
            "from . import orbit as here",
            "lhc.fill imports ..orbit in line {}, not by its full name",
        ),
        (
            "lhc/fill.py",
            'importlib.import_module("trigger_ad.cli.main")',
            "lhc.fill imports by a string, import_module(",
        ),
        (
            "lhc/fill.py",
            "import trigger_ad.files",
            "lhc.fill imports trigger_ad.files in line {}, which is not a module",
        ),
        (
            "lhc/fill.py",
            "from trigger_ad.ghost import walls",
            "lhc.fill imports trigger_ad.ghost.walls in line {}, which is not a module",
        ),
        (
            "lhc/fill.py",
            "if TYPE_CHECKING:\n    import trigger_ad.run.pool as pool",
            "lhc.fill imports run.pool, from a later room",
        ),
        (
            "lhc/fill.py",
            "from tools import rooms",
            "lhc.fill imports tools.rooms in line {}, from outside of the package",
        ),
    ],
)
def test_a_planted_fault_is_found(file, line, fault, tmp_path):
    shutil.copytree(
        CHECKOUT / "trigger_ad",
        tmp_path / "trigger_ad",
        ignore=lambda _, names: NOT_CODE & {*names},
    )
    path = tmp_path / "trigger_ad" / file
    text = (path.read_text() if path.exists() else "") + "\n" + line + "\n"
    path.write_text(text)
    assert fault.format(len(text.splitlines())) in rooms.faults(tmp_path)


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
