"""``trigger-ad audit``: its table, its sentences, its exit code."""

import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.audit.planting import edit
from trigger_ad.cli.main import cli


@pytest.fixture
def run(planted_run, tmp_path):
    shutil.copytree(planted_run, tmp_path / "run")
    return tmp_path / "run"


def audit(folder):
    return CliRunner().invoke(cli, ["audit", str(folder)])


def test_a_sound_run(planted_run):
    result = audit(planted_run)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len(lines) == 9
    assert lines[0].split("in ", 1) == [
        "double   record               no faults  ",
        "3 accumulators, 202 products, 4 casts, 342 weights, 61 biases, 14 types, 3 score ports",
    ]
    total = sum(
        int(entry.split()[0].replace(",", ""))
        for line in lines[:-1]
        for entry in line.split("in ", 1)[1].split(", ")
    )
    assert total > 3000
    assert lines[-1] == f"{planted_run}: no faults in {total:,} things looked at"


def test_a_fault_is_a_sentence_and_exit_code_2(run):
    edit(
        run / "firmware/hls/firmware/defines.h",
        "ap_fixed<17,9> first_0_accum_t",
        "ap_fixed<16,6> first_0_accum_t",
    )
    result = audit(run)
    assert result.exit_code == 2
    lines = result.output.splitlines()
    assert lines[2].startswith("double   network as written   2 faults   in 4 written layers")
    assert lines[8] == (
        "fault: double, network as written: accumulator of first_0 as written must hold -19968 to "
        "15242 x 2**-8 (ap_fixed<16,8>, 16 bits), not ap_fixed<16,6>: widen it, for it can "
        "overflow, being hls4ml's default that was never inferred"
    )
    assert lines[-1].startswith(f"{run}: 2 faults in ")


def test_one_fault_is_not_several(run):
    edit(run / "firmware/hls/trigger/trigger_core.h", "if (event && !full)", "if (event )")
    edit(run / "rates.json", "100,", "1000000,")
    assert "registers            1 fault    in 2 thresholds" in audit(run).output


def test_no_run_is_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "trigger_ad.cli", "audit", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        f"trigger-ad: {tmp_path} must hold a converted model, not one without "
        "model/double/scores.json: run the stage convert_double"
    )
