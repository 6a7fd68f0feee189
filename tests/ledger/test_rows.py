"""Rows keep what is unknown unknown, on disk too."""

import json

import pytest

from trigger_ad.errors import SchemaError
from trigger_ad.ledger import ResourceRow, Stage, not_run, read, write

ROWS = (
    ResourceRow(Stage.ESTIMATE, "trigger_ad", lut=1200, dsp=0, note="an estimate"),
    not_run(Stage.C_SYNTHESIS, "Vitis HLS", "vitis-run"),
    ResourceRow(Stage.IMPLEMENTATION, "Vivado", "2023.2", 1, 2, 3, 4, 5, 6, 7, "4.1 ns met", "n"),
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


def test_row_of_another_shape_is_refused(tmp_path):
    path = tmp_path / "resources.json"
    path.write_text('{"schema": "resources/1", "rows": [{"stage": "estimate", "luts": 3}]}')
    with pytest.raises(SchemaError, match=r"must have the keys bram, .*, not luts, stage: convert"):
        read(path)
