import dataclasses

import numpy as np
import pytest

from trigger_ad.errors import ConversionError
from trigger_ad.trigger.decide import decide
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State
from trigger_ad.trigger.stream import (
    LOAD_GAP,
    Stream,
    columns,
    decision_signals,
    replay,
    signals,
    state_signals,
)

OFF = Registers((100, 100), (0,) * 4, (False,) * 4)


def stream(crossings, loads=(), registers=()):
    strobes = np.zeros((3, crossings), dtype=bool)
    strobes[0] = True
    strobes[1, list(loads)] = True
    return Stream(np.zeros((crossings, 3), dtype=np.int32), *strobes, tuple(registers))


@pytest.mark.parametrize("rule", Rule)
def test_a_replay_is_the_rule(rule, rng):
    """Without strobes in mid-stream it is the vectorised trigger."""
    first, second = rng.integers(0, 200, (2, 500))
    registers = Registers((100, 90), (100, 250, 300, 1000))
    state = State((5, 6, 7, 8), random=77)
    found = columns(
        replay(stream(500, [0], [registers]), (first, second), OFF, rule, state), signals(PAIR)
    )
    decision, end = decide((first, second), registers, state.update(rule), rule)
    assert np.array_equal(found["region"], decision.region)
    assert np.array_equal(found["accept"], np.where(decision.accept, 1 << decision.region, 0))
    assert np.array_equal(found["fire"], 1 << found["region"])
    assert tuple(found["prescale_counter"][-1].tolist()) == end.counter
    assert tuple(found["count_before"][-1].tolist()) == end.before
    assert tuple(found["count_after"][-1].tolist()) == end.after
    assert found["random"][-1] == end.random
    assert np.array_equal(found["score1"], first)
    assert np.array_equal(found["score2"], second)


def test_order_in_a_crossing():
    """Section, load, event; a load too early is ignored and not waited for."""
    open_, closed = Registers((0, 0)), Registers((0, 0), (0,) * 4)
    crossings = stream(LOAD_GAP + 3, [1, 5, LOAD_GAP + 1], [open_, closed, closed])
    crossings.section[1] = True
    crossings.valid[3] = False
    zeros = np.zeros(len(crossings), dtype=np.int64)
    found = columns(replay(crossings, (zeros, zeros), OFF), signals(PAIR))
    assert found["accept"][:6].tolist() == [0, 1, 1, 0, 1, 1]
    assert found["fire"][:4].tolist() == [8, 1, 1, 0]
    assert found["out_valid"][:5].tolist() == [1, 1, 1, 0, 1]
    assert found["latched_before"][1].tolist() == [0, 0, 0, 1]
    assert found["count_before"][1].tolist() == [1, 0, 0, 0]
    assert found["accept"][LOAD_GAP:].tolist() == [1, 0, 0]


def test_columns_in_the_order_of_the_ports():
    rows = np.arange(54).reshape(2, 27)
    found = columns(rows, signals(PAIR))
    assert list(found) == list(signals(PAIR))
    assert found["score2"].tolist() == [5, 32]
    assert found["latched_before"].tolist() == [[6, 7, 8, 9], [33, 34, 35, 36]]
    assert found["random"].tolist() == [26, 53]


def test_pieces_keep_registers_with_their_loads():
    registers = [Registers((i, 0)) for i in range(4)]
    parts = list(stream(10, [0, 3, 4, 9], registers).pieces(4))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert [[r.thresholds[0] for r in part.registers] for part in parts] == [[0, 1], [2], [3]]
    assert [part.load.nonzero()[0].tolist() for part in parts] == [[0, 3], [0], [1]]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"words": np.zeros(4)},
            (
                "the words of a stream must be integers of shape (n, words), "
                "not float64 of shape (4,): give one row a crossing"
            ),
        ),
        (
            {"load": np.zeros(4, dtype=int)},
            (
                "strobe load of a stream must be bool of shape (4,), not int64 of shape (4,): "
                "give one value a crossing"
            ),
        ),
        (
            {"section": np.zeros(3, dtype=bool)},
            (
                "strobe section of a stream must be bool of shape (4,), not bool of shape (3,): "
                "give one value a crossing"
            ),
        ),
        (
            {"registers": (OFF,)},
            "the registers of a stream must be one for each of its 0 loads, not 1: give as many",
        ),
    ],
)
def test_streams_that_do_not_fit(changes, sentence):
    with pytest.raises(ConversionError) as caught:
        dataclasses.replace(stream(4), **changes)
    assert str(caught.value) == sentence


def test_signals_of_two_scores_go_by_their_old_names_with_a_warning():
    from trigger_ad.trigger import stream as module

    for old, now in (
        ("DECISION", decision_signals),
        ("STATE", state_signals),
        ("SIGNALS", signals),
    ):
        with pytest.warns(FutureWarning) as caught:
            assert getattr(module, old) == now(PAIR)
        assert str(caught[0].message) == (
            f"trigger_ad.trigger.stream.{old} is {now.__name__}(regions) since version 0.4; "
            "the old name goes with 0.5"
        )
    with pytest.raises(AttributeError, match="has no attribute 'SIGNAL'"):
        _ = module.SIGNAL


def test_signals_of_three_scores_and_eight_regions():
    names = signals(RegionRule.of(3))
    assert list(names)[:7] == [
        "out_valid",
        "fire",
        "accept",
        "region",
        "score1",
        "score2",
        "score3",
    ]
    assert [names[name] for name in state_signals(RegionRule.of(3))] == [8, 8, 8, 8, 8, 1]
