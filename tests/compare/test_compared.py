"""Scores and combinations: ranks are those of the hardware tables, AND is the diagonal cut."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compare import folders
from trigger_ad.abcd.working_point import working_point
from trigger_ad.compare.compared import Compared, across, flat_ranks, of_configuration, rank_bits
from trigger_ad.compare.dependence import pair_closure
from trigger_ad.compare.runs import read
from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import RankScale, monotone_table


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return read(folders.finished_run(tmp_path_factory.mktemp("scores") / "a"))


@given(st.lists(st.integers(0, 255), min_size=32, max_size=300), st.integers(1, 5))
def test_ranks_are_those_of_the_table_in_hardware(reference, bits):
    kind = Score("s", port("x").sum(), {"x": PortType(FixedPoint(8, 8, False), 1)})
    table = monotone_table(np.array(reference), kind, bits, scale=RankScale.FLAT)
    every = np.arange(256)
    assert (flat_ranks(np.array(reference), every, bits) == table.rank(every)).all()


def test_bits_of_ranks():
    assert [rank_bits(events, 2) for events in (1, 2, 4095, 4096, 19_718, 10**6)] == [
        1,
        1,
        11,
        12,
        14,
        16,
    ]
    assert [rank_bits(10**6, members) for members in (3, 4, 5, 62)] == [16, 15, 12, 1]


def test_scores_of_a_configuration(run):
    scores = of_configuration([run])
    assert [score.name for score in scores] == [
        "score1",
        "score2",
        "diagonal",
        "and",
        "or",
        "prod",
        "avg",
        "single",
    ]
    assert scores[2].label == "toy:diagonal"
    assert all(score.models({"toy": run}) == ("float", "quantized", "firmware") for score in scores)


def test_combinations_are_those_of_the_ranks(run):
    runs = {"toy": run}
    by_name = {score.name: score for score in of_configuration([run])}
    bits = rank_bits(folders.THRESHOLD, 2)
    one, two = (
        flat_ranks(
            run.scores.get("firmware", "sm_threshold", name),
            run.scores.get("firmware", "lq", name),
            bits,
        )
        for name in ("score1", "score2")
    )
    expected = {
        "and": np.minimum(one, two),
        "or": np.maximum(one, two),
        "prod": one * two,
        "avg": one + two,
    }
    for name, values in expected.items():
        assert (by_name[name].values(runs, "firmware", "lq") == values).all()
    single = by_name["single"].values(runs, "firmware", "lq")
    assert (single == run.scores.get("single_firmware", "lq", "score")).all()


def test_the_diagonal_cut_passes_where_both_scores_do(run):
    diagonal = of_configuration([run])[2].values({"toy": run}, "float", "sm_test")
    count = folders.THRESHOLD // 20
    cuts = [
        np.sort(run.scores.get("float", "sm_threshold", name))[-count]
        for name in ("score1", "score2")
    ]
    both = [
        run.scores.get("float", "sm_test", name) >= at
        for name, at in zip(("score1", "score2"), cuts, strict=True)
    ]
    assert (np.logical_and(*both) == (diagonal >= folders.THRESHOLD - count + 1)).all()


def test_a_run_with_float_scores_and_no_baseline(tmp_path):
    run = read(folders.finished_run(tmp_path / "a", models=("float",), singles=False))
    scores = of_configuration([run])
    assert [score.name for score in scores][-2:] == ["prod", "avg"]
    assert scores[0].models({"toy": run}) == ("float",)


def test_scores_of_any_configurations_are_combined(run):
    known = (Compared("a", "score1"), Compared("b", "score2"), Compared("b", "single"))
    found = across("a:score1, b:single", known)
    assert [score.name for score in found] == ["and", "or", "prod", "avg"]
    assert found[1].label == "or of a:score1, b:single"
    assert found[1].leaves == (known[0], known[2])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "toy:score1,toy:score3",
            (
                "a score to combine must be one of toy:score1, toy:score2, toy:diagonal, toy:and, "
                "toy:or, toy:prod, toy:avg, toy:single, not 'toy:score3': choose from these"
            ),
        ),
        (
            "toy:score1",
            (
                "scores to combine must be at least two, each once, not 'toy:score1': "
                "name another one"
            ),
        ),
        (
            "toy:score1,toy:score1",
            (
                "scores to combine must be at least two, each once, not 'toy:score1,toy:score1': "
                "name another one"
            ),
        ),
    ],
)
def test_what_cannot_be_combined(run, text, sentence):
    with pytest.raises(ConfigError) as caught:
        across(text, of_configuration([run]))
    assert str(caught.value) == sentence


def test_a_configuration_that_holds_score_2_has_that_cut(run):
    trigger = run.config.trigger.model_copy(update={"score2_efficiency": 0.3})
    held = replace(run, config=run.config.model_copy(update={"trigger": trigger}))
    (score,) = [one for one in of_configuration([held, held]) if one.name == "held"]
    assert score.label == "toy:held"
    assert "held" not in [one.name for one in of_configuration([held, run])]
    first, second = (
        run.scores.get("firmware", "sm_threshold", name) for name in ("score1", "score2")
    )
    point = working_point(first, second, 0.05, score2_efficiency=0.3)
    values = score.values({"toy": held}, "firmware", "sm_threshold")
    inside = point.regions(first, second) == 0
    assert inside.any()
    assert np.array_equal(values >= values[inside].min(), inside)
    pair = tuple(one for one in of_configuration([held]) if one.name in ("score1", "score2"))
    found = pair_closure(pair, [{"toy": held}], "firmware")
    diagonal = pair_closure(pair, [{"toy": run}], "firmware")
    turned = [pair_closure(pair[::-1], [{"toy": of}], "firmware") for of in (held, run)]
    assert found != diagonal
    assert turned[0] == turned[1]  # no trigger cuts in this order
