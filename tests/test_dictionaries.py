"""Between rooms go records, whose names a type checker knows."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import trigger_ad
from tests import dictionaries

CHECKOUT = Path(trigger_ad.__file__).parents[1]


def test_no_dictionary_of_anything_goes_from_room_to_room():
    assert set(dictionaries.faults(CHECKOUT)) == dictionaries.OF_FILES


#: Where a dictionary is planted, how, and what is found.
FAULTS = [
    ("report/summary.py", "def summary(run: dict[str, Any]): ...", "report.summary.summary: run"),
    (
        "report/background.py",
        "Row = Mapping[str, Any]\ndef estimate_sentence() -> tuple[Row, ...]: ...",
        None,
    ),
    (
        "report/rates_page.py",
        "Row = Mapping[str, Any]\ndef write(record: tuple[Row, ...]): ...",
        "report.rates_page.write: record",
    ),
    (
        "compare/tables.py",
        "def final(*, rows: list[dict[str, Any]] | None = None): ...",
        "compare.tables.final: rows",
    ),
    ("run/rates.py", "def scan() -> Mapping[str, Any]: ...", "run.rates.scan: its result"),
    (
        "validate/record.py",
        "class RungEquality:\n    first: dict[str, Any]",
        "validate.record.RungEquality: first",
    ),
    (
        "run/folder/score_table.py",
        "class ScoreTable:\n    def lsb(self) -> Mapping[str, Any]: ...",
        "run.folder.score_table.ScoreTable: its result of lsb",
    ),
]


def test_one_that_does_is_found(tmp_path):
    """Also by an alias, in a list, as a field and as what a method gives.

    What no other room imports may be a dictionary.
    """
    shutil.copytree(CHECKOUT / "trigger_ad", tmp_path / "trigger_ad")
    for file, lines, _ in FAULTS:
        with (tmp_path / "trigger_ad" / file).open("a") as module:
            module.write(f"\n\n{lines}\n")
    wanted = {fault for _, _, fault in FAULTS if fault}
    assert set(dictionaries.faults(tmp_path)) == dictionaries.OF_FILES | wanted


PLANTED = """\
from pathlib import Path

from trigger_ad.rates.record import RatesRecord, Realised

record = RatesRecord.read(Path("rates.json"))
print(record.working_point.sm_efficiency, record.regions["A"].fires)
print(record.working_point.sm_eficiency)
print(record["working_point"])
print(Realised(threshold=0.1, tests=0.2))
record.abcd.ratio = 1.0
"""


@pytest.mark.slow
def test_a_type_checker_finds_a_wrong_name(tmp_path):
    """Lines 7 to 10 are wrong, and only these."""
    (tmp_path / "planted.py").write_text(PLANTED)
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", tmp_path / "planted.py"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    ).stdout
    lines = [line.partition("planted.py:")[2] for line in found.splitlines()]
    assert {line.partition(":")[0] for line in lines} == {"7", "8", "9", "10"}
    assert 'has no attribute "sm_eficiency"' in found
    assert "is not indexable" in found
    assert 'Unexpected keyword argument "tests"' in found
    assert "is read-only" in found
