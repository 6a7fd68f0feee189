"""What the bench compares gives the same scores; hls4ml, which must compile, is left out."""

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.rtl.networks import small_layout, small_network, two_scores

PATH = Path(__file__).parents[2] / "tools" / "bench_emulators.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("bench_emulators", PATH)
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # where its records look for their module
    spec.loader.exec_module(found)
    yield found
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def model(tool):
    words = small_layout()
    network = small_network(1, words)
    return tool.Model(network, two_scores(network), words)


def test_every_side_is_timed_in_turns(tool, model):
    calls, different = tool.sides(model, tool.random_words(model.layout, 300), 2)
    assert different == 0
    seconds = tool.in_turns({(name, 2): call for name, call in calls.items()}, 2)
    assert all(0 < taken < math.inf for taken in seconds.values())
    assert {"alkaid from words", "fast from words", "fast", "matrix products"} <= set(calls)


def test_sides_that_differ_are_counted(tool, model, monkeypatch):
    words = tool.random_words(model.layout, 300)
    evaluate = type(next(iter(model.scores.values()))).evaluate
    monkeypatch.setattr(
        "trigger_ad.ir.score.Score.evaluate", lambda *given: evaluate(*given) + (words[:, 0] % 2)
    )
    odd = np.count_nonzero(words[:, 0] % 2)
    assert tool.sides(model, words, 1)[1] == len(model.scores) * odd


@pytest.mark.parametrize(
    ("factors", "missed"), [({}, 0), ({"hls4ml": 0.4}, 1), ({"alkaid from words": 0.6}, 2)]
)
def test_goals_that_are_missed_are_counted(tool, capsys, factors, missed):
    wanted = {"hls4ml": 200.0, "alkaid from words": 1.5, "fast": 1.0, "fast from words": 1.0}
    seconds = {}
    for threads in (1, 2):
        seconds |= {(name, threads): value for name, value in wanted.items()}
        seconds["matrix products", threads] = 0.5
    for name, factor in factors.items():
        seconds |= {key: value * factor for key, value in seconds.items() if key[0] == name}
    assert tool.report(seconds, 2) == missed
    assert "2.00 times the time of its matrix products" in capsys.readouterr().out
