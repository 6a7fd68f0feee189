"""The page of a scan: its tables, what it leaves out, nothing unescaped."""

from __future__ import annotations

import copy
import re

import pytest

from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.pages.format import count
from trigger_ad.rates.figure import QuotedFigure, figure_text, interval_text
from trigger_ad.report import rates_page
from trigger_ad.report.rates_page import PLOTS
from trigger_ad.storage.files import write_json


def text(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S).split())


def render(record):
    return rates_page.render(ScanRecord.from_json(record, "scan"))


def rated(figure):
    """Figure of a record as pages write it."""
    figure = QuotedFigure.from_json(figure, "figure")
    return escaped(figure_text(figure)), interval_text(figure)


def escaped(words):
    return words.replace("<", "&lt;")


@pytest.fixture(scope="module")
def page(record):
    return render(record)


def test_tables(page, record):
    words = text(page)
    assert "Normalisation: zero bias, 2760 colliding pairs of bunches; input rate 31 MHz." in words
    for name, row in record["regions"].items():
        before, after = row["before"], row["after"]
        cells = (
            name,
            count(row["fires"]),
            count(before["effective_events"]),
            *rated(before),
            f"{row['prescale']:g}",
            count(row["accepts"]),
            *rated(after),
        )
        assert " ".join(" ".join(cells).split()) in words
    for seed in MenuRatesRecord.from_json(record["menu"], "menu").seeds:
        cells = [seed.name, figure_text(seed.before), interval_text(seed.before), seed.prescale]
        for figure in (seed.after, seed.pure, seed.proportional):
            cells += [figure_text(figure), interval_text(figure)]
        cells.append(count(seed.before.efficiency.effective_events))
        assert escaped(" ".join(" ".join(cells).split())) in words
    assert f"Predicted over observed is {record_ratio(record):.3f} with 95 % interval" in words


def record_ratio(record):
    a, b, c, d = (row["fires"] for row in record["regions"].values())
    return b * c / d / a


def test_it_needs_no_other_file(page):
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == len(PLOTS) == 5
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert not re.search(r"<(script|link|iframe|object)\b|@import|url\(", page)


def test_the_file_gives_the_same_page(page, record, tmp_path):
    write_json(tmp_path / "scan.json", record)
    rates_page.write(ScanRecord.read(tmp_path / "scan.json"), tmp_path / "a/page.html")
    assert (tmp_path / "a/page.html").read_text(encoding="utf-8") == page


def test_what_comes_from_the_record_is_escaped(record):
    bad = copy.deepcopy(record)
    bad["files"][0]["path"] = bad["menu"]["seeds"][0]["name"] = "<script>$x</script>"
    bad["menu"]["menu"] = "<b>"
    page = render(bad)
    assert "<script>" not in page
    assert "&lt;script&gt;$x&lt;/script&gt;" in page
    assert "Menu &lt;b&gt; on" in page


def test_without_menu_pileup_and_normalisation(bare):
    page = render(bare)
    words = text(page)
    assert "No rate in Hz : the sample was given no normalisation" in words
    assert "The scan had no menu." in words
    assert "The event files do not know their pile-up." in words
    assert re.findall(r'<figure id="(\w+)"', page) == ["diagonal", "closure", "trade_off"]
    assert "Hz" not in words.replace("No rate in Hz", "")


def test_an_empty_signal_region(record):
    """No event reaches any threshold."""
    none = copy.deepcopy(record)
    counts = none["counts"]
    for rows in (counts["regions"]["groups"], counts["regions"]["pileup"]):
        rows[:] = [[0, 0, 0, sum(row)] for row in rows]
    bins = counts["plane"]["bins"]
    bins[:] = [[0] * len(row) for row in bins]
    bins[0][0] = none["events"]
    page = render(none)
    assert "No event reaches any threshold, so there is no rate to draw." in text(page)
    assert "At the working point a region is empty: nothing can be predicted." in text(page)
    assert re.findall(r'<figure id="(\w+)"', page) == ["overlap", "pileup"]


def test_prescales_that_predict_nothing(record):
    off = copy.deepcopy(record)
    off["rule"]["realised"]["C"] = off["regions"]["C"]["prescale"] = 0.0
    words = text(render(off))
    assert "The prescales in the registers are not drawn" in words
    assert " off " in words
