"""A zero-bias file depends on the seed and the library only."""

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

from trigger_ad.errors import ConfigError, EventFileError, RunFolderError
from trigger_ad.events.particles import PROCESSES
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.zerobias import Pileup, draw, generate, identities
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.library import load
from trigger_ad.generate.zerobias.recover import recipe

EVENTS = 130
PILEUP = Pileup((8.0,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("crossings")


@pytest.fixture(scope="module")
def one_worker(folder, library_path):
    calls = []
    path = generate(
        PILEUP, EVENTS, 5, 1, folder / "one.h5", library_path, progress=lambda *c: calls.append(c)
    )
    return path, calls


def test_events(one_worker):
    path, calls = one_worker
    sample = adc2021.read(path)
    assert calls == [(0, EVENTS), (EVENTS, EVENTS)]
    assert len(sample) == EVENTS
    assert (sample.process == PROCESSES.index("zero_bias")).all()
    assert sample.present[:, 9:].any()
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        scaled = sample.values[..., column] * steps
        np.testing.assert_array_equal(scaled, np.round(scaled))
    assert np.abs(sample.values[..., 2]).max() <= np.pi


def test_collisions_are_recovered(one_worker, library):
    path, _ = one_worker
    found = identities(path)
    np.testing.assert_array_equal(found.collisions, adc2021.read_pileup(path))
    hard = adc2021.read(path).parton_event
    bounds = np.concatenate([[0], np.cumsum(found.collisions)])
    for identity, a, b in zip(hard, bounds[:-1], bounds[1:], strict=True):
        own = found.events[a:b]
        assert identity == (own[np.argmax(library.pthat[own])] if len(own) else len(library))
    some = identities(path, 20, 25)
    np.testing.assert_array_equal(some.events, found.events[bounds[20] : bounds[25]])
    expected = draw(PILEUP, library.composition, 5, 0, EVENTS)
    np.testing.assert_array_equal(found.events, expected.events)


def test_recipe(one_worker, library_path):
    found = recipe(one_worker[0])
    assert (found.pileup, found.seed) == (PILEUP, 5)
    assert found.library == load(library_path).digest


def test_origin(one_worker, library):
    origin = adc2021.read_origin(one_worker[0])
    assert (origin.kind, origin.filter, origin.seed) == ("zero_bias", "", 5)
    assert [p.name for p in origin.processes] == [b.name for b in BINS]
    assert [p.passed for p in origin.processes] == list(library.composition.sizes)
    leading = np.unique(adc2021.read(one_worker[0]).parton_event)
    distinct = sum(p.distinct_parton_events for p in origin.processes)
    assert distinct == np.count_nonzero(leading < len(library))


def test_workers_are_not_seen(folder, library_path, one_worker, monkeypatch):
    monkeypatch.setattr("trigger_ad.generate.zerobias.run.CHUNK", 50)
    two = generate(PILEUP, EVENTS, 5, 2, folder / "two.h5", library_path)
    assert two.read_bytes() == one_worker[0].read_bytes()


def test_a_longer_run_starts_with_the_events_of_a_shorter_one(folder, library_path, one_worker):
    short = generate(PILEUP, 20, 5, 1, folder / "short.h5", library_path)
    np.testing.assert_array_equal(
        adc2021.read(short).values, adc2021.read(one_worker[0]).values[:20]
    )


KILLED = """
import sys
from pathlib import Path
from trigger_ad.generate.zerobias import Pileup, generate, run
if __name__ == "__main__":
    run.CHUNK = 10
    generate(Pileup((8.0,)), 130, 5, 1, Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_killed_run_goes_on(folder, library_path, one_worker, monkeypatch, tmp_path):
    out = folder / "killed.h5"
    script = tmp_path / "script.py"
    script.write_text(KILLED)
    first = folder / "killed.h5.parts" / "000000000-10.npz"
    run = subprocess.Popen(
        [sys.executable, str(script), str(out), str(library_path)],
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    for _ in range(3000):
        if first.exists():
            break
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not out.exists()
    stamp = first.stat().st_mtime_ns
    monkeypatch.setattr("trigger_ad.generate.zerobias.run.CHUNK", 10)
    calls = []
    generate(PILEUP, EVENTS, 5, 2, out, library_path, progress=lambda *c: calls.append(c))
    assert calls[0][0] >= 10
    assert calls[-1] == (EVENTS, EVENTS)
    assert first.stat().st_mtime_ns == stamp
    assert out.read_bytes() == one_worker[0].read_bytes()


def test_checkpoints_of_other_settings(one_worker, library_path):
    with pytest.raises(RunFolderError) as caught:
        generate(Pileup((9.0,)), EVENTS, 5, 1, one_worker[0], library_path)
    assert str(caught.value) == (
        f"{one_worker[0]}.parts must hold chunks of this generation, not chunks with another "
        "pileup: remove the folder or choose another output file"
    )


def test_files_without_pileup_and_without_recipe(one_worker, tmp_path):
    plain = tmp_path / "plain.h5"
    adc2021.write(plain, adc2021.read(one_worker[0]), adc2021.read_origin(one_worker[0]))
    assert adc2021.read_pileup(plain) is None
    with pytest.raises(EventFileError) as caught:
        identities(plain)
    assert str(caught.value) == (
        f"{plain} must have a record zero_bias/1 of its draws: "
        "use a file that trigger-ad generate zerobias wrote"
    )
    with h5py.File(plain, "a") as file:
        file.attrs["zero_bias"] = json.dumps({"schema": "zero_bias/2"})
        file["pileup"] = np.zeros(3, np.uint16)
    with pytest.raises(EventFileError, match="not a broken one"):
        identities(plain)
    with pytest.raises(EventFileError, match="must have one number for each of 130 events"):
        adc2021.read_pileup(plain)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1, 1), "events must be at least 1, not 0: give a larger number"),
        ((1, -1, 1), "seed must be at least 0, not -1: give a larger number"),
        ((1, 1, 0), "workers must be at least 1, not 0: give a larger number"),
    ],
)
def test_mistakes(tmp_path, arguments, message):
    with pytest.raises(ConfigError) as caught:
        generate(PILEUP, *arguments, tmp_path / "out.h5")
    assert str(caught.value) == message
    assert not list(tmp_path.iterdir())


def test_nothing_heavy_is_imported():
    code = (
        "import sys, trigger_ad.generate.zerobias\n"
        "heavy = {'pythia8mc', 'fastjet', 'awkward', 'tensorflow', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("pythia8mc"), reason="needs pythia8mc")
def test_the_library_is_made_where_it_is_asked_for(tmp_path):
    """A library of one collision in each other bin, from Pythia, by two workers and by one."""
    paths = [tmp_path / f"library{n}.npz" for n in (1, 2)]
    outs = []
    for n, path in enumerate(paths, 1):
        calls = []
        out = tmp_path / f"{n}.h5"
        generate(PILEUP, 10, 5, n, out, path, 7, progress=lambda *c, calls=calls: calls.append(c))
        outs.append(out)
        assert calls[0] == (0, 15)
        assert calls[-1] == (10, 10)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert load(paths[0]).composition.sizes == (3, *[1] * 12)
    assert len(adc2021.read(outs[0])) == 10
