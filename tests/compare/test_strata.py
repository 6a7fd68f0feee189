"""Compared runs of a background that was drawn in strata: figures of all events."""

import numpy as np
import pytest

from tests.compare.folders import finished_run
from trigger_ad.abcd.closure import closure
from trigger_ad.compare.compared import Compared, of_configuration
from trigger_ad.compare.dependence import correlations, pair_closure
from trigger_ad.compare.performance import performance
from trigger_ad.compare.runs import read
from trigger_ad.events.strata import Strata
from trigger_ad.run.folder.score_table import SCHEMA
from trigger_ad.storage import arrays

STRATA = Strata(("soft", "hard"), (0.95, 0.05))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The same events, alike and with a rare half that has the larger scores."""
    folder = tmp_path_factory.mktemp("compare")
    for name in ("plain", "strata"):
        finished_run(folder / name)
    path = folder / "strata/scores.npz"
    header, found = arrays.load(path, SCHEMA)
    for sample in ("sm_threshold", "sm_test"):
        both = found[f"firmware/{sample}/score1"] + found[f"firmware/{sample}/score2"]
        found[f"stratum/{sample}"] = (both > np.median(both)).astype(np.uint8)
    lsb = {"lsb": header["lsb"], "strata": STRATA.to_json()}
    arrays.save(path, SCHEMA, lsb, found, compress=False)
    return read(folder / "plain"), read(folder / "strata")


def scores(run, sample):
    return run.scores.pair("firmware", sample)


def test_cuts_are_at_efficiencies_of_all_events(runs):
    plain, strata = runs
    first, _ = scores(strata, "sm_test")
    hard = strata.scores.drawn("sm_test").places == 1
    score = Compared("toy", "score1")
    found = performance(score, {"toy": strata}, "firmware")
    cut = found.cuts["1e-2"]
    passing = first >= cut.threshold
    exact = 0.95 * passing[~hard].mean() + 0.05 * passing[hard].mean()
    assert cut.background.value == pytest.approx(exact)
    assert exact == pytest.approx(0.01, rel=0.25)
    assert passing.mean() > 3 * exact
    alike = performance(score, {"toy": plain}, "firmware")
    assert alike.cuts["1e-2"].threshold > cut.threshold
    for signal, figures in found.signals.items():
        other = alike.signals[signal]
        assert figures.auc.value > other.auc.value + 0.05
        assert figures.auc.low < figures.auc.value < figures.auc.high
        assert figures.sic_maximum != pytest.approx(other.sic_maximum, rel=0.05)


def test_every_combination_is_of_all_events(runs):
    _, strata = runs
    for score in of_configuration([strata]):
        cut = performance(score, {"toy": strata}, "firmware").cuts["1e-2"]
        assert cut.background.value == pytest.approx(0.01, rel=0.4), score.name


def test_closure_of_a_pair(runs):
    _, strata = runs
    one, two = (Compared("toy", name) for name in ("score1", "score2"))
    pairs = [scores(strata, f"sm_{split}") for split in ("threshold", "test")]
    found = pair_closure((one, two), [{"toy": strata}], "firmware")
    (wanted,) = closure("firmware", *pairs, [0.05], None, strata.drawn_pair)
    (alike,) = closure("firmware", *pairs, [0.05])
    assert found[0].ratio.mean == wanted.estimate.ratio
    assert alike.estimate.ratio != pytest.approx(wanted.estimate.ratio, rel=0.1)


def test_correlations(runs):
    plain, strata = runs
    pair = [Compared("toy", name) for name in ("score1", "score2")]
    table, alike = (correlations(pair, {"toy": {1: run}}, "firmware") for run in (strata, plain))
    weights = strata.scores.drawn("sm_test").weights
    covariance = np.cov(np.stack(scores(strata, "sm_test")), aweights=weights)
    wanted = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert table.pearson[0][1].mean == pytest.approx(wanted)
    assert alike.pearson[0][1].mean != pytest.approx(wanted, abs=0.05)
    assert table.rank[0][1].mean != pytest.approx(alike.rank[0][1].mean, abs=0.05)


def test_strata_are_part_of_what_is_compared(runs):
    plain, strata = runs
    same = {name for name, digest in plain.digests.items() if strata.digests[name] == digest}
    assert same == set(plain.signals)
