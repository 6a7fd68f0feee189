"""Rows keep what is unknown unknown, on disk too."""

import json

import pytest

from trigger_ad.errors import SchemaError
from trigger_ad.ledger.rows import ResourceRow, ResourceStage, not_run, read, write

ROWS = (
    ResourceRow(ResourceStage.ESTIMATE, "trigger_ad", lut=1200, dsp=0, note="an estimate"),
    not_run(ResourceStage.C_SYNTHESIS, "Vitis HLS", "vitis-run"),
    ResourceRow(
        ResourceStage.IMPLEMENTATION, "Vivado", "2023.2", 1, 2, 3, 4, 5, 6, 7, "4.1 ns met", "n"
    ),
)


def test_stage_that_did_not_run_has_no_figures():
    row = ROWS[1]
    assert row.note == "not run: vitis-run not found"
    assert row.clock == "not timed"
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram, row.latency_cycles, row.ii) == (None,) * 7


def test_file_round_trip(tmp_path):
    path = tmp_path / "resources.json"
    write(path, ROWS)
    assert read(path) == ROWS
    record = json.loads(path.read_text())
    assert record["schema"] == "resources/1"
    assert record["rows"][1]["lut"] is None
    assert [p.name for p in tmp_path.iterdir()] == ["resources.json"]


@pytest.mark.parametrize(
    ("text", "found"),
    [('{"schema": "resources/2", "rows": []}', "resources/2"), ("[]", "none"), ("{", "none")],
)
def test_other_schema_is_refused(tmp_path, text, found):
    path = tmp_path / "resources.json"
    path.write_text(text)
    sentence = rf"resources.json must have schema resources/1, not {found}: convert the model again"
    with pytest.raises(SchemaError, match=sentence):
        read(path)


def test_rows_without_the_later_columns_are_read(tmp_path):
    """The first rows of this schema had twelve columns; the others are unknown in them."""
    path = tmp_path / "resources.json"
    row = {
        "stage": "estimate",
        "tool": "t",
        "version": None,
        "lut": 1,
        "ff": None,
        "dsp": 0,
        "bram": 0,
        "uram": 0,
        "latency_cycles": None,
        "ii": None,
        "clock": "not timed",
        "note": "",
    }
    path.write_text(json.dumps({"schema": "resources/1", "rows": [row]}))
    (found,) = read(path)
    assert found == ResourceRow(ResourceStage.ESTIMATE, "t", lut=1, dsp=0, bram=0, uram=0)
    assert (found.part, found.logic_levels, found.percent, found.clock_ns) == (None,) * 4


def test_later_columns_round_trip(tmp_path):
    path = tmp_path / "resources.json"
    row = ResourceRow(
        ResourceStage.RTL_SYNTHESIS,
        "Yosys",
        lut=8,
        part="xcvu13p",
        top="top",
        lut_memory=1,
        carry=2,
        logic_levels=3,
        clock_ns=4.166,
        percent={"lut": 0.5},
    )
    write(path, [row])
    assert read(path) == (row,)
    assert isinstance(hash(row), int)


def test_row_of_another_shape_is_refused(tmp_path):
    path = tmp_path / "resources.json"
    path.write_text('{"schema": "resources/1", "rows": [{"stage": "estimate", "luts": 3}]}')
    with pytest.raises(SchemaError, match=r"must have the keys bram, .*, not luts, stage: convert"):
        read(path)
