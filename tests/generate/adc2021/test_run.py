"""A generated file depends on the seed only: not on workers, interruptions or length."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import h5py
import numpy as np
import pytest

from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.events.particles import PROCESSES
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.adc2021 import SAMPLES, generate
from trigger_ad.generate.adc2021.plan import plan, shares
from trigger_ad.generate.adc2021.run import parts_folder
from trigger_ad.generate.processes import GENERATORS

pythia = pytest.mark.skipif(
    not (find_spec("pythia8mc") and find_spec("fastjet")),
    reason="needs pythia8mc and fastjet: pip install trigger-ad[generate]",
)
EVENTS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(scope="module")
def one_worker(folder):
    calls = []
    path = generate(
        "z_ll", EVENTS, 5, 1, folder / "one.h5", lambda done, total: calls.append((done, total))
    )
    return path, calls


@pythia
def test_number_and_filter(one_worker):
    sample = adc2021.read(one_worker[0])
    assert len(sample) == EVENTS
    assert (sample.process == PROCESSES.index("z_ll")).all()
    assert (sample.values[:, 1:9, 0].max(axis=1) > 23).all()


@pythia
def test_progress(one_worker):
    assert one_worker[1] == [(0, EVENTS), (EVENTS, EVENTS)]


@pythia
def test_workers_are_not_seen(folder, monkeypatch):
    monkeypatch.setattr("trigger_ad.generate.adc2021.plan.SIZE", 16)
    one, two = (generate("z_ll", EVENTS, 5, n, folder / f"workers{n}.h5") for n in (1, 2))
    assert one.read_bytes() == two.read_bytes()


@pythia
def test_a_longer_run_starts_with_the_events_of_a_shorter_one(one_worker, tmp_path):
    generate("z_ll", 10, 5, 1, tmp_path / "short.h5")
    short, long = (
        np.load(path / "z_ll-00000.npz")["values"]
        for path in (tmp_path / "short.h5.parts", one_worker[0].with_name("one.h5.parts"))
    )
    np.testing.assert_array_equal(short, long[:10])


KILLED = """
import sys
from pathlib import Path
from trigger_ad.generate.adc2021 import generate, plan
if __name__ == "__main__":
    plan.SIZE = 16
    generate("z_ll", 40, 5, 1, Path(sys.argv[1]))
"""


@pythia
def test_a_killed_run_goes_on(folder, tmp_path, monkeypatch):
    out = tmp_path / "killed.h5"
    script = tmp_path / "script.py"
    script.write_text(KILLED)
    first = parts_folder(out) / "z_ll-00000.npz"
    run = subprocess.Popen(
        [sys.executable, str(script), str(out)],
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    for _ in range(600):
        if first.exists():
            break
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not out.exists()
    stamp = first.stat().st_mtime_ns
    monkeypatch.setattr("trigger_ad.generate.adc2021.plan.SIZE", 16)
    calls = []
    generate("z_ll", EVENTS, 5, 2, out, lambda *call: calls.append(call))
    assert calls[0][0] >= 16
    assert calls[-1] == (EVENTS, EVENTS)
    assert first.stat().st_mtime_ns == stamp
    assert out.read_bytes() == (folder / "workers1.h5").read_bytes()


@pythia
def test_other_seed_in_the_same_folder(one_worker):
    path = one_worker[0]
    with pytest.raises(RunFolderError) as caught:
        generate("z_ll", EVENTS, 6, 1, path)
    assert str(caught.value) == (
        f"{path}.parts must hold chunks of this generation, not chunks with another seed: "
        "remove the folder or choose another output file"
    )


@pythia
@pytest.mark.parametrize(("changed", "refused"), [("z_ll", True), ("qcd", False)])
def test_chunks_know_the_settings_of_their_own_processes(one_worker, monkeypatch, changed, refused):
    path = one_worker[0]
    other = dataclasses.replace(GENERATORS[changed], decays=GENERATORS[changed].decays + 1)
    monkeypatch.setitem(GENERATORS, changed, other)
    if refused:
        with pytest.raises(RunFolderError, match="chunks with another settings: "):
            generate("z_ll", EVENTS, 5, 1, path)
    else:
        before = path.read_bytes()
        assert generate("z_ll", EVENTS, 5, 1, path).read_bytes() == before


@pythia
def test_multijet_events_share_parton_events(folder):
    path = generate("qcd", EVENTS, 5, 1, folder / "qcd.h5")
    sample, record = adc2021.read(path), adc2021.read_origin(path).processes[0]
    distinct = len(np.unique(sample.parton_event))
    assert record.distinct_parton_events == distinct < EVENTS
    assert sample.parton_event.max() == distinct - 1
    assert record.resampling > 1
    with h5py.File(path) as file:
        assert json.loads(file.attrs["origin"])["processes"][0]["passed"] == EVENTS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("zh", 1, 1, 1),
            f"process must be one of {', '.join(SAMPLES)}, not 'zh': choose one of these names",
        ),
        (("sm", 0, 1, 1), "events must be at least 1, not 0: give a larger number"),
        (("sm", 1, -1, 1), "seed must be at least 0, not -1: give a larger number"),
        (("sm", 1, 1, 0), "workers must be at least 1, not 0: give a larger number"),
    ],
)
def test_mistakes(tmp_path, arguments, message):
    with pytest.raises(ConfigError) as caught:
        generate(*arguments, tmp_path / "out.h5")
    assert str(caught.value) == message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "module", ["events.readers.adc2021", "events.split", "events.packaged", "generate.adc2021"]
)
def test_nothing_heavy_is_imported(module):
    code = (
        f"import sys, trigger_ad.{module}\n"
        "heavy = {'pythia8mc', 'fastjet', 'awkward', 'tensorflow', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


@pytest.mark.parametrize("events", [1, 7, 1000, 400_001])
def test_shares_add_up(events):
    for proportions in SAMPLES.values():
        assert sum(shares(proportions, events).values()) == events


def test_plan_is_whole_and_mixed(tmp_path):
    chunks = plan("sm", 100_000, 1, tmp_path)
    assert sum(c.events for c in chunks) == 100_000
    assert len({c.path for c in chunks}) == len(chunks)
    half = chunks[: len(chunks) // 2]
    share = sum(c.process == "qcd" for c in half) / len(half)
    assert share == pytest.approx(0.338, abs=0.05)


def test_places_that_seed_streams_stay():
    signals = ["leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu"]
    backgrounds = ["w_lnu", "qcd", "z_ll", "ttbar"]
    assert list(SAMPLES)[:9] == ["sm", *signals, *backgrounds]
    assert PROCESSES[:10] == ("unknown", *backgrounds, *signals, "zero_bias")
