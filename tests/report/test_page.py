"""The page of a run."""

import hashlib
import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.report.run_menu import run_menu
from trigger_ad import report
from trigger_ad.errors import SchemaError
from trigger_ad.menu.record import SeedGainRow
from trigger_ad.pages.format import count, fixed, interval, measured, paired, percent
from trigger_ad.pages.names import sample_label
from trigger_ad.rates.figure import PairedFigure, SeedFigure, figure_text, interval_text
from trigger_ad.report.background import estimate_sentence
from trigger_ad.report.numbers.load import load
from trigger_ad.report.numbers.menu import gains, seed_label
from trigger_ad.report.page import render
from trigger_ad.report.plots import PLOTS


class Page(HTMLParser):
    """Text of a page, its cells by table, and everything that it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.in_cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def row(self, *starts: str) -> list[str]:
        found = [row for row in self.rows if tuple(row[: len(starts)]) == starts]
        assert found, starts
        return found[0]


def change(folder: Path, record: str, /, **values: Any) -> None:
    path = folder / f"{record}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def page_of(folder: Path) -> Page:
    return Page(render(load(folder), {}))


@pytest.fixture(scope="module")
def page(built: Path) -> Page:
    return Page((built / "report.html").read_text(encoding="utf-8"))


def test_page_needs_no_other_file(page: Page) -> None:
    assert len(page.sources) == 15
    assert all(source.startswith("data:image/") for source in page.sources)
    assert not page.tags & {"script", "link", "iframe", "object"}


def test_a_wanted_pure_rate_is_in_the_summary(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "run")
    found = {"value": 77e3, "low": 65e3, "high": 91e3, "upper_limit": None}
    found |= {"effective_events": 900.0}
    point = json.loads((built / "rates.json").read_text())["working_point"]
    pure = {"menu": "small", "seed": "L1_AD_A", "wanted_hz": 8e4, "threshold_hz": 8e4}
    pure |= {"test": found, "test_hz": found}
    bandwidth = {"wanted_hz": 1e5, "threshold_hz": 9.9e4, "precision": 0.7}
    change(tmp_path / "run", "rates", working_point=point | {"pure": pure}, bandwidth=bandwidth)
    page = page_of(tmp_path / "run")
    assert page.row("bandwidth")[1:] == [
        "at most 100\u202fkHz",
        "99\u202fkHz on the threshold split",
    ]
    assert page.row("pure rate in menu small")[1:] == [
        "wanted 80\u202fkHz",
        "on test 77\u202fkHz [65,\u00a091]\u202fkHz",
    ]


def test_summary_numbers(page: Page, built: Path) -> None:
    run = load(built)
    rows = list(run.closure.of("firmware"))
    for row in rows:
        if row.sm_efficiency in (0.05, 0.02, 0.01, 0.005):
            cells = page.row(percent(row.sm_efficiency))
            assert cells[1] == measured(row.ratio, row.ratio_error)
            assert cells[2] == interval(row.interval95)
            assert cells[3].endswith(", extrapolated") == (row.effective_events < 100)
    assert {row.effective_events < 100 for row in rows} == {True, False}
    auc = run.validation.auc["leptoquark"]
    assert page.row("LQ → bτ")[1:3] == [fixed(auc["float"]), fixed(auc["firmware"])]
    cuts = run.rates.working_point.thresholds
    assert page.row("thresholds (counts)")[1:] == [
        f"score 1 ≥ {count(cuts['score1'])}",
        f"score 2 ≥ {count(cuts['score2'])}",
    ]
    assert page.row("C simulation (hls4ml)") == [
        "C simulation (hls4ml)",
        "fast emulator",
        count(120_000),
        "0",
    ]


@pytest.mark.parametrize(
    ("ends", "effective", "word", "class_"),
    [
        ([0.95, 1.05], 900.0, "yes", "small"),
        ([0.41, 0.45], 900.0, "no", "bad small"),
        ([0.85, 1.02], 900.0, "not decided", "unknown small"),
        ([0.95, 1.05], 60.0, "not decided, extrapolated", "unknown small"),
    ],
)
def test_closure_in_words(
    own_folder: Path, ends: list[float], effective: float, word: str, class_: str
) -> None:
    rows = json.loads((own_folder / "closure.json").read_text())["closure"]
    point = {"ratio": ends[0], "interval95": ends, "effective_events": effective}
    change(own_folder, "closure", closure=[row | point for row in rows])
    html = render(load(own_folder), {})
    assert Page(html).row("1\u202f%")[3] == word
    assert html.count(f'<span class="{class_}">{interval(ends)}') == len(rows)
    run = load(own_folder)
    assert " ".join(estimate_sentence(run.rates, run.closure).split()) in Page(html).text


def test_unknown_resources_are_dashes(page: Page) -> None:
    assert page.row("estimate")[1:12] == [
        "alkaid 0.8.2",
        "–",
        count(21_904),
        count(9_120),
        "0",
        "–",
        "–",
        "–",
        "11",
        "–",
        "1",
    ]
    missing = page.row("C-synthesis")
    assert missing[2:12] == ["–"] * 10
    assert missing[-1] == "not run: vitis-run not found"


def test_resources_of_a_part_with_their_share_and_time(page: Page) -> None:
    assert page.row("rtl-synthesis")[2:12] == [
        "xcvu13p-flga2577-2-e",
        f"{count(9_876)} (0.57\u202f%)",
        f"{count(7_000)} (0.2\u202f%)",
        "0 (0\u202f%)",
        "0 (0\u202f%)",
        count(3_000),
        "11",
        "12",
        "50",
        "1",
    ]


def test_hertz_are_refused_with_the_reason(page: Page) -> None:
    assert "No rate in Hz. The sample has a lepton filter" in page.text
    assert page.row("A")[-1] == "–"


def test_rates_in_hertz(own_folder: Path) -> None:
    rates = json.loads((own_folder / "rates.json").read_text())
    rates["regions"]["A"]["hz"] = 1234.5
    rates["total"]["hz"] = 3.2e6
    rates["normalisation"] = {"kind": "zero_bias", "hz_refused": None, "printed": "2544 bunches"}
    change(own_folder, "rates", **rates)
    page = page_of(own_folder)
    assert page.row("rate")[1] == "3.2\u202fMHz"
    assert page.row("A")[-1] == "1.23\u202fkHz"
    assert "No rate in Hz" not in page.text
    assert "Normalisation: 2544 bunches" in page.text


def test_menu(page: Page) -> None:
    menu = run_menu()
    seed = next(row for row in menu["rates"]["seeds"] if row["name"] == "L1_AD_A")
    cells = page.row("L1_AD_A")
    assert cells[2] == "1"
    figures = (cells[1], *cells[3:6])
    for cell, kind in zip(figures, ("before", "after", "pure", "proportional"), strict=True):
        assert cell == written(seed[kind])
    assert cells[6] == count(seed["before"]["efficiency"]["effective_events"])
    assert page.row("L1_Off")[1:6] == [cell_of(menu, "L1_Off", "before"), "off", *["0"] * 3]
    assert page.row("L1_ETM120")[1].startswith("< ")
    assert "rates in kHz: each seed before prescale" in page.text
    assert "L1_AD_A: score1 >= " in page.text
    assert f"Normalisation: {menu['rates']['normalisation']}; input rate 31 MHz." in page.text
    rivals = menu["gain"]["gain"]
    labels = [seed_label(SeedGainRow.from_json(row, "row")) for row in rivals]
    assert labels[:2] == ["L1_AD_A", f"HT ≥ {rivals[1]['threshold'] / 2:g} GeV"]
    first = page.rows.index(["seed", "pure rate on SM", *map(sample_label, rivals[0]["signal"])])
    gained = page.rows[first + 1 : first + 1 + len(rivals)]
    assert [row[0] for row in gained] == labels
    own, met = rivals[0]["signal"]["leptoquark"], rivals[2]["difference"]["hplus_to_taunu"]
    assert gained[0][2].startswith(percent(own["value"]))
    assert gained[2][5].endswith(paired(PairedFigure.from_json(met, "difference")))


def written(figure: dict[str, Any]) -> str:
    found = SeedFigure.from_json(figure, "figure")
    return figure_text(found) + interval_text(found)


def cell_of(menu: dict[str, Any], name: str, kind: str) -> str:
    figure = next(row for row in menu["rates"]["seeds"] if row["name"] == name)[kind]
    return written(figure)


def test_a_rival_that_takes_more_is_said_on_top(page: Page) -> None:
    sentence = (
        "Of the h± → τν (s-channel) events that no conventional seed takes, more are taken by HT, "
        "MET, leading jet and leading muon than by L1_AD_A at the same pure rate."
    )
    assert sentence in page.text
    assert page.text.index(sentence) < page.text.index("For h± → τν the combined score is worse")
    assert "Of the LQ → bτ events that no conventional seed takes" not in page.text


def test_menu_without_normalisation(own_folder: Path) -> None:
    (own_folder / "menu.json").write_text(json.dumps(run_menu(in_hz=False)))
    page = page_of(own_folder)
    seed = next(s for s in run_menu(in_hz=False)["rates"]["seeds"] if s["name"] == "L1_AD_A")
    assert page.row("L1_AD_A")[1].startswith(f"{seed['before']['efficiency']['value']:.3g}[")
    assert "efficiencies: each seed before prescale" in page.text
    assert "No rate in Hz. Normalisation: none: rates in Hz are not given." in page.text


def test_a_gain_that_was_refused_says_why(own_folder: Path) -> None:
    change(own_folder, "menu", gain=None, gain_refused="seed L1_AD_A must have pure events")
    page = page_of(own_folder)
    assert "No gain. Seed L1_AD_A must have pure events." in page.text
    assert gains(load(own_folder)) is None


def test_a_run_without_menu_has_no_such_section(own_folder: Path) -> None:
    assert "In the menu" in page_of(own_folder).text
    (own_folder / "menu.json").unlink()
    run = load(own_folder)
    assert "In the menu" not in page_of(own_folder).text
    menu = [plot for plot in PLOTS if plot.name.startswith("menu_")]
    assert [plot.pick(run) for plot in menu] == [None] * 3


def test_a_menu_of_another_version_is_refused(own_folder: Path) -> None:
    change(own_folder, "menu", schema="run_menu/9")
    with pytest.raises(SchemaError, match="run_menu/9"):
        load(own_folder)


def test_warnings_and_negative_results(page: Page) -> None:
    assert "the combined score is worse than chance: AUC 0.44 < 0.50." in page.text
    assert "Not confirmed on this sample: A single autoencoder outperforms" in page.text
    assert page.row("Non-closure grows with signal")[-1] == "not decided"


def test_provenance(page: Page) -> None:
    assert page.row("hls4ml")[1] == "1.3.0"
    assert page.row("split")[1] == "2021"
    assert page.row("train_double")[1] == "fedcba9876543210"
    assert "312.5" not in page.text  # the same run, the same page
    assert "model/double/float.npz 0123456789abcdef" in page.text
    assert page.row("sm")[1] == ("0123456789abcdef" * 4)[::-1]


def test_the_report_does_not_depend_on_its_own_last_run(page: Page) -> None:
    assert all(row[:1] != ["report"] for row in page.rows)


def test_everything_from_the_run_is_escaped(own_folder: Path) -> None:
    evil = "<script>alert('1')</script>\"&"
    validation = json.loads((own_folder / "validation.json").read_text())
    validation["warnings"] = [evil]
    validation["claims"] = [{"claim": evil, "here": evil, "confirmed": False}]
    validation["bit_exact"]["csim"]["first_difference"] = {
        "event": 3,
        "signal": evil,
        "reference": 1,
        "result": 2,
    }
    change(own_folder, "validation", **(validation | {"name": evil}))
    change(own_folder, "manifest", versions={evil: evil}, seeds={evil: 1})
    html = render(load(own_folder), {})
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8
    page = Page(html)
    assert page.tags & {"script"} == set()
    assert page.row(evil)[0] == evil


def test_optional_parts(own_folder: Path) -> None:
    first = page_of(own_folder)
    assert "float, published size" not in first.text
    validation = json.loads((own_folder / "validation.json").read_text())
    signals = validation["auc"]
    rung = validation["bit_exact"]["fast"]
    change(
        own_folder,
        "validation",
        auc_published={s: {"combined": 0.731, "score1": 0.6, "score2": 0.6} for s in signals},
        bit_exact_single_autoencoder={"fast": rung | {"events": 4321}},
        claims=[],
        warnings=[],
    )
    second = page_of(own_folder)
    assert "float, published size" in second.text
    assert any(row[-1] == "0.731" for row in second.rows)
    assert second.row("fast emulator, single autoencoder")[2] == count(4321)
    assert "tried on this sample" not in second.text


def hashes(folder: Path) -> dict[str, str]:
    files = [folder / "report.html", *(folder / "plots").iterdir()]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_two_builds_are_equal(built: Path, tmp_path: Path) -> None:
    report.build(built, tmp_path)
    assert len(hashes(built)) == 31
    assert hashes(tmp_path) == hashes(built)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plots", "report.html"]


def test_a_build_that_fails_leaves_the_last_report(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_folder / "plots").mkdir()
    (own_folder / "plots" / "roc.svg").write_text("earlier")
    (own_folder / "report.html").write_text("earlier")
    monkeypatch.setattr("trigger_ad.report.plots.PLOTS", ())
    change(own_folder, "validation", auc_interval={})
    with pytest.raises(Exception, match="leptoquark"):
        report.build(own_folder)
    change(own_folder, "closure", schema="closure/9")
    with pytest.raises(SchemaError, match="closure/9"):
        report.build(own_folder)
    assert (own_folder / "report.html").read_text() == "earlier"
    assert [path.name for path in (own_folder / "plots").iterdir()] == ["roc.svg"]
    assert not (own_folder / "plots.part").exists()


def test_import_is_light() -> None:
    heavy = "{'tensorflow', 'keras', 'matplotlib', 'hls4ml', 'qkeras'} & set(sys.modules)"
    code = f"import sys, trigger_ad.report; print({heavy} or 'light')"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.strip() == "light"
