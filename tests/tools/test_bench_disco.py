import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "tools" / "bench_disco.py"


def test_both_forms_are_measured_and_agree():
    spec = importlib.util.spec_from_file_location("bench_disco", PATH)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    ours, full = (tool.measure_apart(form, events=3000, repeat=1) for form in ("ours", "full"))
    assert ours["value"] == pytest.approx(full["value"], abs=1e-5)
    assert ours["seconds"] > 0
    assert full["megabytes"] > 4 * 3000**2 / 2**20  # one matrix in single precision
