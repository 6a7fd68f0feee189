"""What must not explain the scores, on the page and on the card."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.invariance.records import record
from trigger_ad.report import card
from trigger_ad.report.figures import invariance as figure
from trigger_ad.report.invariance import invariance, markdown, warnings
from trigger_ad.report.numbers.invariance import invariance as numbers
from trigger_ad.report.numbers.load import load
from trigger_ad.report.page import render
from trigger_ad.report.plots import PLOTS
from trigger_ad.report.summary import summary

MUON = (
    "Score 2 depends on azimuth of the leading muon: largest over smallest rate is "
    "2.5 [2.20,\u00a02.90], and 1.2 is accepted."
)
PILEUP = (
    "Score 2 depends on pile-up: above over below rate is 4 [3.50,\u00a04.50], and 3 is accepted."
)
INSIDE = (
    "Within flavour of leptons, muon only, the background estimate does not hold: "
    "predicted/observed is 0.500 with 95 % interval [0.475,\u00a00.525] and 200 effective events."
)


@pytest.fixture
def folder(own_folder: Path) -> Path:
    record().write(own_folder / "invariance.json")
    return own_folder


def test_verdicts() -> None:
    shown = invariance(record())
    assert shown is not None
    assert MUON in shown.sentences
    assert (
        "Score 1 does not depend on azimuth of the leading muon: largest over smallest rate is "
        "1.02 [1.00,\u00a01.10], and 1.2 is accepted."
    ) in shown.sentences
    assert (
        "Whether region A depends on azimuth of the leading muon is not decided: largest over "
        "smallest rate is at least 1 (fewer than 100 effective events), and 1.2 is accepted."
    ) in shown.sentences
    assert not [sentence for sentence in shown.sentences if "flavour" in sentence]
    assert tuple(warnings(record())) == (MUON, PILEUP, INSIDE)
    assert tuple(warnings(None)) == ()
    cells = shown.ratios["azimuth of the leading muon"]
    assert [cell.verdict for cell in cells] == ["does not depend", "depends", "not decided"]
    assert [cell.verdict for cell in shown.ratios["flavour of leptons"]] == [None] * 3
    every, _, few = shown.within
    assert every.tenth.verdict == "holds"
    assert every.working_point.verdict == "does not hold"
    assert (few.name, few.correlation, few.tenth.text) == ("flavour of leptons: both", "–", "– (0)")


def test_sentences_on_turned_events() -> None:
    first, second, _ = invariance(record()).turned  # type: ignore[union-attr]
    assert first == (
        "Turned about the beam by each of 143 steps, 17 of 1\u202f000 events change their region "
        "at least once; on average 10\u202f% [9,\u00a011]\u202f% of all events are in another "
        "region and 10\u202f% [9,\u00a011]\u202f% of those of region A are not in it any more. "
        "Largest changes in counts: score 1 by 0, score 2 by 17."
    )
    assert "and less than 40\u202f% of those of region A" in second
    (exact,) = invariance(record(0)).turned  # type: ignore[union-attr]
    assert exact == (
        "Of all 5\u202f000 events of the test split no score changes, turned about the beam by "
        "each of 143 steps, mirrored in azimuth, with the beams exchanged."
    )


def test_the_page_shows_it(folder: Path) -> None:
    before = summary(folder)[4]
    html = render(load(folder), {})
    assert '<h2 id="invariance">' in html
    assert html.count(MUON) == 2  # among the warnings, and in its section
    assert "invariance" in [plot.name for plot in PLOTS]
    (folder / "invariance.json").unlink()
    assert int(summary(folder)[4].split()[1].strip(",")) == int(before.split()[1].strip(",")) - 3


def test_a_run_without_it_has_no_such_section(own_folder: Path) -> None:
    run = load(own_folder)
    assert run.invariance is None
    assert numbers(run) is None
    assert invariance(run.invariance) is None
    assert "What must not explain the scores" not in card([own_folder])


def test_numbers_are_relative_to_the_mean(folder: Path) -> None:
    found = numbers(load(folder))
    assert found is not None
    assert [panel.by for panel in found.panels] == ["azimuth_muon", "flavour", "pileup"]
    _, second, in_a = found.panels[0].series
    np.testing.assert_allclose(second.value, [4 / 3, 2 / 3])
    np.testing.assert_allclose(second.high, [1.1 * 4 / 3, 1.1 * 2 / 3])
    np.testing.assert_allclose(in_a.value, [1, np.nan])
    np.testing.assert_allclose(in_a.limit, [np.nan, 2])
    assert len(figure.draw(found).axes) == 3


def test_the_card_shows_it(folder: Path, run_folder: Path, tmp_path: Path) -> None:
    text = card([folder])
    section = text.partition("## What must not explain the scores\n")[2].partition("\n## ")[0]
    assert markdown(record()).strip() in section
    assert f"* {MUON}\n" in text
    widths: list[int] = []
    for line in section.splitlines():
        if line.startswith("|"):
            widths.append(line.count("|"))
        else:
            assert len(set(widths)) <= 1
            widths = []
    assert "| flavour of leptons | 2.5 [2.20,\u00a02.90] |  |" in section
    other = tmp_path / "other"
    shutil.copytree(run_folder, other)
    record(0).write(other / "invariance.json")
    (line,) = [line for line in card([folder, other]).splitlines() if line == f"* {MUON}"]
    (other / "invariance.json").unlink()
    (line,) = [line for line in card([folder, other]).splitlines() if line.startswith(f"* {MUON}")]
    assert line.endswith("(Seed 1.)")
