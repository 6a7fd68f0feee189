"""Combined and corrected scores of a small network: the same integers in Python, HLS and RTL."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.hls import tops
from tests.hls.networks import Sketch, bits
from tests.words import bulk, full_range
from trigger_ad.audit.scores import check_scores
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.features.words import scale_array
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.layers.architecture import chain
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.rtl.trace import trace
from trigger_ad.scorers.autoencoder import reconstruction
from trigger_ad.scorers.combine import Combination, combine_ranks, combined
from trigger_ad.scorers.correction import Correction, corrected
from trigger_ad.scorers.rank_map import RankMap, RankScale, monotone_table
from trigger_ad.train.decorrelate import Form, fit_correction
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.stream import Stream

#: Of a rank.
BITS = 6

#: The RTL of a trigger has two scores; the traced circuit it is written from has all.
IN_RTL = ("prod_flat", "and_tail")
OTHER_IN_RTL = ("avg_flat", "or_tail")
CORRECTED_IN_RTL = ("shift", "rank")


@dataclass(frozen=True)
class Combined:
    """A double network with combinations and corrections for scores, and where its forms lie."""

    trigger: TriggerEmulator
    maps: dict[RankScale, list[RankMap]]
    corrections: dict[str, Correction]
    members: dict[str, np.ndarray]
    words: np.ndarray
    project: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Combined:
    folder = tmp_path_factory.mktemp("combined") / "hls"
    sketches = tuple(
        Sketch(chain(name, (9, 3, 9), (True, False), True), bits()) for name in ("ae1", "ae2")
    )
    quantized = tops.sketch(tops.SMALL, sketches, 21)
    expressions = {
        "score1": reconstruction("ae1", "absolute"),
        "score2": reconstruction("ae2", "squared"),
    }
    plain = tops.make(folder, tops.SMALL, "small", quantized, expressions)
    rng = np.random.default_rng(5)
    background = plain.scores_of_words(bulk(tops.SMALL, 5000, rng))
    both = list(plain.hardware.blocks[0].scores.values())
    maps = {
        scale: [
            monotone_table(raw, score, BITS, scale=scale, shorten=score.type.width - 10)
            for raw, score in zip(background.values(), both, strict=True)
        ]
        for scale in RankScale
    }
    scores = {
        f"{how}_{scale}": combined(f"{how}_{scale}", how, both, maps[scale])
        for how in Combination
        for scale in RankScale
        if (how, scale) != (Combination.AVG, RankScale.TAIL)
    }
    corrections = {
        form.value: fit_correction(
            *background.values(), *both, form=form, classes=8, bits=5, least=300, address_bits=8
        )
        for form in Form
    }
    scores |= {name: corrected(name, *both, found) for name, found in corrections.items()}
    (block,) = plain.hardware.blocks
    combined_block = replace(block, scores=scores)
    trigger = replace(plain, hardware=HardwareTrigger((combined_block,), axes=(0, 1)))
    write_harness(folder, combined_block)
    build_csim(folder)
    ends = extremes(tops.SMALL.minimum, tops.SMALL.maximum, 1000, 3)
    words = np.concatenate(
        [bulk(tops.SMALL, 10_000, rng), full_range(tops.SMALL, 10_000, rng), ends]
    )
    return Combined(trigger, maps, corrections, plain.scores_of_words(words), words, folder)


def test_the_fast_emulator_combines_the_ranks_of_the_members(made):
    found = made.trigger.scores_of_words(made.words)
    combinations = found.keys() - made.corrections.keys()
    assert len(combinations) == 7
    for name in combinations:
        values = found[name]
        how, scale = Combination(name.split("_")[0]), RankScale(name.split("_")[1])
        ranks = [
            m.rank(raw) for m, raw in zip(made.maps[scale], made.members.values(), strict=True)
        ]
        np.testing.assert_array_equal(values, combine_ranks(how, ranks, scale), name)
        assert len(np.unique(values)) > 40, name


def test_the_fast_emulator_corrects_as_the_tables_do(made):
    found = made.trigger.scores_of_words(made.words)
    for name, correction in made.corrections.items():
        wanted = correction.apply(*made.members.values())
        np.testing.assert_array_equal(found[name], wanted, name)
        assert len(np.unique(wanted)) > 20, name


def test_shifts_keep_the_binary_point_of_the_score(made):
    """Entries of their table are in LSB of score 2, which are fractions of 1."""
    assert made.trigger.hardware.scores["shift"].fraction > 0
    assert len(set(made.corrections["shift"].shifts)) > 10


def test_the_c_simulation_gives_the_same_integers(made):
    expected = made.trigger.scores_of_words(made.words)
    found = CSimulation(made.project).run(scale_array(made.words, tops.SMALL))["scores"]
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)


def test_the_traced_circuit_gives_the_same_integers(made):
    expected = made.trigger.scores_of_words(made.words)
    found = trace(*made.trigger.hardware.blocks).run(made.words)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)


@pytest.mark.parametrize(
    "names",
    [IN_RTL, *(pytest.param(n, marks=pytest.mark.slow) for n in (OTHER_IN_RTL, CORRECTED_IN_RTL))],
)
def test_the_simulated_rtl_gives_the_same_integers(made, names, tmp_path):
    (block,) = made.trigger.hardware.blocks
    chosen = replace(block, scores={name: block.scores[name] for name in names})
    write_project(tmp_path, HardwareTrigger((chosen,)), preset("40mhz"))
    build_simulation(tmp_path)
    rows = len(made.words)
    no = np.zeros(rows, dtype=bool)
    with RtlSimulation(tmp_path) as rtl:
        found = rtl.run(Stream(made.words, ~no, no, no, ()))
    expected = made.trigger.scores_of_words(made.words)
    for port, name in zip(("score1", "score2"), names, strict=True):
        np.testing.assert_array_equal(found[port], expected[name], name)


def test_the_audit_finds_every_operation_wide_enough(made):
    checked = check_scores(made.project, *made.trigger.hardware.blocks)
    assert checked.findings == ()
    assert checked.counts["scores"] == 9
