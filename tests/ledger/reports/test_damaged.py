"""Damaged reports are read or refused in one sentence; faults of the readers stay faults."""

import importlib
import time

import pytest

from tests.damage import damages
from tests.ledger.reports import (
    test_cosim,
    test_csynth_text,
    test_csynth_xml,
    test_timing,
    test_utilization,
)
from trigger_ad.errors import TriggerAdError
from trigger_ad.ledger import reports, rows

#: Whole reports of every kind, with the function that reads them and one that it goes through.
KINDS = {
    "csynth_text": (test_csynth_text.DETAILED, reports.c_synthesis_text, "csynth_text.whole"),
    "csynth_summary": (test_csynth_text.SUMMARY, reports.c_synthesis_text, "csynth_text.table"),
    "csynth_xml": (test_csynth_xml.REPORT, reports.c_synthesis, "csynth_xml.decimal"),
    "cosim": (test_cosim.REPORT, reports.co_simulation, "cosim.whole"),
    "utilization": (test_utilization.REPORT, reports.utilization, "utilization.table"),
    "utilization_7": (test_utilization.SEVEN, reports.utilization, "utilization.decimal"),
    "timing": (test_timing.REPORT, reports.timing, "timing.decimal"),
}

RESOURCES = "resources.json"


def outcome(read, path):
    """Sentence, or None where the file was read; any other error ends the test."""
    try:
        read(path)
    except TriggerAdError as error:
        return str(error)
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_damage_ends_in_a_figure_or_a_sentence(tmp_path, kind):
    text, read, _ = KINDS[kind]
    path = tmp_path / "report.rpt"
    path.write_text(text)
    assert outcome(read, path) is None
    refused = 0
    for seed, damaged in damages(text.encode(), 300):
        path.write_bytes(damaged)
        start = time.monotonic()
        sentence = outcome(read, path)
        assert time.monotonic() - start < 20, seed
        if sentence is not None:
            refused += 1
            assert str(path) in sentence, (seed, sentence)
    assert 50 < refused < 300


def test_damage_to_the_file_of_rows(tmp_path):
    path = tmp_path / RESOURCES
    rows.write(path, [rows.ResourceRow(rows.ResourceStage.ESTIMATE, "t", lut=1200, clock_ns=4.17)])
    whole = path.read_bytes()
    assert outcome(rows.read, path) is None
    sentences = []
    for _, damaged in damages(whole, 300):
        path.write_bytes(damaged)
        sentences.append(outcome(rows.read, path))
    refused = [sentence for sentence in sentences if sentence is not None]
    assert 150 < len(refused) < 300
    assert all(str(path) in sentence for sentence in refused)


@pytest.mark.parametrize("error", [KeyError, ZeroDivisionError])
@pytest.mark.parametrize("kind", KINDS)
def test_fault_of_a_reader_is_no_fault_of_the_file(tmp_path, monkeypatch, kind, error):
    text, read, part = KINDS[kind]
    path = tmp_path / "report.rpt"
    path.write_text(text)

    def fault(*_args, **_kwargs):
        raise error("planted")

    module, name = part.split(".")
    module = importlib.import_module(f"trigger_ad.ledger.reports.{module}")
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(error, match="planted"):
        read(path)
