"""Firmware of forests by conifer, simulated: equal to the integers of Python, all of them."""

import subprocess

import numpy as np
import pytest

from trigger_ad.config import Features
from trigger_ad.convert.forest import convert_forest
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import scale, scaled_range, to_words
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.forest import SCORE, write_forest_harness, write_forest_vectors
from trigger_ad.references.forest.fit import fit
from trigger_ad.references.forest.forest import Forest
from trigger_ad.references.forest.settings import Settings


def simulated(forest, low, high, project, events):
    kinds = convert_forest(forest, low, high, project)
    write_forest_harness(project, kinds, low, high)
    build_csim(project)
    return kinds, CSimulation(project).run(events)["scores"][SCORE]


def test_the_simulation_is_equal_on_events_and_extremes(tmp_path):
    ports = layout(Features())
    low, high = scaled_range(ports)
    events = next(iter(adc2021.read_chunks(packaged("leptoquark"), 4000))).values
    events = scale(to_words(events, ports), ports)
    forest = fit(Settings(trees=3, samples=64, depth=4, fraction=5), events, seed=1)
    cuts = np.flatnonzero(forest.feature >= 0)
    near = np.repeat(events[: len(cuts)], 2, axis=0)
    near[np.arange(len(near)), np.repeat(forest.feature[cuts], 2)] = np.minimum(
        forest.threshold[cuts][:, np.newaxis] + [0, 1], high[forest.feature[cuts]][:, np.newaxis]
    ).ravel()
    corners = np.where(np.random.default_rng(1).random((4000, len(low))) < 0.5, low, high)
    everything = np.concatenate([events, near, corners, [low], [high]]).astype(np.int32)
    wanted = forest.integer_scores(everything)
    kinds, found = simulated(forest, low, high, tmp_path / "project", everything)
    np.testing.assert_array_equal(found, wanted)
    assert len(np.unique(wanted)) > 50
    assert kinds.input == ports.input or kinds.input.width == ports.input.width


@pytest.fixture(scope="module")
def lopsided():
    """A tree that is a leaf, one whose cuts hang on one side, one of a single cut."""
    forest = Forest(
        2,
        16,
        2,
        np.array([0, 1, 8, 11]),
        np.array([-1, 0, -1, 1, -1, 0, -1, -1, 1, -1, -1], np.int32),
        np.array([0, 2, 0, 3, 0, 5, 0, 0, 6, 0, 0], np.int32),
        np.array([-1, 2, -1, 4, -1, 6, -1, -1, 9, -1, -1], np.int32),
        np.array([-1, 3, -1, 5, -1, 7, -1, -1, 10, -1, -1], np.int32),
        np.array([5.5, 0, 1, 0, 2.25, 0, 3, 8, 0, 3, 1]),
    )
    words = np.arange(-8, 8)
    return forest, np.stack(np.meshgrid(words, words), axis=-1).reshape(-1, 2).astype(np.int32)


def test_every_event_that_there_is(lopsided, tmp_path):
    """Cuts are unsigned here and words are not; the test bench takes the same events."""
    forest, events = lopsided
    project = tmp_path / "project"
    low, high = np.array([-8, -8]), np.array([7, 7])
    kinds, found = simulated(forest, low, high, project, events)
    wanted = forest.integer_scores(events)
    np.testing.assert_array_equal(found, wanted)
    assert (kinds.threshold.signed, kinds.input.signed) == (False, True)
    assert kinds.score.maximum >= wanted.max() > kinds.score.maximum // 2
    vectors = write_forest_vectors(project, forest, events)
    assert bench(project) == (0, "256 events, all equal\n")
    lines = vectors.read_text().splitlines()
    words, score = lines[100].rsplit(" ", 1)
    lines[100] = f"{words} {int(score) + 1}"
    vectors.write_text("\n".join(lines))
    assert bench(project) == (1, "")
    vectors.write_text("1 2")
    assert bench(project) == (1, "")


def bench(project):
    program = project / "bench"
    if not program.exists():
        folders = ["-I.", "-Ifirmware", "-Ifirmware/ap_types"]
        sources = ["-include", "firmware/BDT.cpp", "-include", "firmware/forest.cpp"]
        command = ["g++", "-std=c++11", "-w", *folders, *sources, "forest_test.cpp", "-o", "bench"]
        subprocess.run(command, cwd=project, check=True)
    done = subprocess.run(
        [program], cwd=project, check=False, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout
