"""Numbers of the figures of a scan: what the events themselves give, and what toys plant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trigger_ad.abcd.grouped import PILEUP_BINS
from trigger_ad.abcd.prescales import counters_only
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.quoted import quoted_efficiency
from trigger_ad.report.numbers import scan as numbers
from trigger_ad.report.numbers.diagonal import closures, diagonal
from trigger_ad.report.numbers.menu import overlaps
from trigger_ad.report.numbers.pileup import against_pileup
from trigger_ad.report.numbers.tradeoff import trade_off
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule

HZ = 2760 * 40_078_900 / 3564

FROZEN = Path(__file__).parents[2] / "frozen/scans/rates_scan_2.json"


def scan_of(record: dict[str, Any]) -> numbers.Scan:
    return numbers.Scan(ScanRecord.from_json(record, "scan"))


def regions(scores, cut1, cut2):
    one, two = scores[0] >= cut1, scores[1] >= cut2
    return [np.count_nonzero(x) for x in (one & two, one & ~two, ~one & two, ~one & ~two)]


def toy(copies: int, seed: int = 1, shares=(0.02, 0.1, 0.1, 0.78), **values: Any) -> dict[str, Any]:
    """Record of a scan of 40,000 clusters, each of so many equal events."""
    rng = np.random.default_rng(seed)
    groups = np.zeros((256, 4), np.int64)
    np.add.at(groups, (rng.integers(0, 256, 40_000), rng.choice(4, 40_000, p=shares)), copies)
    pileup = np.zeros((PILEUP_BINS, 4), np.int64)
    registers = Registers((1, 2), (100, 1000, 1000, 10_000))
    return (
        json.loads(FROZEN.read_text())
        | {
            "counts": {"regions": {"groups": groups.tolist(), "pileup": pileup.tolist()}},
            "registers": registers.to_json(),
            "rule": PrescaleRule.of(registers, rule=Rule.ATLAS_RANDOM).to_json()
            | {"realised": {"A": 1.0, "B": 10.0, "C": 10.0, "D": 100.0}},
            "pileup": None,
            "input_rate_hz": None,
            "live_fraction": None,
        }
        | values
    )


def test_diagonal_is_region_a_of_its_thresholds(record, both_scores):
    scores = both_scores
    steps = diagonal(scan_of(record))
    (line,) = steps.lines
    assert len(line.values) > 20
    columns = (steps.threshold1, steps.threshold2, line.values, line.low, line.high)
    for cut1, cut2, value, low, high in zip(*columns, strict=True):
        a = regions(scores, cut1, cut2)[0]
        assert value == pytest.approx(HZ * a / len(scores[0]), rel=1e-4)
        ends = quoted_efficiency(a, len(scores[0]), scan_of(record).effect).interval
        assert (low, high) == pytest.approx((HZ * ends.low, HZ * ends.high), rel=1e-4)
        first, second = np.count_nonzero(scores[0] >= cut1), np.count_nonzero(scores[1] >= cut2)
        assert abs(np.log((first + 1) / (second + 1))) < 0.3
    assert (np.diff(steps.threshold1) > 0).all()
    assert (np.diff(steps.threshold2) >= 0).all()
    assert (line.low < line.values).all()
    assert (line.values <= line.high * (1 + 1e-12)).all()
    events = line.values / HZ * len(scores[0])
    assert (line.few == (events / scan_of(record).effect < 100)).all()
    assert steps.point[2] == record["regions"]["A"]["before"]["hz"]["value"]
    assert steps.point[:2] == Registers.from_json(record["registers"]).pair


def test_closure_along_the_diagonal(record, both_scores):
    scores = both_scores
    scan = scan_of(record)
    points = closures(scan).efficiency
    steps = diagonal(scan)
    every = {}
    for cut1, cut2 in zip(steps.threshold1, steps.threshold2, strict=True):
        a, b, c, d = regions(scores, cut1, cut2)
        if min(a, b, c, d) > 0:
            every.setdefault(round(a / len(scores[0]), 12), set()).add(b * c / d / a)
    assert {round(x, 12) for x in points.x} == set(every)
    for x, value in zip(points.x, points.value, strict=True):
        assert min(abs(value - known) for known in every[round(x, 12)]) < 1e-12
    assert (points.low < points.value).all()
    assert (points.value < points.high).all()
    assert (points.few == (points.x * len(scores[0]) / scan.effect < 100)).all()
    assert closures(scan).working_point == record["regions"]["A"]["fires"] / record["events"]


def test_closure_against_pileup(record):
    scan = scan_of(record)
    points = closures(scan).pileup
    rows = {(row["from"] + 2.5): row for row in record["pileup"]}
    assert set(points.x) <= set(rows)
    for x, value in zip(points.x, points.value, strict=True):
        a, b, c, d = (
            rows[x]["before"][region]["efficiency"]["value"] * rows[x]["events"]
            for region in "ABCD"
        )
        assert value == pytest.approx(b * c / d / a)


@pytest.mark.parametrize("copies", [1, 4])
def test_intervals_know_the_clusters(copies):
    scan = scan_of(toy(copies))
    for effect in (scan.effect, scan.closure_effect):
        assert effect == pytest.approx(copies, rel=0.35)
    a, b, c, d = scan.regions
    assert scan.closure.ratio == pytest.approx(b * c / d / a)
    error = np.sqrt(scan.closure_effect * (1 / a + 1 / b + 1 / c + 1 / d))
    assert scan.closure.ratio_error == pytest.approx(scan.closure.ratio * error)
    assert scan.closure.high / scan.closure.ratio == pytest.approx(np.exp(1.959964 * error))
    support = np.sqrt(scan.closure_effect * (1 / b + 1 / c + 1 / d))
    assert scan.closure.predicted_error == pytest.approx(scan.closure.predicted * support)


def test_pileup_is_that_of_the_record(record):
    figure = against_pileup(scan_of(record))
    before, after = figure.panels
    rows = record["pileup"]
    assert [p.label for p in before.points] == ["A", "B", "C", "D"]
    for points in (*before.points, *after.points):
        assert list(points.x) == [row["from"] + 2.5 for row in rows]
        assert (np.isnan(points.value) == np.isfinite(points.limit)).all()
        assert (np.isfinite(points.limit) == points.few).all()
    for points in before.points:
        known = [row["before"][points.label]["hz"] for row in rows]
        limits = [np.nan if r["upper_limit"] is None else r["upper_limit"] for r in known]
        np.testing.assert_array_equal(points.limit, limits)
        values = [r["value"] if r["upper_limit"] is None else np.nan for r in known]
        np.testing.assert_array_equal(points.value, values)
    (total,) = after.points
    for value, low, high, limit, row in zip(
        total.value, total.low, total.high, total.limit, rows, strict=True
    ):
        known = row["after_total"]["hz"]
        if np.isnan(value):
            assert limit == known["upper_limit"] > known["value"]
        else:
            assert known["upper_limit"] is None
            assert (value, low, high) == (known["value"], known["low"], known["high"])
            assert low < value < high


def test_bins_of_few_events_are_left_out():
    figure = {"value": 0.1, "low": 0.0, "high": 0.2, "upper_limit": None}
    quoted = {"efficiency": figure, "hz": None, "effective_events": 200.0}
    limited = quoted | {"efficiency": figure | {"upper_limit": 0.3}}
    counts = [[0, 0, 0, 50], [0, 0, 0, 2000], [60, 300, 300, 9000]]
    rows = [
        {
            "from": 5 * i,
            "to": 5 * i + 5,
            "events": sum(counts[i]),
            "before": dict.fromkeys("ABCD", quoted),
            "after_total": limited if i == 1 else quoted,
        }
        for i in range(3)
    ]
    scan = toy(1)
    regions = scan["counts"]["regions"] | {"pileup": [*counts, *([[0] * 4] * (PILEUP_BINS - 3))]}
    record = scan | {"counts": {"regions": regions}, "pileup": rows}
    (points,) = against_pileup(scan_of(record)).panels[1].points
    assert list(points.x) == [7.5, 12.5]
    assert points.few.tolist() == [True, False]
    assert (points.limit[0], points.value[1]) == (0.3, 0.1)
    few = regions | {"pileup": [counts[0], *([[0] * 4] * (PILEUP_BINS - 1))]}
    assert (
        against_pileup(scan_of(record | {"counts": {"regions": few}, "pileup": rows[:1]})) is None
    )


def test_trade_off_has_its_closed_form():
    scan = scan_of(toy(1, shares=(0.001, 0.1, 0.1, 0.799)))
    numbers = trade_off(scan)
    random, counting = numbers.lines
    small = (random.precision > 0.9) & (random.precision < 3)
    np.testing.assert_allclose(random.total[small], 1 + 9 / random.precision[small] ** 2, rtol=0.02)
    assert (counting.total <= random.total + 1e-9).all()
    assert (np.diff(random.total) <= 0).all()
    assert numbers.counters == counters_only(scan.regions).precision < random.precision.min()
    a, b, c, d = (float(n) for n in scan.regions)
    precision, total = numbers.present
    assert total == pytest.approx((a + b / 10 + c / 10 + d / 100) / a, rel=1e-3)
    assert precision == pytest.approx(np.sqrt(a * (10 / b + 10 / c + 100 / d)), rel=1e-3)


@pytest.mark.parametrize("realised", [(2.0, 10.0, 10.0, 100.0), (1.0, 10.0, 0.0, 100.0)])
def test_prescales_that_predict_nothing_are_no_point(realised):
    rule = toy(1)["rule"] | {"realised": dict(zip("ABCD", realised, strict=True))}
    assert trade_off(scan_of(toy(1, rule=rule))).present is None


def test_an_empty_region_gives_no_prediction():
    scan = scan_of(toy(1, shares=(0.0, 0.1, 0.1, 0.8)))
    assert scan.closure is None
    assert trade_off(scan) is None
    assert scan.closure_effect == scan.effect >= 1


def test_overlaps(record):
    found = overlaps(MenuRatesRecord.from_json(record["menu"], "menu"), record["input_rate_hz"])
    assert found.seeds == ("L1_SingleJet60", "L1_AD_A")
    before, after = found.panels
    rates = [seed["before"]["hz"]["value"] for seed in record["menu"]["seeds"]]
    np.testing.assert_allclose(np.diag(before.value), rates)
    both = before.value[0, 1] if np.isfinite(before.value[0, 1]) else before.limit[0, 1]
    then = after.value[0, 1] if np.isfinite(after.value[0, 1]) else after.limit[0, 1]
    assert then == pytest.approx(both / 4)
