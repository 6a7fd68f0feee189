"""The bench counts every event it times, and says what it extrapolates."""

import importlib.util
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("bench_menu", CHECKOUT / "tools/bench_menu.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    yield found
    del sys.modules[spec.name]


def test_fifty_seeds_are_counted_and_timed(tool, capsys):
    bench = tool.Bench(CHECKOUT / "models/double_ae", 1)
    assert len(bench.menu.seeds) == 50
    assert sum(seed.anomaly for seed in bench.menu.seeds) == 4
    seconds = bench.run(3000)
    assert set(seconds) == set(tool.PARTS)
    assert all(elapsed > 0 for elapsed, _ in seconds.values())
    assert bench.rows > 100
    capsys.readouterr()


def test_goals_are_judged(tool, capsys):
    half = dict.fromkeys(tool.PARTS, (1.0, 1.0))
    good = half | {"emulator": (4.0, 4.0)}
    assert tool.report(half, good, tool.GOAL_EVENTS) == 0
    assert tool.report(half, good, tool.GOAL_EVENTS // 10) == 1  # 71 s
    assert "extrapolated: 71.0 s elapsed" in capsys.readouterr().out
    assert tool.report(half, half, tool.GOAL_EVENTS) == 1  # bookkeeping is dearer
