"""Figures of a trigger whose cut of score 2 is held."""

from typing import Any

import numpy as np
import pytest

from tests.rates_records import rates_record
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.as_one import as_one
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.rates.record import PureRate, Realised
from trigger_ad.report.caveats import coarse_steps
from trigger_ad.report.numbers.diagonal import closures, diagonal
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.report.rates_page import render
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.registers import Registers


def test_a_scan_goes_along_score_1(
    record: dict[str, Any], both_scores: tuple[np.ndarray, np.ndarray]
) -> None:
    plain = ScanRecord.from_json(record, "scan")
    held = plain.model_copy(update={"score2_efficiency": 0.3})
    assert "score2_efficiency" not in plain.to_json()
    assert ScanRecord.from_json(held.to_json(), "scan") == held
    steps, cut = diagonal(Scan(held)), plain.registers.pair[1]
    assert set(steps.threshold2) == {cut}
    one, two = both_scores
    hz = [((one >= edge) & (two >= cut)).mean() * plain.input_rate_hz for edge in steps.threshold1]
    assert steps.lines[0].values == pytest.approx(hz)
    assert len(set(diagonal(Scan(plain)).threshold2)) > 5
    assert closures(Scan(held)).along == "along score 1"
    page = render(held)
    assert "along score 1 with the cut of score 2 held" in page
    assert "along score 1 with the cut of score 2 held" not in render(plain)


def test_counters_predict_where_regions_are_off(record: dict[str, Any]) -> None:
    plain = ScanRecord.from_json(record, "scan")
    off = plain.rule.realised | {"B": 0.0}
    registers = Registers(plain.registers.thresholds, (100, 0, *plain.registers.prescale[2:]))
    rule = type(plain.rule)(plain.rule.rule, plain.rule.phase, plain.rule.reset, off)
    without = plain.model_copy(update={"registers": registers, "rule": rule})
    counted = without.model_copy(update={"yields": "counters"})
    assert not Scan(without).predicts
    assert Scan(counted).predicts
    assert "predicted from the counters of B, C and D before prescale" in render(counted)
    assert "the counters of B, C and D before prescale" not in render(without)


def test_both_scores_as_one_have_the_cuts_of_the_working_point() -> None:
    rng = np.random.default_rng(3)
    reference, pair = rng.integers(0, 50, (2, 2, 4000))
    drawn = Stratified.of(np.repeat([0, 1], 2000), (0.9, 0.1))
    for own in (None, drawn):
        weights = np.ones(4000) if own is None else own.weights
        one = as_one(tuple(reference), tuple(pair), own, 0.4)
        cut = min(v for v in range(50) if weights[reference[1] >= v].sum() <= 0.4 * 4000)
        passing = pair[1] >= cut
        assert (one > 0).tolist() == passing.tolist()
        for edge in (10, 30, 45):
            place = one[(pair[0] == edge) & passing].min()
            assert np.array_equal(one >= place, (pair[0] >= edge) & passing)


def test_coarse_steps_are_said() -> None:
    rates = rates_record(Registers((5, 5)))
    point = rates.working_point.model_copy(
        update={"sm_efficiency": 0.01, "realised": Realised(threshold=0.0081, test=0.1)}
    )
    assert list(coarse_steps(rates.model_copy(update={"working_point": point}))) == []
    far = point.model_copy(update={"realised": Realised(threshold=0.0079, test=0.01)})
    assert far.missed == pytest.approx(-0.21)
    (sentence,) = coarse_steps(rates.model_copy(update={"working_point": far}))
    assert sentence.replace("\u202f", " ") == (
        "Region A takes 0.79 % on the threshold split, where 1 % was wanted: the steps of the "
        "scores come no nearer."
    )
    figure = EffectiveFigure(value=1, low=1, high=1, upper_limit=None, effective_events=200)
    pure = PureRate(
        menu="m", seed="A", wanted_hz=5000, threshold_hz=3500, test=figure, test_hz=figure
    )
    pure = far.model_copy(update={"pure": pure})
    (sentence,) = coarse_steps(rates.model_copy(update={"working_point": pure}))
    assert "3.5\u202fkHz" in sentence
    assert "5\u202fkHz was wanted" in sentence
