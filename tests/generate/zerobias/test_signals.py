"""Crossings with a signal: the pile-up of their seed and one collision of their own."""

import os
import signal as signals_of_the_system
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.config import Normalisation
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.events.particles import PROCESSES
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.zerobias import Pileup, draw, generate, identities, signals
from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.grid import towers
from trigger_ad.generate.zerobias.objects import build
from trigger_ad.generate.zerobias.overlay import overlay
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.storage.silence import quiet

EVENTS, CHUNK, SEED = 5, 2, 5
PILEUP = Pileup((8.0,))
NAME = "leptoquark"
pythia = pytest.mark.skipif(
    not find_spec("pythia8mc"), reason="needs pythia8mc: pip install trigger-ad[generate]"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("signals")


@pytest.fixture(scope="module")
def one_worker(folder, library_path):
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signals, "CHUNK", CHUNK)
        path = generate(
            PILEUP,
            EVENTS,
            SEED,
            1,
            folder / "one.h5",
            library_path,
            progress=lambda *c: calls.append(c),
            signal=NAME,
        )
    return path, calls


def test_names():
    assert signals.SIGNALS == (
        "leptoquark",
        "a_to_4l",
        "h0_to_tautau",
        "hplus_to_taunu",
        "hplus_top_to_taunu",
    )


def test_a_collision_is_added_to_each_crossing():
    draws = signals.added(Draws(np.array([2, 0, 1]), np.array([7, 7, 4])), np.array([50, 51, 52]))
    assert draws.collisions.tolist() == [3, 1, 2]
    assert draws.events.tolist() == [7, 7, 50, 51, 4, 52]


def test_an_overlay_is_the_sum_of_its_collisions(library):
    """Some of the library stand for the signal; energies are summed before they are floored."""
    first, n = 6, 12
    muons = library.muon_offsets[first : first + n + 1]
    own = signals.Collisions(
        library.em[first : first + n],
        library.had[first : first + n],
        library.muons[slice(*muons[[0, -1]])],
        np.diff(muons),
        1.0,
        0.1,
    )
    draws = draw(PILEUP, library.composition, 3, 0, n)
    both = signals.joined(library, own)
    found, crossing, seen = overlay(both, signals.added(draws, len(library) + np.arange(n)))
    for i in range(n):
        events = draws.events[draws.crossing == i]
        sums = (
            (part[events].sum(axis=0) + signal[[i]].toarray()[0]).astype(np.int32)[None]
            for part, signal in ((library.em, own.em), (library.had, own.had))
        )
        np.testing.assert_array_equal(found.total[i], towers(*sums).total[0])
        behind = [library.muons[slice(*library.muon_offsets[e : e + 2])] for e in events]
        behind.append(library.muons[slice(*muons[i : i + 2])])
        np.testing.assert_array_equal(seen[crossing == i], np.concatenate(behind))
    alone, _, _ = overlay(library, draws)
    assert (found.total >= alone.total).all()
    assert (found.total > alone.total).any(axis=(1, 2)).all()


@pythia
def test_events(one_worker):
    path, calls = one_worker
    sample = adc2021.read(path)
    assert calls[0] == (0, EVENTS)
    assert calls[-1] == (EVENTS, EVENTS)
    assert (sample.process == PROCESSES.index(NAME)).all()
    assert sample.parton_event.tolist() == list(range(EVENTS))
    for column, steps in ((0, 16), (1, 1024), (2, 1024)):
        scaled = sample.values[..., column] * steps
        np.testing.assert_array_equal(scaled, np.round(scaled))


@pythia
def test_the_pileup_is_that_of_zero_bias_with_the_same_seed(folder, one_worker, library_path):
    found = identities(one_worker[0])
    np.testing.assert_array_equal(found.collisions, adc2021.read_pileup(one_worker[0]))
    without = generate(PILEUP, EVENTS, SEED, 1, folder / "without.h5", library_path)
    np.testing.assert_array_equal(found.events, identities(without).events)
    np.testing.assert_array_equal(found.collisions, adc2021.read_pileup(without))
    assert (adc2021.read(without).values != adc2021.read(one_worker[0]).values).any()


@pythia
def test_objects_are_those_of_all_collisions(one_worker, library):
    """Crossings of a whole chunk and of one that ends early, summed here by hand."""
    sample, pileup = adc2021.read(one_worker[0]), identities(one_worker[0])
    for first, events in ((0, 2), (4, 1)):
        with quiet():
            own = signals.collide(NAME, SEED, first, events)
        assert own.em.sum() + own.had.sum() > 32 * 20 * events
        ends = np.cumsum(own.counts)
        for i in range(events):
            drawn = pileup.events[pileup.crossing == first + i]
            sums = (
                (part[drawn].sum(axis=0) + signal[[i]].toarray()[0]).astype(np.int32)[None]
                for part, signal in ((library.em, own.em), (library.had, own.had))
            )
            muons = np.concatenate(
                [library.muons[slice(*library.muon_offsets[e : e + 2])] for e in drawn]
                + [own.muons[ends[i] - own.counts[i] : ends[i]]]
            )
            values = build(towers(*sums), np.zeros(len(muons), np.int64), muons)
            np.testing.assert_array_equal(values[0], sample.values[first + i])


@pythia
def test_origin(one_worker):
    origin = adc2021.read_origin(one_worker[0])
    assert (origin.kind, origin.filter, origin.seed) == ("cross_section", "", SEED)
    (process,) = origin.processes
    assert (process.name, process.tried, process.passed) == (NAME, EVENTS, EVENTS)
    assert (process.resampling, process.distinct_parton_events) == (1, EVENTS)
    assert 1000 < process.cross_section_pb < 5000
    assert 0 < process.cross_section_error_pb < process.cross_section_pb
    rate = input_rate(origin, Normalisation(luminosity_hz_per_pb=0.02))
    assert rate.hz == pytest.approx(0.02 * process.cross_section_pb)


def test_cross_sections_are_averaged():
    events, sigma, error = np.array([3, 1]), np.array([10.0, 14.0]), np.array([1.0, 4.0])
    (process,) = signals.origin("a_to_4l", 1, events, sigma, error).processes
    assert process.cross_section_pb == 11
    assert process.cross_section_error_pb == pytest.approx(1.25)


@pythia
def test_a_longer_run_starts_with_the_events_of_a_shorter_one(
    folder, library_path, one_worker, monkeypatch
):
    """The shorter one ends within a chunk."""
    monkeypatch.setattr(signals, "CHUNK", CHUNK)
    short = generate(PILEUP, 3, SEED, 1, folder / "short.h5", library_path, signal=NAME)
    np.testing.assert_array_equal(
        adc2021.read(short).values, adc2021.read(one_worker[0]).values[:3]
    )


KILLED = """
import sys
from pathlib import Path
from trigger_ad.generate.zerobias import Pileup, generate, signals
if __name__ == "__main__":
    signals.CHUNK = 2
    out, library = map(Path, sys.argv[1:])
    generate(Pileup((8.0,)), 5, 5, 1, out, library, signal="leptoquark")
"""


@pythia
def test_a_killed_run_goes_on_with_more_workers(
    folder, library_path, one_worker, monkeypatch, tmp_path
):
    out = folder / "killed.h5"
    script = tmp_path / "script.py"
    script.write_text(KILLED)
    first = folder / "killed.h5.parts" / "000000000-2.npz"
    run = subprocess.Popen(
        [sys.executable, str(script), str(out), str(library_path)],
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    for _ in range(3000):
        if first.exists():
            break
        time.sleep(0.02)
    os.killpg(run.pid, signals_of_the_system.SIGKILL)
    run.wait()
    assert not out.exists()
    stamp = first.stat().st_mtime_ns
    monkeypatch.setattr(signals, "CHUNK", CHUNK)
    calls = []
    generate(
        PILEUP, EVENTS, SEED, 2, out, library_path, progress=lambda *c: calls.append(c), signal=NAME
    )
    assert calls[0][0] >= 2
    assert first.stat().st_mtime_ns == stamp
    assert out.read_bytes() == one_worker[0].read_bytes()


@pythia
@pytest.mark.parametrize("other", [None, "a_to_4l"])
def test_checkpoints_of_other_signals(one_worker, library_path, other, monkeypatch):
    monkeypatch.setattr(signals, "CHUNK", CHUNK)
    with pytest.raises(RunFolderError) as caught:
        generate(PILEUP, EVENTS, SEED, 1, one_worker[0], library_path, signal=other)
    assert str(caught.value) == (
        f"{one_worker[0]}.parts must hold chunks of this generation, not chunks with another "
        "signal: remove the folder or choose another output file"
    )


def test_unknown_name(tmp_path):
    with pytest.raises(ConfigError) as caught:
        generate(PILEUP, 1, 1, 1, tmp_path / "out.h5", signal="zh")
    assert str(caught.value) == (
        "signal must be one of leptoquark, a_to_4l, h0_to_tautau, hplus_to_taunu, "
        "hplus_top_to_taunu, not 'zh': choose one of these names"
    )
    assert not list(tmp_path.iterdir())
