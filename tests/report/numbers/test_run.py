"""Numbers of the figures follow from records and scores."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.report.numbers import curves
from trigger_ad.report.numbers import run as numbers
from trigger_ad.report.numbers.load import Run, load


@pytest.fixture(scope="module")
def run(run_folder: Path) -> Run:
    return load(run_folder)


def test_distributions_hold_every_event(run: Run) -> None:
    for panel in numbers.distributions(run).panels:
        for sample, fractions in panel.fractions.items():
            assert fractions.sum() == pytest.approx(1, abs=1e-12), sample
        inside = panel.edges[1:-1]
        values = run.scores.value(panel.model, "sm_test", panel.score)
        below = np.searchsorted(np.sort(values), inside) / len(values)
        np.testing.assert_allclose(np.cumsum(panel.fractions["sm_test"])[:-1], below, atol=1e-12)


def test_only_firmware_has_a_threshold(run: Run) -> None:
    cuts = run.rates.working_point.thresholds
    found = {(p.model, p.score): p.threshold for p in numbers.distributions(run).panels}
    assert found["float", "score1"] is None
    assert found["firmware", "score2"] == cuts["score2"] / 16


def test_every_bin_holds_as_many_firmware_codes(run: Run) -> None:
    edges = numbers.distributions(run).panels[0].edges * 16
    codes = np.arange(int(edges[-1] + 0.5))
    counts, _ = np.histogram(codes, edges)
    assert len(set(counts)) == 1


def test_planes_count_regions_as_the_trigger_does(run: Run) -> None:
    planes = numbers.planes(run)
    sm = planes.panels[0]
    assert sm.name == "sm_test"
    assert sm.counts.sum() == 20_000
    assert sm.shares == {n: row.efficiency for n, row in run.rates.regions.items()}
    assert [panel.name for panel in planes.panels[1:]] == list(run.signals)


def test_float_against_firmware_lies_on_the_diagonal(run: Run) -> None:
    for panel in numbers.float_firmware(run).panels:
        assert panel.counts.sum() == 20_000
        assert np.trace(panel.counts) > 0.6 * 20_000


def test_closure_is_sorted_and_whole(run: Run) -> None:
    points = numbers.closure(run)
    assert [p.model for p in points] == ["float", "ptq", "quantized", "firmware"]
    for point in points:
        assert list(point.sm_efficiency) == [0.002, 0.005, 0.01, 0.02, 0.05, 0.10]
    rows = {row.sm_efficiency: row for row in run.closure.of("firmware")}
    assert points[3].ratio[2] == rows[0.01].ratio
    assert points[3].low[2] == rows[0.01].interval95[0]


def test_a_significance_that_is_not_known_is_nan(run: Run) -> None:
    last = numbers.significance(run).panels[-1]
    assert np.isnan(last.single).all()
    assert np.isfinite(last.known).all()


def test_no_signal_is_beside_every_signal(run_folder: Path) -> None:
    """A sample that closes at 0.97 gives 9 sigma by itself where it has events enough."""
    run, rows = load(run_folder), []
    for row in run.closure.closure:
        wrong = row.model != "firmware"
        observed, predicted = (100, 10.0) if wrong else (90_000, 87_300.0)
        if row.sm_efficiency == 0.01:  # a deficit is no excess
            predicted = 1.1 * observed
        rows.append(row.model_copy(update={"observed": observed, "predicted": predicted}))
    closure = run.closure.model_copy(update={"closure": tuple(rows)})
    for panel in numbers.significance(replace(run, closure=closure)).panels:
        assert list(panel.alone) == [9, 9, 0, 9, 9, 9]
        assert len(panel.alone) == len(panel.corrected)


def test_histories(run: Run) -> None:
    histories = numbers.histories(run)
    assert histories is not None
    first, second = histories.panels
    assert (first.model, first.best, len(first.values["loss"])) == ("float", 57, 60)
    assert (second.model, second.best, len(second.values["loss"])) == ("quantized", 37, 40)


def test_no_histories(own_folder: Path) -> None:
    empty = {"schema": "history/2", "best": 0, "loss": []}
    for name in ("history.json", "quantized_history.json"):
        (own_folder / "model" / "double" / name).write_text(json.dumps(empty))
    assert numbers.histories(load(own_folder)) is None


def test_auc_of_the_curves_is_that_of_the_records(run: Run) -> None:
    for panel in curves.rocs(run).panels:
        both, single = run.validation.auc[panel.signal], run.validation.auc_single
        found = {(c.model, c.score): c.auc for c in panel.curves}
        assert found["float", "combined"] == pytest.approx(both["float"], abs=2e-4)
        assert found["firmware", "combined"] == pytest.approx(both["firmware"], abs=2e-4)
        assert found["firmware", "single"] == pytest.approx(
            single[panel.signal]["single_autoencoder"]["firmware"], abs=1e-12
        )


def test_curves_rise_from_enough_events_to_all(run: Run) -> None:
    for panel in curves.sic_individual(run).panels:
        assert [c.score for c in panel.curves] == ["score1", "score2", "combined"]
        for curve in panel.curves:
            assert curve.fpr[0] == pytest.approx(curves.MINIMUM_BACKGROUND / 20_000)
            assert (np.diff(curve.tpr) >= 0).all()
            assert curve.tpr[-1] == curve.sic[-1] == 1
            assert curve.sic_error[-1] == 0
            np.testing.assert_allclose(curve.sic, curve.tpr / np.sqrt(curve.fpr))


def test_error_of_the_significance_improvement_covers_resampled_samples() -> None:
    rng = np.random.default_rng(5)
    background, signal, fpr, tpr = 4000, 900, 0.02, 0.15
    passing = rng.binomial(background, fpr, 4000) / background
    found = rng.binomial(signal, tpr, 4000) / signal
    error = curves._sic_error(np.array([fpr]), np.array([tpr]), background, signal)[0]
    assert np.std(found / np.sqrt(passing)) == pytest.approx(error, rel=0.05)


def test_models_that_were_not_run_are_left_out(run: Run) -> None:
    names = {(c.model, c.score) for p in curves.sic_combined(run).panels for c in p.curves}
    assert ("float", "single") in names
    assert all(model != "published" for model, _ in names)
    arrays = {k: v for k, v in run.scores.arrays.items() if not k.startswith("single_")}
    fewer = Run(**(vars(run) | {"scores": type(run.scores)(arrays, run.scores.lsb)}))
    assert all(c.score != "single" for p in curves.rocs(fewer).panels for c in p.curves)
