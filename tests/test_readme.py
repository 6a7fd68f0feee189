"""The example of the README runs as it stands, on what comes with the package."""

import os
import re
import subprocess
import sys
from pathlib import Path

import trigger_ad

CHECKOUT = Path(trigger_ad.__file__).parents[1]
BLOCK = re.compile(r"<!-- tested: tests/test_readme\.py[^>]*-->\n```python\n(.*?)```", re.S)


def example():
    """The Python block that the README says is tested."""
    (block,) = BLOCK.findall((CHECKOUT / "README.md").read_text(encoding="utf-8"))
    return block


def test_example_is_ten_lines():
    assert sum(bool(line.strip()) for line in example().splitlines()) <= 10


def test_example_runs_anywhere(tmp_path):
    heavy = "import sys; assert 'tensorflow' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{example()}\n{heavy}"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert printed[0] == "run double_ae_zb"
    assert "{'score1': array([264, 155, 209," in done.stdout
    decided = printed.index("decisions on 30,000 events")
    rows = [line.split() for line in printed[decided + 2 : decided + 7]]
    assert [row[0] for row in rows] == ["A", "B", "C", "D", "total"]
    assert sum(int(row[1]) for row in rows[:4]) == int(rows[4][1]) == 30_000
    assert sum(int(row[2]) for row in rows[:4]) == int(rows[4][2])
    scan = printed.index("rates of 30,000 events: zero bias, 2760 colliding pairs of bunches")
    assert [line.split()[1] for line in printed[scan + 2 : scan + 6]] == [
        row[1] for row in rows[:4]
    ]
    assert list(tmp_path.iterdir()) == []
