"""The printed table of a gain, and what is kept of it."""

import json
import shutil
import sys

import pytest

from tests.run import small
from tests.run.conftest import MENU
from tools import gain_table
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.menu.record import GainRecord


@pytest.mark.slow
def test_from_files_to_a_table(tmp_path, monkeypatch, capsys):
    small.finished_run(tmp_path / "run")
    (tmp_path / "menu.yaml").write_text(MENU)
    particles = adc2021.read(packaged("sm"), 8000)
    adc2021.write(tmp_path / "zb.h5", particles, Origin("zero_bias"))
    shutil.copy(packaged("leptoquark"), tmp_path / "lq.h5")
    given = ("run", "--background", "zb.h5", "--signals", "leptoquark=lq.h5", "--menu", "menu.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["gain_table.py", *given, "--out", "gain.json"])
    gain_table.main()
    record = GainRecord.from_json(json.loads((tmp_path / "gain.json").read_text()), "gain")
    printed = capsys.readouterr().out
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert rows[0] == "| seed | pure [efficiency] | LQ → bτ |"
    assert gain_table.table(record, 3e7).startswith("| seed | pure [kHz] | LQ → bτ |")
    assert len(rows) == 1 + len(record.gain)
    assert rows[1].startswith("| L1_AD_A | ")
    verdict = record.gain[1].difference["leptoquark"].verdict
    assert rows[2].startswith("| HT ≥ ")
    assert rows[2].endswith(f"%, {verdict} |")
