"""Records show themselves in a few lines, and as tables that escape what they hold."""

import inspect
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import trigger_ad
from tests.invariance import records as invariances
from trigger_ad import config
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.display import HTML_ROWS, Displayed, Table, brief
from trigger_ad.events.block import Block
from trigger_ad.ledger import rows
from trigger_ad.rates.record import RatesRecord
from trigger_ad.sections.section import Section
from trigger_ad.storage.record import Record
from trigger_ad.validate.record import ValidationRecord

LONGEST = 1500
FROZEN = Path(__file__).parent / "frozen" / "version_2"
EVIL = "<script>alert('&')</script>"


def cells(html):
    """Texts of the rows of a table in HTML, which has to be well formed."""
    root = ET.fromstring(f"<page>{html}</page>")
    return [[cell.text for cell in row] for row in root.iter("tr")]


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


@given(TEXTS, st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=40), TEXTS)
def test_any_table_is_short_and_its_html_says_what_it_holds(title, found, note):
    table = Table(title, ("one", "two", "three"), tuple(found), note)
    assert len(table.text) < LONGEST
    assert cells(table.html) == [
        ["one", "two", "three"],
        *([cell or None for cell in row] for row in found),
    ]
    assert "style" not in table.html.replace(title, "").replace(note, "") or "style" in str(found)


def test_columns_of_numbers_stand_to_the_right_and_lines_are_counted():
    rows = tuple((f"row{i}", str(10**i), "word") for i in range(14))
    lines = Table("a title", ("name", "number", "text"), rows, "a note").text.splitlines()
    assert lines[:3] == ["a title", "  name         number  text", "  row0              1  word"]
    assert lines[-2:] == ["  … 2 more", "  a note"]
    assert len(lines) == 2 + 12 + 2


def test_html_stops_after_many_rows():
    html = Table("t", (), tuple((str(i),) for i in range(HTML_ROWS + 5))).html
    assert len(cells(html)) == HTML_ROWS
    assert html.endswith("<p>… 5 more</p>")


def test_what_is_not_text_of_the_page_is_escaped():
    @dataclass(frozen=True, repr=False)
    class Evil(Displayed):
        field: str

    Evil.__name__ = "<b>"
    html = Evil(EVIL)._repr_html_()
    assert "<script" not in html
    assert "<b>" not in html
    assert cells(html) == [["field", EVIL]]
    block = Block(words=np.zeros((2, 3), np.int32), name=EVIL, bits={EVIL: np.zeros(2, bool)})
    assert "<script" not in block._repr_html_()
    assert [EVIL, "bool of shape (2,)"] in cells(block._repr_html_())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "True"),
        (2**70, str(2**70)),
        ((), "none"),
        ({}, "none"),
        ("a\nb", "a\nb"),
        (np.zeros((2, 3), np.int8), "int8 of shape (2, 3)"),
    ],
)
def test_any_value_is_written_on_a_line(value, text):
    assert brief(value) == text


def shown():
    """Records of every kind that a user holds."""
    model = trigger_ad.load_model("double_ae_zb")
    settings = config.load(FROZEN / "config.yaml")
    yield from (model, model.config, model.trigger, model.hardware, model.hardware.blocks[0])
    yield from (model.hardware.network, model.layout, model.test_rates, model.resources)
    yield from (model.resources[0], settings, settings.train, settings.scorer)
    yield RatesRecord.read(FROZEN / "rates.json")
    yield ClosureRecord.read(FROZEN / "closure.json")
    yield ValidationRecord.read(FROZEN / "validation.json")
    yield rows.read(FROZEN / "resources.json")
    yield invariances.record()
    yield next(trigger_ad.open_events("packaged:sm").blocks(10))
    yield trigger_ad.open_events(["packaged:sm", "packaged:leptoquark"])


def test_a_record_is_a_few_lines_and_a_table():
    for record in shown():
        text = repr(record)
        assert 1 < len(text.splitlines()) <= 16
        assert len(text) < LONGEST
        assert len(cells(record._repr_html_())) >= len(text.splitlines()) - 3


def test_figures_of_records_are_in_their_texts():
    closure = ClosureRecord.read(FROZEN / "closure.json")
    first = closure.closure[0]
    line = repr(closure).splitlines()[2].split()
    assert line[0] == first.model
    assert line[2:5] == [str(first.observed), f"{first.predicted:.1f}", f"{first.ratio:.3f}"]
    rates = RatesRecord.read(FROZEN / "rates.json")
    assert [line.split()[:2] for line in repr(rates).splitlines()[2:6]] == [
        [name, str(row.fires)] for name, row in rates.regions.items()
    ]
    assert str(rates) == repr(rates)
    settings = config.parse("schema: config/2\nname: example\ntrain: {batch: 77}\n")
    assert ["train", "batch 77"] in cells(settings._repr_html_())
    assert ["quantize", "defaults"] in cells(settings._repr_html_())


def test_all_records_of_files_and_sections_show_themselves():
    rooms = ("menu", "rates", "abcd", "validate", "invariance")
    for module in ("menu.scan", *(f"{room}.record" for room in rooms)):
        kinds = inspect.getmembers(import_module(f"trigger_ad.{module}"), inspect.isclass)
        records = [kind for _, kind in kinds if issubclass(kind, Record)]
        assert records
        assert all(kind.__repr__ is Displayed.__repr__ for kind in records)
    assert Section.__repr__ is Displayed.__repr__
