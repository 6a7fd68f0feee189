"""``trigger-ad monitor``: a growing file, a kill, a page, metrics, refusals."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace

import pytest
from click.testing import CliRunner

from trigger_ad.cli.main import cli
from trigger_ad.errors import FeedError, SchemaError
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import load
from trigger_ad.monitor.toys import TRUTH, Plan, simulate

COMMAND = (sys.executable, "-m", "trigger_ad.cli", "monitor")


@pytest.fixture
def counts(tmp_path):
    """60 sections; no events from section 41 on. Kappa lies beside them."""
    path = tmp_path / "counts.jsonl"
    path.write_text("".join(c.to_line() for c in simulate("no events", 3, Plan(60, 41))))
    (tmp_path / "kappa.json").write_text(json.dumps(replace(TRUTH, value_error=0.002).to_json()))
    return path


def settings(folder):
    return Settings(kappa=replace(TRUTH, value_error=0.002))


def invoke(*arguments):
    return CliRunner().invoke(cli, ["monitor", *map(str, arguments)])


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=60)


def test_a_finished_file(counts, tmp_path):
    done = invoke(counts, "--kappa", tmp_path / "kappa.json", "--page", tmp_path / "p.html")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "run 3, section 41: red: dead input: No event entered the trigger.",
        f"{counts}: section 60 of run 3; alarms: 1 raised, 1 active",
    ]
    assert "end of the counters" in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_a_line_that_is_cut_is_an_alarm(counts, tmp_path):
    lines = counts.read_text().splitlines(keepends=True)[:40]
    lines[20] = lines[20][:50] + "\n"
    counts.write_text("".join(lines))
    done = invoke(counts, "--kappa", tmp_path / "kappa.json")
    assert done.exit_code == 0
    first, over, end = done.output.splitlines()
    assert first.startswith(
        f"run 3, section 20: amber: faulty feed: line 21 of {counts} must be one JSON object, not "
    )
    assert over == "run 3, section 27: over: faulty feed"
    assert end == f"{counts}: section 40 of run 3; alarms: 1 raised, 0 active"


@pytest.mark.parametrize(
    ("line", "kind", "sentence"),
    [
        (1, FeedError, "line 1 of {} must be one JSON object, not 'x': see docs/monitor.md"),
        (2, SchemaError, "line 2 of {} must have schema monitor_counts/1, not 'other/1': {remedy}"),
        (0, FeedError, "{} must hold at least one section: see docs/monitor.md"),
    ],
)
def test_what_ends_it(counts, tmp_path, line, kind, sentence):
    lines = counts.read_text().splitlines(keepends=True)[:line]
    if line:
        lines[-1] = "x\n" if kind is FeedError else lines[-1].replace("monitor_counts/1", "other/1")
    counts.write_text("".join(lines))
    done = invoke(counts, "--page", tmp_path / "p.html")
    assert isinstance(done.exception, kind)
    assert str(done.exception) == sentence.format(counts, remedy="write counters in this form")
    assert "stopped: " in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_a_counter_that_wrapped_ends_it_with_code_2(counts):
    lines = [json.loads(line) for line in counts.read_text().splitlines()[:3]]
    lines[2]["before"]["D"] += 2**32
    feed = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        [*COMMAND, "-"], input=feed, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "trigger-ad: line 3 of the standard input, counter before.D must be from 0 to 4294967295, "
        f"of one section, not {lines[2]['before']['D']}: the counter wrapped or was never cleared; "
        "mend it and start again\n"
    )


def test_a_killed_monitor_goes_on_to_the_same_state(counts, tmp_path):
    whole, kappa = counts.read_text(), tmp_path / "kappa.json"
    options = ("--kappa", str(kappa), "--state")
    assert invoke(counts, *options, tmp_path / "whole.json").exit_code == 0
    lines = whole.splitlines(keepends=True)
    counts.write_text("".join(lines[:30]) + lines[30][:100])
    path = tmp_path / "killed.json"
    command = [*COMMAND, str(counts), *options, str(path), "--follow", "--every", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait(lambda: path.exists() and load(path, settings(tmp_path)).section == 30)
    process.kill()
    process.communicate(timeout=60)
    counts.write_text(whole)
    done = invoke(counts, *options, path)
    assert done.output.splitlines()[0].startswith("run 3, section 41: red: dead input")
    assert load(path, settings(tmp_path)) == load(tmp_path / "whole.json", settings(tmp_path))


def test_metrics_of_a_growing_file(counts):
    lines = counts.read_text().splitlines(keepends=True)
    counts.write_text("".join(lines[:40]))
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*COMMAND, str(counts), "--serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        found = re.fullmatch(
            r"metrics at (http://127\.0\.0\.1:\d+/metrics)\n", process.stdout.readline()
        )
        wait(lambda: "trigger_ad_section 40.0\n" in scrape(found[1]))
        with counts.open("a") as file:
            file.write(lines[40])
        wait(lambda: 'trigger_ad_alarm{kind="dead",level="red"} 1.0\n' in scrape(found[1]))
    finally:
        told, _ = stop(process)
    assert process.returncode == 0
    assert told.endswith(f"{counts}: section 41 of run 3; alarms: 2 raised, 1 active\n")


def scrape(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def wait(condition):
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_without_tensorflow():
    code = (
        "import sys, trigger_ad.monitor.session, trigger_ad.monitor.toys, trigger_ad.cli.monitor\n"
        "heavy = {'tensorflow', 'keras', 'hls4ml', 'matplotlib', 'prometheus_client', 'scipy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
