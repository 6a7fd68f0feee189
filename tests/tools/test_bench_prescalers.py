import importlib.util
from pathlib import Path

from trigger_ad.trigger.prescaler import Prescaler

PATH = Path(__file__).parents[2] / "tools" / "bench_prescalers.py"


def test_both_forms_are_measured_and_agree():
    spec = importlib.util.spec_from_file_location("bench_prescalers", PATH)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    fast, one, equal = tool.measure(Prescaler(250), 300_000, 20_000)
    assert equal
    assert 0 < fast < one
