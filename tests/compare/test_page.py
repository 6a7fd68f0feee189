"""The page of a comparison: its cells, what it leaves out, nothing unescaped."""

import copy
import re

import pytest

from tests.compare import folders
from trigger_ad.compare import page as pages
from trigger_ad.compare.record import compare
from trigger_ad.compare.rows import CompareRecord, OverSeeds
from trigger_ad.compare.runs import read
from trigger_ad.compare.tables import (
    FILTERS,
    closures,
    final,
    grouped,
    improvements,
    of_model,
    same_figures,
)
from trigger_ad.storage.files import write_json


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def record(folder):
    """Two seeds of one configuration, and another one that is float alone."""
    runs = [read(folders.finished_run(folder / f"toy{seed}", seed=seed)) for seed in (1, 2)]
    runs.append(read(folders.finished_run(folder / "b", "other", models=("float",))))
    return compare(runs, ["toy:score1,other:score2"]).to_json()


@pytest.fixture(scope="module")
def typed(record):
    return CompareRecord.from_json(record, "record")


def render(record):
    return pages.render(CompareRecord.from_json(record, "record"))


@pytest.fixture(scope="module")
def page(record):
    return render(record)


def text(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S).split())


def row(record, label, model):
    (found,) = (r for r in record["scores"] if (r["label"], r["model"]) == (label, model))
    return found


def test_figures_are_those_of_the_record(page, record):
    words = text(page)
    auc = row(record, "toy:diagonal", "firmware")["signals"]["lq"]["auc"]
    assert f"diagonal cut {auc['mean']:.3f} ± {auc['spread']:.3f} " in words
    lone = row(record, "other:diagonal", "float")["signals"]["lq"]["auc"]
    written = f"diagonal cut (float) {lone['mean']:.3f} [{lone['low']:.3f}, {lone['high']:.3f}]"
    assert written in words
    assert "toy (scorer double_ae, seeds 1, 2), other (scorer double_ae, seed 1)," in words
    assert "4 000 Standard Model test events" in words
    (own,) = (
        one["ratio"]
        for one in record["closure"]
        if (one["pair"][0], one["model"], one["sm_efficiency"]) == ("toy:score1", "float", 0.02)
        and one["pair"][1] == "toy:score2"
    )
    written = f"{own['mean']:.3f} ± {own['spread']:.3f} extrapolated"
    assert f"toy:score1 and toy:score2 2 % {written}" in words
    assert "toy rtl-synthesis Yosys 0.70 part1 1 500 ± 707 10 0 11 4 1 –" in words
    assert "not run: no flow beside svdd_ensemble not run" in words
    assert "not enough events" in words


def test_models_before_hardware_are_shown_once(page, typed):
    assert same_figures(typed, "quantized")
    assert not same_figures(typed, "float")
    assert "Quantised, retrained: every figure is that of the model shown above." in text(page)
    assert "Signal lq, float." in text(page)
    assert {one.configuration for one in of_model(typed, "float")} == {"toy"}
    nearest = {one.label: one.model for one in final(typed)}
    assert nearest["toy:or"] == "firmware"
    assert nearest["other:or"] == "float"
    assert [group.name for group in grouped(final(typed))] == [
        "toy",
        "other",
        "toy:score1 + other:score2",
    ]


def test_the_figure_has_a_line_for_each_score(record, typed):
    numbers = improvements(typed)
    assert len(numbers.labels) == len(final(typed)) == len(numbers.median_spread)
    assert numbers.labels[0] == "toy: score 1"
    total = row(record, "toy:score1", "firmware")["total_improvement"]
    assert numbers.minimum[0] == total["minimum"]["mean"]
    assert numbers.maximum_spread[0] == total["maximum"]["spread"]


def test_closures_by_model(typed):
    found = closures(typed)
    assert list(found[0].models) == ["float", "quantized", "firmware"]
    assert {one.sm_efficiency for one in found} == {0.05, 0.02, 0.01}
    assert list(found[-1].models) == ["float"]


def test_a_closure_that_is_not_known_is_a_dash(record):
    none = copy.deepcopy(record)
    (first, *_) = none["closure"]
    first["ratio"] |= {"mean": None, "spread": None}
    first["effective_events"] = None
    lines = [
        line.split("|")
        for line in pages.markdown(CompareRecord.from_json(none, "none")).splitlines()
        if line.startswith("| toy:score1 and toy:score2 ")
    ]
    assert [line[3].strip() == "–" for line in lines] == [True, False, False]


def test_it_needs_no_other_file(page):
    (source,) = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert source.startswith("data:image/svg+xml;base64,")
    assert not re.search(r"<(script|link|iframe|object)\b|@import|url\(", page)


def test_the_file_gives_the_same_page(page, record, tmp_path):
    write_json(tmp_path / "compare.json", record)
    pages.write(CompareRecord.read(tmp_path / "compare.json"), tmp_path / "a/page.html")
    assert (tmp_path / "a/page.html").read_text(encoding="utf-8") == page


def test_what_comes_from_the_record_is_escaped(record):
    bad = copy.deepcopy(record)
    bad["configurations"][0]["folders"][0] = bad["resources"][0]["note"] = "<script>$x</script>"
    bad["claims"][0]["here"] = "<b>"
    page = render(bad)
    assert "<script>" not in page
    assert page.count("&lt;script&gt;$x&lt;/script&gt;") == 2
    assert "&lt;b&gt;" in page


def test_without_cuts_there_is_no_figure(record):
    none = copy.deepcopy(record)
    for one in none["scores"]:
        for figure in one["total_improvement"].values():
            figure["mean"] = None
    none["closure"], none["resources"] = [], []
    page = render(none)
    assert "Resources and latency" in text(render(record))
    assert "Resources and latency" not in text(page)
    assert "<img" not in page
    assert "No pair of scores has a closure at these efficiencies." in text(page)


def figure(mean, spread=None, low=None, high=None):
    return OverSeeds(mean=mean, spread=spread, low=low, high=high, values=(mean,))


@pytest.mark.parametrize(
    ("name", "given", "lines"),
    [
        ("figure", figure(0.12345), ("0.123", "")),
        ("figure", figure(0.12345, 0.0021), ("0.123", "± 0.002")),
        ("figure", figure(1.0, 0.0), ("1.000", "")),
        ("figure", figure(0.5, None, 0.4, 0.6), ("0.500", "[0.400, 0.600]")),
        ("figure", figure(None), ("–", "")),
        ("figure", None, ("–", "")),
        ("share_figure", figure(0.2, 0.0167), ("20.0 %", "± 1.7 %")),
        ("share_figure", figure(0.01, 0.00521), ("1.00 %", "± 0.52 %")),
        (
            "share_figure",
            figure(0.0000997, None, 5e-5, 2e-4),
            ("0.00997 %", "[0.00500, 0.02000] %"),
        ),
        ("share_figure", figure(0.0, None, 0.0, 0.0006), ("0.000 %", "[0.000, 0.060] %")),
        ("count_figure", figure(12250.0, 276.2), ("12 250", "± 276")),
    ],
)
def test_cells(name, given, lines):
    plain = (line.replace("\u202f", " ").replace("\u00a0", " ") for line in FILTERS[name](given))
    assert tuple(plain) == lines
