"""Golden vectors, and the test bench that reads them, compiled as the vendor's tools would."""

import dataclasses
import subprocess

import numpy as np
import pytest

from tests.hls import tops
from trigger_ad.hls.top import FOLDER
from trigger_ad.hls.vectors import VECTORS, write_vectors
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.regions import PAIR
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import replay, signals


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Project with vectors, its test bench, and the text of the vectors."""
    project = tmp_path_factory.mktemp("vectors") / "hls"
    trigger = tops.write(project, tops.SMALL, "small")
    tops.write_rule(project, trigger, Rule.CMS_COUNTER_2019)
    program = project / "bench"
    firmware = project / "firmware"
    done = subprocess.run(
        [
            "g++",
            "-std=c++11",
            "-O1",
            "-w",
            '-DWEIGHTS_DIR="firmware/weights"',
            f"-I{firmware / 'ap_types'}",
            str(firmware / "small_network.cpp"),
            str(project / FOLDER / "trigger_top.cpp"),
            str(project / FOLDER / "trigger_tb.cpp"),
            "-o",
            str(program),
        ],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stream = next(
        found
        for found in (tops.random_stream(trigger, 400, seed) for seed in range(100))
        if 2 < found.load.sum() < 100 and found.section.any() and 100 < found.valid.sum() < 400
    )
    path = write_vectors(project, stream, tops.scores(trigger, stream))
    assert path == project / VECTORS
    return project, program, path.read_text(), stream, tops.scores(trigger, stream)


def run(bench, text):
    project, program = bench[:2]
    (project / VECTORS).write_text(text)
    done = subprocess.run(
        [str(program)], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_vectors_hold_ports_and_rule(bench):
    project, _, text, stream, scores = bench
    header, *lines = text.splitlines()
    assert header == "trigger_vectors/1 small_trigger 400 19 27"
    rows = np.array([line.split() for line in lines], dtype=np.int64)
    interface = TopInterface.load(project / FOLDER)
    assert np.array_equal(rows[:, :19], interface.inputs(stream))
    golden = replay(stream, scores, interface.reset, Rule.CMS_COUNTER_2019)
    assert np.array_equal(rows[:, 19:], golden)
    assert (golden[:, 2] > 0).any(), "something is accepted"


def test_the_bench_passes(bench):
    assert run(bench, bench[2]) == (0, "PASSED: 400 crossings\n")


@pytest.mark.parametrize(
    ("signal", "crossing"), [("accept", 0), ("score2", 399), ("random", 200), ("count_after", 311)]
)
def test_the_bench_names_the_first_difference(bench, signal, crossing):
    """One golden value altered, and a later one too."""
    lines = bench[2].splitlines()
    position = 19 + sum(
        size for name, size in list(signals(PAIR).items())[: list(signals(PAIR)).index(signal)]
    )
    label = signal if signals(PAIR)[signal] == 1 else f"{signal}[2]"
    position += 2 if signals(PAIR)[signal] > 1 else 0
    row = lines[crossing + 1].split()
    found = int(row[position])
    row[position] = str(found + 1)
    lines[crossing + 1] = " ".join(row)
    if crossing < 399:
        lines[400] = "0 " * 45 + "99"
    assert run(bench, "\n".join(lines) + "\n") == (
        1,
        f"FAILED: crossing {crossing}: {label} is {found}, not {found + 1}\n",
    )


def test_an_altered_input_is_noticed(bench):
    """The bench drives what stands in the file: without sections the top counts on."""
    project, _, text, stream, scores = bench
    header, *lines = text.splitlines()
    rows = np.array([line.split() for line in lines], dtype=np.int64)
    rows[:, 11] = 0
    interface = TopInterface.load(project / FOLDER)
    without = dataclasses.replace(stream, section=np.zeros(400, dtype=bool))
    other = replay(without, scores, interface.reset, interface.rule)
    crossing, signal = np.argwhere(other != rows[:, 19:])[0]
    altered = "\n".join([header, *(" ".join(map(str, row)) for row in rows.tolist())]) + "\n"
    code, said = run(bench, altered)
    assert code == 1
    assert said.startswith(f"FAILED: crossing {crossing}: ")
    assert said.endswith(f" is {other[crossing, signal]}, not {rows[crossing, 19 + signal]}\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: "", "{path} must begin with trigger_vectors/1 and what it holds"),
        (
            lambda text: text.replace("vectors/1", "vectors/2"),
            "{path} must begin with trigger_vectors/1 and what it holds",
        ),
        (lambda text: text.replace("small_trigger", "other"), "{path} is of another top"),
        (lambda text: text.replace(" 400 ", " 0 ", 1), "{path} holds no crossing"),
        (
            lambda text: text.replace(" 400 ", " 399 ", 1),
            "{path} has more lines than its header says",
        ),
        (
            lambda text: text.rsplit("\n", 2)[0] + "\n",
            "crossing 399: a line is missing or does not have one value for each port",
        ),
        (
            lambda text: text.rstrip() + " 7\n",
            "crossing 399: a line is missing or does not have one value for each port",
        ),
    ],
)
def test_a_broken_file_fails(bench, change, sentence):
    assert run(bench, change(bench[2])) == (1, "FAILED: " + sentence.format(path=VECTORS) + "\n")


def test_a_missing_file_fails(bench):
    done = subprocess.run(
        [str(bench[1]), "nothing.txt"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert (
        done.stderr == "FAILED: nothing.txt must begin with trigger_vectors/1 and what it holds\n"
    )
