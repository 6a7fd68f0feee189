import importlib.util
import json
from pathlib import Path

PATH = Path(__file__).parents[2] / "tools" / "bench_rates.py"


def test_a_scan_of_copies_counts_them_all(tmp_path, capsys):
    spec = importlib.util.spec_from_file_location("bench_rates", PATH)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.make(tmp_path, events=500, files=3)
    assert tool.peak(tmp_path, 3) == 0
    assert json.loads(capsys.readouterr().out)["mib"] > 20
    record = json.loads((tmp_path / "o.json").read_text())
    assert record["events"] == 1500
    assert min(region["fires"] for region in record["regions"].values()) > 0
