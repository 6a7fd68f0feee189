import importlib.util
import sys
from pathlib import Path

import pytest

from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.toys import TRUTH, Plan

PATH = Path(__file__).parents[2] / "tools" / "check_monitor.py"


@pytest.fixture
def tool(monkeypatch):
    spec = importlib.util.spec_from_file_location("check_monitor", PATH)
    tool = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "check_monitor", tool)
    spec.loader.exec_module(tool)
    return tool


def test_rows(tool):
    settings, plan = Settings(kappa=TRUTH), Plan(sections=45, start=41)
    dead, quiet = (
        [tool.follow(name, seed, settings, plan) for seed in (1, 2)]
        for name in ("no events", "quiet")
    )
    assert dead == [tool.Outcome({"dead": 1}, 1)] * 2
    assert tool.line("no events", dead) == "| no events | `dead` | 2 of 2 | 1 | 1 to 1 | none |"
    missed = [tool.Outcome({"feed": 2}, None)]
    assert tool.line("no events", missed) == "| no events | `dead` | 0 of 1 | – | – to – | 2 feed |"
    assert tool.quiet(quiet) == "0 false alarms in 2 quiet runs (none): 0.000 a run"


@pytest.mark.parametrize(
    ("fault", "delays", "found"),
    [
        ("no events", [1, 1, 1], True),
        ("no events", [1, 1, None], False),
        ("no events", [2, 2, 1], False),
        ("signal, 3 % of A", [20, 20, 90], True),
        ("signal, 3 % of A", [40, 40, 9], False),
        ("signal, 1 % of A", [100] * 9 + [None], True),
        ("signal, 1 % of A", [100] * 7 + [None] * 3, False),
        ("signal, 1 % of A", [None] * 3, False),
    ],
)
def test_what_is_claimed_of_a_fault(tool, fault, delays, found):
    assert tool.found(fault, [tool.Outcome({}, delay) for delay in delays]) == found


def test_claims_are_of_known_faults(tool):
    assert set(tool.CLAIMS) < set(tool.FAULTS)


@pytest.mark.parametrize(("alarms", "few"), [(0, True), (4, True), (9, True), (16, False)])
def test_few_false_alarms(tool, alarms, few):
    """200 runs of 500 sections, one alarm in 25,000: 4 are expected."""
    assert tool.few(alarms, 100_000, Settings(kappa=TRUTH)) == few


def test_exit_code(tool, monkeypatch, capsys):
    monkeypatch.setattr(
        "sys.argv", ["x", "--quiet-runs", "0", "--fault-runs", "1", "--only", "no e"]
    )
    assert tool.main() == 0
    assert "0 not as claimed" in capsys.readouterr().out
    monkeypatch.setattr(tool, "found", lambda *given: False)
    assert tool.main() == 1
