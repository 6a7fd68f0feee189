"""Sentences that a reader must not overlook."""

import json
from pathlib import Path
from typing import Any

import pytest

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.report import caveats
from trigger_ad.validate.record import ValidationRecord

Record = dict[str, Any]


def findings(validation: Record, closure: Record) -> tuple[str, ...]:
    """Of records with these values."""
    return caveats.findings(
        ValidationRecord.from_json(validation, "validation"),
        ClosureRecord.from_json(closure, "closure"),
    )


@pytest.fixture
def records(run_folder: Path) -> tuple[Record, Record]:
    """Validation and closure of a run that went well."""
    validation = json.loads((run_folder / "validation.json").read_text())
    closure = json.loads((run_folder / "closure.json").read_text())
    for row in closure["closure"]:
        row |= {"ratio": 1.01, "interval95": [0.95, 1.07]}
    return validation | {"warnings": [], "claims": []}, closure


def test_nothing_to_say(records: tuple[Record, Record]) -> None:
    assert findings(*records) == ()


def test_warnings_of_the_run_come_first_and_once(records: tuple[Record, Record]) -> None:
    validation, closure = records
    validation["warnings"] = ["Mind this.", "And this.", "Mind this."]
    assert findings(validation, closure) == ("Mind this.", "And this.")


def test_a_mismatch_is_named(records: tuple[Record, Record]) -> None:
    validation, closure = records
    validation["bit_exact"]["csim"] |= {"mismatches": 2, "extreme_mismatches": 1}
    (sentence,) = findings(validation, closure)
    assert sentence == (
        "The C simulation (hls4ml) differs from the fast emulator on 3 events: "
        "the firmware does not compute what was trained."
    )


def test_equality_that_is_not_claimed_is_said(records: tuple[Record, Record]) -> None:
    validation, closure = records
    for row in validation["bit_exact"].values():
        assert row["claimed"]
        row["claimed"] = False
    (sentence,) = findings(validation, closure)
    assert sentence.startswith("Equality was run on only ")
    assert "(C simulation (hls4ml), fast emulator, QKeras in float64)" in sentence


@pytest.mark.parametrize(
    ("interval", "named"), [([0.90, 1.10], False), ([0.899, 1.05], True), ([0.95, 1.101], True)]
)
def test_closure_must_lie_in_the_band(
    records: tuple[Record, Record], interval: list[float], named: bool
) -> None:
    validation, closure = records
    for row in closure["closure"]:
        if row["sm_efficiency"] in (0.02, 0.002) or row["model"] != "firmware":
            row["interval95"] = interval
    found = findings(validation, closure)
    assert len(found) == named
    assert all("at 2\u202f% SM efficiency: predicted/observed is 1.010" in s for s in found)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"interval95": [0.4, 0.5]}, "do not close within 10\u202f% at 2\u202f% SM"),
        ({"interval95": [0.8, 0.95]}, "are not shown to close within 10\u202f% at 2\u202f% SM"),
        ({"effective_events": 99.0}, "are not shown to close within 10\u202f% at 2\u202f% SM"),
    ],
)
def test_not_closing_is_not_the_same_as_not_shown(
    records: tuple[Record, Record], row: Record, words: str
) -> None:
    validation, closure = records
    for point in closure["closure"]:
        if point["sm_efficiency"] == 0.02 and point["model"] == "firmware":
            point.update(row)
    (sentence,) = findings(validation, closure)
    assert sentence.startswith(f"The firmware scores {words} efficiency: predicted/observed is")


def test_a_refuted_claim_is_a_negative_result(records: tuple[Record, Record]) -> None:
    validation, closure = records
    claims = [("One is better.", False), ("Two are better", True), ("None is", None)]
    validation["claims"] = [
        {"claim": claim, "here": "0.7 against 0.8", "confirmed": verdict}
        for claim, verdict in claims
    ]
    assert findings(validation, closure) == (
        "Not confirmed on this sample: One is better. Here: 0.7 against 0.8.",
    )
