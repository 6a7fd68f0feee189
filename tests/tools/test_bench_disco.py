import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "bench_disco.py"


def test_both_forms_are_measured_and_agree():
    done = subprocess.run(
        [sys.executable, str(TOOL), "--events", "1500", "--repeat", "1"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert "with gradient" in done.stdout, done.stderr
    values = [line.split()[3] for line in done.stdout.splitlines() if "dCor^2" in line]
    assert len(values) == 2
    assert abs(float(values[0]) - float(values[1])) < 1e-5
