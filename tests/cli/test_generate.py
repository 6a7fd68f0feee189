"""``trigger-ad generate zerobias``: what it refuses, with one sentence and exit code 2."""

import subprocess
import sys

import pytest

ALWAYS = ("--events", "10", "--seed", "1", "--out", "out.h5")


def run_cli(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "trigger_ad.cli", "generate", "zerobias", *ALWAYS, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


RANGE = "must be a number above 0 and at most 200"
MEAN = "give such a number"
ONCE = "use --pileup or --profile"
NO_WEIGHT = "must have weights above 0 and none below, not an empty profile"
COLUMNS = "write two columns of numbers, mean pile-up and weight"
NAMES = "leptoquark, a_to_4l, h0_to_tautau, hplus_to_taunu, hplus_top_to_taunu"
NO_LIBRARY = "must be a library of collisions, not something else"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--pileup", "0"), f"--pileup {RANGE}, not 0: {MEAN}"),
        (("--pileup", "201"), f"--pileup {RANGE}, not 201: {MEAN}"),
        ((), f"pile-up must be given once, not neither: {ONCE}"),
        (
            ("--pileup", "60", "--profile", "empty.txt"),
            f"pile-up must be given once, not both: {ONCE}",
        ),
        (("--profile", "empty.txt"), f"empty.txt {NO_WEIGHT}: {COLUMNS}"),
        (
            ("--pileup", "60", "--library", "empty.txt"),
            f"empty.txt {NO_LIBRARY}: give another path, and a library is made there",
        ),
        (
            ("--pileup", "60", "--signal", "zh"),
            f"signal must be one of {NAMES}, not 'zh': choose one of these names",
        ),
    ],
)
def test_refusals(tmp_path, arguments, sentence):
    (tmp_path / "empty.txt").write_text("")
    result = run_cli(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stderr.strip()) == (2, f"trigger-ad: {sentence}")
    assert not (tmp_path / "out.h5").exists()
