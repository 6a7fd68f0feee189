"""The example of the README runs as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import trigger_ad
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers.adc2021 import count

CHECKOUT = Path(trigger_ad.__file__).parents[1]
BLOCK = re.compile(r"<!-- tested: tests/test_readme\.py[^>]*-->\n```python\n(.*?)```", re.S)


def example():
    """The Python block that the README says is tested."""
    (block,) = BLOCK.findall((CHECKOUT / "README.md").read_text(encoding="utf-8"))
    return block


def test_example_is_short():
    assert sum(bool(line.strip()) for line in example().splitlines()) <= 20


def test_example_runs_in_a_folder_with_a_demo(small_run, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "demo").symlink_to(small_run, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example()],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    network, regions = done.stdout.splitlines()[:-4], done.stdout.splitlines()[-4:]
    assert network[0].startswith("double_ae: 57 x ap_fixed<")
    assert network[-1] == "  -> ae1, ae2"
    found = [re.fullmatch(r"([A-D]) (\d+) fired, (\d+) kept", line) for line in regions]
    assert [match[1] for match in found] == ["A", "B", "C", "D"]
    assert sum(int(match[2]) for match in found) == min(4096, count(packaged("leptoquark")))
    assert all(int(match[3]) <= int(match[2]) for match in found)
