"""The table for a shipped model on a file of one's own."""

import sys
from pathlib import Path

import numpy as np
import pytest

from trigger_ad import config
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.invariance import inside, turned
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.storage.shipped import shipped_path

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    import invariance_table

    return invariance_table


def test_a_shipped_model_on_a_file(tool, tmp_path, monkeypatch, capsys):
    model, source = shipped_path("models", "double_ae"), packaged("sm")
    path, out = tmp_path / "some.h5", tmp_path / "invariance.json"
    events = adc2021.read(source, 20_000)
    pileup = np.resize(np.array([50, 60, 70], np.int32), 20_000)
    adc2021.write(path, events, adc2021.read_origin(source), {"pileup": pileup})
    settings = config.load(model / "config.yaml")
    threshold, test = tool.samples(load_trigger(model), str(path), settings)
    assert len(threshold) + len(test) < 20_000
    assert len(test) / 20_000 == pytest.approx(settings.split.fractions["test"], abs=0.02)
    assert {*test.pileup} == {50, 60, 70}
    monkeypatch.setattr(inside, "EVENTS", 500)
    monkeypatch.setattr(turned, "EVENTS", 200)
    arguments = ["invariance_table.py", str(model), str(path), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    tool.main()
    printed = capsys.readouterr().out
    record = InvarianceRecord.read(out)
    assert record.turned.events == len(test)
    assert not record.turned.exact
    assert "| azimuth of the leading jet | " in printed
    assert [row.by for row in record.groups][-2:] == ["pileup", "halves"]


def test_the_record_of_a_run(tool, tmp_path, monkeypatch, capsys):
    from tests.invariance.records import record

    record().write(tmp_path / "invariance.json")
    monkeypatch.setattr(sys, "argv", ["invariance_table.py", str(tmp_path)])
    tool.main()
    assert "| flavour of leptons | 2.5 [2.20,\u00a02.90] |" in capsys.readouterr().out
