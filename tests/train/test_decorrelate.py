"""Corrections after the fact: closure returns, what was independent stays, all from background."""

import numpy as np
import pytest
from scipy.special import ndtr

from trigger_ad.abcd.closure import closure
from trigger_ad.errors import FixedPointError, TrainingError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.correction import Correction, corrected
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.train.decorrelate import Form, fit_correction

EFFICIENCIES = (0.05, 0.02, 0.01)


def score(name: str, width: int = 12, signed: bool = False) -> Score:
    """Its raw value is that of its port."""
    return Score(name, port(name).sum(), {name: PortType(FixedPoint(width, 9, signed), 1)})


FIRST, SECOND = score("a"), score("b")


def background(seed: int, events: int, rho: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    """Normal copula with exponential margins, as integers."""
    rng = np.random.default_rng(seed)
    first, own = rng.normal(size=(2, events))
    second = rho * first + np.sqrt(1 - rho**2) * own
    raw = [np.floor(-150 * np.log(ndtr(-z))) for z in (first, second)]
    return raw[0].clip(0, 4095).astype(np.int64), raw[1].clip(0, 4095).astype(np.int64)


FIT, THRESHOLD, TEST = background(1, 150_000), background(2, 40_000), background(3, 200_000)


def ratios(correction: Correction | None) -> np.ndarray:
    """Predicted / observed at each efficiency, of events that chose nothing."""
    pairs = [
        (first, second if correction is None else correction.apply(first, second))
        for first, second in (THRESHOLD, TEST)
    ]
    return np.array([p.estimate.ratio for p in closure("x", *pairs, EFFICIENCIES)])


@pytest.fixture(scope="module")
def ranked() -> Correction:
    return fit_correction(*FIT, FIRST, SECOND)


def test_ranks_close_at_all_cuts(ranked):
    """Within a tenth: one standard deviation of fits and of events is 0.03 each."""
    assert ratios(None).max() < 0.35
    assert np.abs(np.log(ratios(ranked))).max() < 0.1
    after = ranked.apply(*TEST)
    assert distance_correlation(TEST[0][:20_000], after[:20_000]) < 0.002
    assert distance_correlation(TEST[0][:20_000], TEST[1][:20_000]) > 0.2


@pytest.mark.parametrize("place", range(3))
def test_a_shift_closes_where_it_was_meant_to(place):
    shift = fit_correction(*FIT, FIRST, SECOND, form=Form.SHIFT, efficiency=EFFICIENCIES[place])
    found = np.abs(np.log(ratios(shift)))
    assert found[place] < 0.1
    assert found.argmin() == place
    assert found.max() > 0.3


def test_monotone_maps_of_single_scores_change_no_closure():
    """Of the ABCD counts at quantile cuts only the copula counts."""
    maps = (lambda s: 3 * s + 1, lambda s: s**3), (np.log1p, lambda s: s - 2000)
    plain = closure("x", THRESHOLD, TEST, EFFICIENCIES)
    for first, second in maps:
        pairs = [(first(a), second(b)) for a, b in (THRESHOLD, TEST)]
        for found, wanted in zip(closure("x", *pairs, EFFICIENCIES), plain, strict=True):
            assert found.estimate == wanted.estimate


def test_a_planted_shift_is_found():
    """Score 2 is a line in score 1 and noise that does not depend on it."""
    rng = np.random.default_rng(4)
    first = rng.integers(0, 512, 100_000)
    second = first // 2 + rng.integers(0, 101, 100_000)
    found = fit_correction(first, second, FIRST, SECOND, form=Form.SHIFT, efficiency=0.04)
    assert (found.first, found.shorten, found.saturate) == (0, 0, 9)
    # Runs near the end are of 300 events: 1.2 of the 101 values is the error of a quantile.
    wanted = np.arange(512) // 2 + 80
    inner = slice(20, 500)  # a run has one mean: the ends are flat
    assert np.abs(np.array(found.shifts) - wanted)[inner].max() <= 8
    assert np.abs(np.mean(np.array(found.shifts)[inner] - wanted[inner])) < 0.6


def test_independent_scores_keep_their_order():
    """In a class the corrected score rises with score 2; over all they are nearly one order."""
    rng = np.random.default_rng(5)
    first, second = rng.permutation(40_000) // 20, rng.permutation(40_000) // 20
    found = fit_correction(first, second, FIRST, SECOND, classes=8)
    after = found.apply(first, second)
    order = [np.argsort(np.argsort(values, kind="stable")) for values in (second, after)]
    assert np.corrcoef(*order)[0, 1] > 0.99


def test_the_same_events_give_the_same_correction(ranked):
    assert fit_correction(*FIT, FIRST, SECOND) == ranked
    assert len(ranked.rank.ranks) <= 4096
    assert max(ranked.rank.classes) == 31
    assert max(ranked.rank.ranks) == 127


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("form", Form)
def test_fitted_tables_fit_their_scores(form, signed):
    """Every raw score, also those beyond the background, of scores of either sign."""
    kinds = score("a", 12, signed), score("b", 13, signed)
    offset = 1500 * signed
    raw = [values - offset for values in background(6, 5000)]
    found = fit_correction(*raw, *kinds, form=form, classes=4, bits=5, least=300, address_bits=7)
    assert len(found.shifts) <= 128
    both = np.random.default_rng(7).integers(
        [[kind.type.minimum] for kind in kinds],
        [[kind.type.maximum + 1] for kind in kinds],
        (2, 5000),
    )
    hardware = corrected("fixed", *kinds, found)
    expected = hardware.evaluate({"a": both[0][:, None], "b": both[1][:, None]})
    np.testing.assert_array_equal(found.apply(*both), expected)


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        (
            {"classes": 64, "bits": 7},
            FixedPointError,
            (
                "the table of conditional ranks must have from 2 to 4096 entries, not 64 classes "
                "of 7 bits: take fewer classes or fewer bits"
            ),
        ),
        (
            {"address_bits": 13},
            FixedPointError,
            ("the address bits of a correction must be from 1 to 12, not 13: shorten the score"),
        ),
        (
            {"least": 80_000},
            TrainingError,
            (
                "the events that a correction is fitted to must be at least 160000, not 150000: "
                "give more background"
            ),
        ),
        (
            {"first": np.full(150_000, 7)},
            TrainingError,
            (
                "score a must differ between background events, not 7 for all: correct for a score "
                "that is not constant"
            ),
        ),
        (
            {"second": FIT[1] / 2},
            FixedPointError,
            (
                f"the events of score b must be integers from 0 to 4095, not float64 from "
                f"{FIT[1].min() / 2} to {FIT[1].max() / 2}: give its own raw scores"
            ),
        ),
        (
            {"first": FIT[0] - 9},
            FixedPointError,
            (
                f"the events of score a must be integers from 0 to 4095, not int64 from "
                f"{FIT[0].min() - 9} to {FIT[0].max() - 9}: give its own raw scores"
            ),
        ),
        (
            {"efficiency": 0.0},
            TrainingError,
            (
                "the efficiency at which a shift closes must be above 0 and below 1, not 0.0: "
                "give that of region A"
            ),
        ),
    ],
)
def test_fits_that_are_refused(changes, kind, sentence):
    arguments = {"first": FIT[0], "second": FIT[1], "score1": FIRST, "score2": SECOND} | changes
    with pytest.raises(kind) as caught:
        fit_correction(**arguments)
    assert str(caught.value) == sentence
