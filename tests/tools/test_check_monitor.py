import importlib.util
import sys
from pathlib import Path

from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.toys import TRUTH, Plan

PATH = Path(__file__).parents[2] / "tools" / "check_monitor.py"


def test_rows(monkeypatch):
    spec = importlib.util.spec_from_file_location("check_monitor", PATH)
    tool = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "check_monitor", tool)
    spec.loader.exec_module(tool)
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
