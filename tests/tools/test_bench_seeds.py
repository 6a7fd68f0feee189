"""Half of the seeds are bits, both menus are counted, and a missed goal is said."""

import importlib.util
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROW = {"scores": 1.0, "fires": 1.0, "counts": 1.0, "rates": 1.0}
ROW |= {"patterns": 5, "rows": 6, "gib": 0.5}


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("bench_seeds", CHECKOUT / "tools/bench_seeds.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    yield found
    del sys.modules[spec.name]


def test_half_of_the_seeds_are_bits_and_all_events_are_counted(tool):
    menu, hidden = tool.menus(tool.Sample().layout, 130)
    assert len(menu.seeds) == 130
    assert menu.bits == hidden.names
    assert len(menu.bits) == 65
    row = tool.measured(2000, 130, 1)
    assert set(row) == set(ROW)
    assert 100 < row["patterns"] <= row["rows"] <= 2000


@pytest.mark.parametrize(("factor", "gib", "missed"), [(3.9, 1.9, 0), (4.1, 1.9, 1), (4.1, 2.1, 2)])
def test_goals(tool, factor, gib, missed, monkeypatch, capsys):
    larger = {**ROW, **{part: factor * ROW[part] for part in tool.PARTS}, "gib": gib}
    rows = iter([ROW, larger])
    monkeypatch.setattr(tool, "in_process", lambda events, seeds: next(rows))
    monkeypatch.setattr(sys, "argv", ["bench_seeds.py"])
    assert tool.main() == missed
    assert f"512 seeds take {factor:.2f} times as long (goal 4)" in capsys.readouterr().out
