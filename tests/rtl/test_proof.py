"""The assertions hold, and each of them notices a fault planted for it."""

import sys

import pytest

from tests.rtl.proof_faults import FAULTS
from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.rtl import proof
from trigger_ad.trigger.regions import PAIR, RegionRule

#: Deep enough to fill a count of two bits and to reach every cover.
DEPTH = 5


def model(folder, rule, changed=None, regions=PAIR, **parameters):
    sources = proof.proof_sources(regions) | (changed or {})
    widths = {f"SCORE{i + 1}_BITS": 6 - i for i in range(regions.scores)}
    parameters = {"COUNT_BITS": 2} | widths | parameters
    return proof.build_model(folder, sources, RULE=rule, **parameters)


def in_region_a(built, labels):
    """Names of assertions by their labels, of region A where there is one for each region."""
    names = [f"regions[0].check.{label}" for label in labels]
    return [name for name in built.assertions if name in labels or name in names]


def planted(file, old, new, regions=PAIR):
    """A file of the core or of its assertions with a fault in it."""
    text = proof.proof_sources(regions)[f"{file}.sv"]
    assert text.count(old) == 1
    return {f"{file}.sv": text.replace(old, new)}


@pytest.mark.prove
@pytest.mark.parametrize(
    ("rule", "depth", "assertions", "covers", "unreached"),
    [(0, DEPTH, 80, 18, 0), (1, DEPTH - 1, 84, 14, 4), (2, DEPTH, 60, 18, 0)],
)
def test_nothing_is_violated_and_every_cover_is_reached(
    rule, depth, assertions, covers, unreached, tmp_path
):
    """In one clock less for the rule that takes longest: then its four counts cannot be full."""
    built = model(tmp_path, rule)
    verdict = proof.bounded(built, depth)
    assert verdict.violated == {}
    assert [name.split(".")[-1] for name in verdict.unreached] == ["full"] * unreached
    assert verdict.holds == (unreached == 0)
    assert verdict.proven == built.assertions
    assert (len(built.assertions), len(built.covers)) == (assertions, covers)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, tmp_path):
    rule, file, old, new, labels = FAULTS[fault]
    built = model(tmp_path / "model", rule, planted(file, old, new))
    names = in_region_a(built, labels)
    assert len(names) == len(labels)
    verdict = proof.bounded(built, DEPTH, names)
    assert set(verdict.violated) == set(names)
    assert not verdict.holds
    assert verdict.proven == ()


def test_a_fault_is_planted_for_every_assertion(tmp_path):
    """Each label notices one at least; so none of them is empty."""
    built = [model(tmp_path / str(rule), rule) for rule in (0, 1, 2)]
    labels = {name.split(".")[-1] for one in built for name in one.assertions}
    assert labels == {label for fault in FAULTS.values() for label in fault[-1]}


def test_induction_holds_for_ever(tmp_path):
    """Of the pseudo-random rule, with all counters at 32 bits; `make prove` does the others."""
    built = model(tmp_path, 2, COUNT_BITS=32)
    verdict = proof.induction(built)
    assert verdict.holds
    assert (verdict.depth, verdict.proven) == (1, built.assertions)


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "label"),
    [
        (2, "counter", "add && !full", "add", "fires_never_wrap"),
        (
            0,
            "prescaler",
            "{1'b0, start} + 33'd100",
            "{1'b0, start + 32'd100}",
            "accept_when_reached",
        ),
    ],
    ids=["counts that wrap", "carry of the prescaler lost"],
)
def test_induction_finds_what_only_a_long_run_would_meet(rule, file, old, new, label, tmp_path):
    """Four thousand million events away from a reset, where no bounded search comes."""
    changed = planted(file, old, new)
    built = model(tmp_path / "model", rule, changed, COUNT_BITS=32)
    names = in_region_a(built, [label])
    assert proof.bounded(built, DEPTH, names).violated == {}
    verdict = proof.induction(built)
    assert verdict.violated[names[0]] == 1
    assert verdict.proven == ()


@pytest.mark.parametrize(
    ("scores", "old", "new", "label"),
    [
        (1, ">= now_threshold1", "> now_threshold1", "first_threshold"),
        (3, ">= now_threshold3", "> now_threshold3", "third_threshold"),
        (3, "valid && !pass1 && pass2 && !pass3", "valid && pass1 && pass2", "fire_is_the_region"),
        (3, "{!pass1, !pass2, !pass3}", "{!pass1, !pass3, !pass2}", "second_threshold"),
    ],
)
def test_a_fault_of_one_or_three_scores_is_found(scores, old, new, label, tmp_path):
    """Undamaged the same assertion holds; `make prove` proves all of them."""
    regions = RegionRule.of(scores)
    sound = model(tmp_path / "sound", 2, regions=regions)
    assert proof.bounded(sound, 2, [label]).proven == (label,)
    changed = planted("trigger_core", old, new, regions)
    verdict = proof.bounded(model(tmp_path / "model", 2, changed, regions), 2, [label])
    assert set(verdict.violated) == {label}


@pytest.mark.prove
@pytest.mark.parametrize(("scores", "assertions", "covers"), [(1, 35, 10), (3, 109, 34)])
def test_one_and_three_scores_hold_and_every_cover_is_reached(scores, assertions, covers, tmp_path):
    built = model(tmp_path, 2, regions=RegionRule.of(scores))
    verdict = proof.bounded(built, DEPTH)
    assert verdict.holds
    assert (len(built.assertions), len(built.covers)) == (assertions, covers)


def test_an_assumption_that_forbids_everything_leaves_covers_unreached(tmp_path):
    old, new = "if (!started) assume (rst)", "assume (rst)"
    changed = planted(proof.CHECKER, old, new)
    verdict = proof.bounded(model(tmp_path / "model", 2, changed), DEPTH)
    assert verdict.violated == {}
    assert len(verdict.unreached) == 18
    assert not verdict.holds


def test_a_missing_solver_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(MissingToolError) as caught:
        proof.bounded(proof.Model("", (), ()), 1)
    assert str(caught.value) == (
        "z3 must be beside Python or on PATH to prove the trigger core: pip install trigger-ad[rtl]"
    )


def test_a_solver_that_gives_up_is_one_sentence(tmp_path, monkeypatch):
    solver = tmp_path / "z3"
    solver.write_text("#!/bin/sh\necho unknown\n")
    solver.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ConversionError) as caught:
        proof.bounded(proof.Model("", ("one",), ()), 1, ["one"])
    assert str(caught.value) == (
        "z3 must answer 2 questions with sat or unsat, not 'unknown' and exit code 0: "
        "take another version of z3-solver"
    )


def test_a_solver_that_takes_too_long_is_one_sentence(tmp_path):
    with pytest.raises(ConversionError) as caught:
        proof.induction(model(tmp_path, 0), timeout=0.01)
    assert str(caught.value) == (
        "the proof of the trigger core must end within 0.01 s, not still running: "
        "give it more time or less depth"
    )


def test_refused_sources_are_one_sentence_and_the_log_is_kept(tmp_path):
    changed = planted("random24", "module random24", "modul random24")
    with pytest.raises(ConversionError) as caught:
        model(tmp_path / "model", 2, changed)
    log = tmp_path / "model" / "yosys.log"
    assert str(caught.value).startswith("Yosys on the trigger core must exit with 0, not ")
    assert str(caught.value).endswith(f": read {log}")
    assert "syntax error" in log.read_text()
