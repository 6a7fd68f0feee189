"""What cannot be used ends the command with exit code 2 and one clear sentence."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from trigger_ad.emulate.abi import GOLDEN_SCHEMA, SharedObject
from trigger_ad.run_folder import NAMES
from trigger_ad.storage import arrays

REMEDY = "apt-get install verilator, of Debian 12 or newer"


def refusal(*arguments, **environment):
    """The sentence with which a command ends."""
    done = subprocess.run(
        [sys.executable, "-m", "trigger_ad.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (sentence,) = (line for line in done.stderr.splitlines() if line.startswith("trigger-ad: "))
    assert done.stderr.endswith(f"{sentence}\n")
    return sentence.removeprefix("trigger-ad: ")


@pytest.fixture
def without_rtl(small_run, tmp_path):
    """A run whose RTL has to be simulated again."""
    folder = tmp_path / "run"
    shutil.copytree(small_run, folder)
    shutil.rmtree(folder / NAMES.rtl)
    return folder


def test_a_missing_simulator(small_config, without_rtl, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    command = ("run", small_config, "--out", without_rtl, "--stage", "rtl")
    assert refusal(*command, PATH=str(tools)) == (
        f"verilator must be on PATH to simulate the RTL: {REMEDY}"
    )
    assert not (without_rtl / NAMES.rtl).exists()


def test_a_simulator_that_is_too_old(small_config, without_rtl, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "verilator").write_text("#!/bin/sh\necho 'Verilator 4.228 2022-10-01 rev v4.228'\n")
    (tools / "verilator").chmod(0o755)
    command = ("run", small_config, "--out", without_rtl, "--stage", "rtl")
    assert refusal(*command, PATH=f"{tools}:{os.environ['PATH']}") == (
        f"verilator must have version 5.006 or newer, not 4.228: {REMEDY}"
    )
    assert not (without_rtl / NAMES.rtl).exists()


def test_golden_vectors_of_another_model(exported_run, emulator_runs):
    path = exported_run / "golden.npz"
    header, own = arrays.load(path, GOLDEN_SCHEMA)
    _, other = arrays.load(emulator_runs[1] / "golden.npz", GOLDEN_SCHEMA)
    # Of the same layout and units, so that only the scores tell.
    header = {key: value for key, value in header.items() if key != "schema"}
    arrays.save(path, GOLDEN_SCHEMA, header, other)
    right = SharedObject(exported_run / "exports/Small_v1").run(other["words"])
    event = int(np.flatnonzero(np.any([right[n] != other[n] for n in right], axis=0))[0])
    name = next(n for n in right if right[n][event] != other[n][event])
    assert not np.array_equal(own["words"], other["words"])
    command = ("convert", exported_run, "--emulator", "--name", "Small", "--version", "1")
    assert refusal(*command) == (
        f"{name} of event {event} in {path} must be {right[name][event]}, which Small_v1 gives, "
        f"not {other[name][event]}: take the golden vectors of this model"
    )


def test_a_shared_object_of_another_version(exported_run, emulator_runs, tmp_path):
    """The loader of an experiment's software, with the golden vectors that it expects."""
    folder = exported_run / "exports/Small_v1"
    made = subprocess.run(["make", "-s", "-C", folder, "replay"], timeout=300, check=False)
    assert made.returncode == 0
    other = emulator_runs[1] / NAMES.emulator / "SmallModel_v2.so"
    done = subprocess.run(
        [folder / "replay", other, folder / "golden.txt"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    sentence = f"{folder / 'golden.txt'} must be of Small_v2, not of Small_v1\n"
    assert (done.returncode, done.stderr) == (2, sentence)
