"""The reference sample on a card: rates, closure, and what of signals is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.invariance import records as invariances
from tests.report.run_menu import run_menu
from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.menu.record import GainRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.pages.format import count, paired
from trigger_ad.report.card import card
from trigger_ad.report.numbers.menu import seed_label
from trigger_ad.report.reference import (
    BACKGROUND,
    GAIN,
    INVARIANCE,
    SIGNALS,
    ReachRecord,
    Reference,
    reach,
)
from trigger_ad.storage.files import write_json


def test_the_card_quotes_it(
    run_folder: Path, record: dict[str, Any], bare: dict[str, Any], tmp_path: Path
) -> None:
    full, plain = (ScanRecord.from_json(tree, "scan") for tree in (record, bare))
    assert Reference.of(tmp_path) is None
    full.write(tmp_path / BACKGROUND)
    signals = {"leptoquark": reach(full), "a_to_4l": reach(plain)}
    ReachRecord(signals=signals).write(tmp_path / SIGNALS)
    found = Reference.of(tmp_path)
    assert found == Reference(full, signals)
    whole = card([run_folder], found)
    text = whole.partition("## On the reference sample\n")[2].partition("## Equality")[0]
    assert whole.replace(f"## On the reference sample\n{text}", "") == card([run_folder])
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line[:1] == "|"}
    assert {"A", "B", "C", "D", "all", "L1_SingleJet60", "L1_AD_A", "total"} <= set(rows)
    assert rows["LQ → bτ"].startswith(f"| LQ → bτ | {count(full.events)} |")
    assert rows["A → 4ℓ"].endswith("| – |")
    assert found.closure is not None
    assert f"Predicted over observed events of region A: {found.closure.ratio:.3f}" in text
    widths = [line.count("|") for line in text.splitlines() if line[:1] == "|"]
    assert set(widths) == {6, 7, 5}


def test_what_must_not_explain_the_scores_is_that_of_the_sample(
    run_folder: Path, bare: dict[str, Any], tmp_path: Path
) -> None:
    ScanRecord.from_json(bare, "scan").write(tmp_path / BACKGROUND)
    ReachRecord(signals={}).write(tmp_path / SIGNALS)
    invariances.record().write(tmp_path / INVARIANCE)
    found = Reference.of(tmp_path)
    assert found is not None
    assert found.invariance == invariances.record()
    section = card([run_folder], found).partition("## What must not explain the scores\n")[2]
    assert section.startswith("\nOn the reference sample.\n\nTurned about the beam by each of 143")


def test_the_card_quotes_the_gain(run_folder: Path, record: dict[str, Any], tmp_path: Path) -> None:
    full = ScanRecord.from_json(record, "scan")
    full.write(tmp_path / BACKGROUND)
    ReachRecord(signals={"leptoquark": reach(full)}).write(tmp_path / SIGNALS)
    gain = run_menu()["gain"]
    write_json(tmp_path / GAIN, gain)
    found = Reference.of(tmp_path)
    assert found is not None
    assert found.gain == GainRecord.from_json(gain, "gain")
    text = card([run_folder], found)
    section = text.partition("## On the reference sample\n")[2].partition("## Equality")[0]
    (met,) = (row for row in found.gain.gain if row.name == "met")
    rows = [line for line in section.splitlines() if line.startswith(f"| {seed_label(met)} |")]
    assert met.difference is not None
    assert len(rows) == 2  # efficiencies, and differences
    assert rows[1].endswith(f"| {paired(met.difference['hplus_to_taunu'])} |")
    limits = text.partition("## Limits\n")[2].strip().splitlines()
    assert limits[0].startswith("* On the reference sample: Of the h⁰ → ττ events that no conv")
    (tmp_path / GAIN).write_text('{"schema": "menu_gain/9"}')
    with pytest.raises(SchemaError, match="menu_gain/9"):
        Reference.of(tmp_path)


def test_a_menu_without_region_a_has_nothing_alone(record: dict[str, Any]) -> None:
    full = ScanRecord.from_json(record, "scan")
    assert full.menu is not None
    others = full.menu.model_copy(update={"seeds": full.menu.seeds[:1]})
    with pytest.raises(RunFolderError) as caught:
        reach(full.model_copy(update={"menu": others}))
    assert str(caught.value) == "the menu two must have a seed of region A: add one to it"
