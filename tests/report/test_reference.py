"""The reference sample on a card: rates, closure, and what of signals is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.invariance import records as invariances
from trigger_ad.errors import RunFolderError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.pages.format import count
from trigger_ad.report.card import card
from trigger_ad.report.reference import (
    BACKGROUND,
    INVARIANCE,
    SIGNALS,
    ReachRecord,
    Reference,
    reach,
)


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


def test_a_menu_without_region_a_has_nothing_alone(record: dict[str, Any]) -> None:
    full = ScanRecord.from_json(record, "scan")
    assert full.menu is not None
    others = full.menu.model_copy(update={"seeds": full.menu.seeds[:1]})
    with pytest.raises(RunFolderError) as caught:
        reach(full.model_copy(update={"menu": others}))
    assert str(caught.value) == "the menu two must have a seed of region A: add one to it"
