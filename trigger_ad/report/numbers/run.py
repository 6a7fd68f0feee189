"""The numbers of the figures of a run, picked from its records and scores.

A figure draws one of these records and nothing else; the record is saved beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.pages.names import MODELS, SCORES
from trigger_ad.report.numbers.load import Run
from trigger_ad.run_folder import TEST
from trigger_ad.statistics.strata import mean

__all__ = [
    "ClosurePoints",
    "Distribution",
    "Distributions",
    "Histories",
    "History",
    "LayerErrors",
    "Plane",
    "Planes",
    "Significance",
    "Significances",
    "Values",
    "closure",
    "distributions",
    "float_firmware",
    "histories",
    "layers",
    "planes",
    "significance",
]

Values = NDArray[np.float64]

#: Largest score shown, as a quantile of the sample that reaches furthest.
_SHOWN = 0.998


@dataclass(frozen=True)
class Distribution:
    """One score of one model on every sample, in bins of equal width.

    Parameters
    ----------
    model, score : str
    edges : ndarray of float64, shape (n_bins + 1,)
        In the units of the loss; the last bin also holds what lies above it.
    fractions : dict of str to ndarray of float64, shape (n_bins,)
        Fraction of the events in each bin, by sample.
    threshold : float or None
        Working point, in the same units; None where the model has none.
    """

    model: str
    score: str
    edges: Values
    fractions: dict[str, Values]
    threshold: float | None


@dataclass(frozen=True)
class Distributions:
    """Both scores, float and firmware."""

    panels: tuple[Distribution, ...]


@dataclass(frozen=True)
class Plane:
    """Events of one sample in a plane.

    Parameters
    ----------
    name : str
        Sample, or score where two models are compared.
    x, y : ndarray of float64, shapes (n_x + 1,) and (n_y + 1,)
        Edges in the units of the loss; outer bins also hold what lies beyond.
    counts : ndarray of float64, shape (n_x, n_y)
        Events; of strata as many as of a plain sample.
    shares : dict of str to float
        Fraction of the events in each region; empty where there are no regions.
    """

    name: str
    x: Values
    y: Values
    counts: Values
    shares: dict[str, float]


@dataclass(frozen=True)
class Planes:
    """One plane for every sample or score, with the thresholds of the working point.

    Parameters
    ----------
    panels : tuple of Plane
    thresholds : tuple of float
        Of score 1 and score 2, in the units of the loss.
    """

    panels: tuple[Plane, ...]
    thresholds: tuple[float, float]


@dataclass(frozen=True)
class ClosurePoints:
    """Predicted over observed events of the signal region, by model.

    Parameters
    ----------
    model : str
    sm_efficiency, ratio, low, high : ndarray of float64, shape (n_points,)
        Wanted efficiency, predicted/observed, and its 95 % interval.
    error : ndarray of float64, shape (n_points,)
        Standard deviation of the ratio.
    """

    model: str
    sm_efficiency: Values
    ratio: Values
    error: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Significance:
    """Significance of one signal against SM efficiency, beside that of none; shapes (n_points,).

    Parameters
    ----------
    signal : str
    sm_efficiency : ndarray of float64
    uncorrected, corrected : ndarray of float64
        Background predicted from the other regions with their signal, and without it.
    known : ndarray of float64
        Background in the signal region known.
    single : ndarray of float64
        Of the single autoencoder with its background known; NaN where none was trained.
    alone : ndarray of float64
        Of the SM sample without any signal, its background predicted from its other regions:
        what non-closure alone gives. With its background known it is 0.
    with_kappa, alone_with_kappa : ndarray of float64
        As `uncorrected` and `alone`, but with kappa and with the errors of kappa and of the
        regions; NaN in runs of earlier versions.
    """

    signal: str
    sm_efficiency: Values
    uncorrected: Values
    corrected: Values
    known: Values
    single: Values
    alone: Values
    with_kappa: Values
    alone_with_kappa: Values


@dataclass(frozen=True)
class Significances:
    """The significance of every signal."""

    panels: tuple[Significance, ...]


@dataclass(frozen=True)
class LayerErrors:
    """Error of the quantised network layer by layer, in units of the layer's LSB.

    Parameters
    ----------
    branch, layer : tuple of str
    mean, largest : ndarray of float64, shape (n_layers,)
        Absolute difference from the float network, in LSB.
    saturated : ndarray of float64, shape (n_layers,)
        Fraction of the values at the end of their range.
    """

    branch: tuple[str, ...]
    layer: tuple[str, ...]
    mean: Values
    largest: Values
    saturated: Values


@dataclass(frozen=True)
class History:
    """One training: its quantities at the end of every epoch.

    Parameters
    ----------
    model : str
    best : int
        Index of the epoch whose weights were kept.
    values : dict of str to ndarray of float64, shape (n_epochs,)
        By name in the history file.
    """

    model: str
    best: int
    values: dict[str, Values]


@dataclass(frozen=True)
class Histories:
    """Float training, then quantization-aware training."""

    panels: tuple[History, ...]


def distributions(run: Run, bins: int = 60) -> Distributions:
    """Score distributions of float and firmware on the SM test split and every signal."""
    panels = []
    for score in SCORES:
        edges = _edges(run, score, bins)
        for model in ("float", "firmware"):
            fractions = {
                sample: _fractions(
                    run.scores.value(model, sample, score), edges, run.scores.weights(sample)
                )
                for sample in (TEST, *run.signals)
            }
            threshold = _thresholds(run)[score] if model == "firmware" else None
            panels.append(Distribution(model, score, edges, fractions, threshold))
    return Distributions(tuple(panels))


def planes(run: Run, bins: int = 60) -> Planes:
    """Firmware scores of every sample in the plane of the two scores."""
    x, y = (_edges(run, score, bins) for score in SCORES)
    cuts = run.rates.working_point.thresholds
    panels = []
    for sample in (TEST, *run.signals):
        one, two = (run.scores.raw("firmware", sample, score) for score in SCORES)
        above1, above2 = one >= cuts["score1"], two >= cuts["score2"]
        shares = {
            "A": above1 & above2,
            "B": above1 & ~above2,
            "C": ~above1 & above2,
            "D": ~above1 & ~above2,
        }
        real1, real2 = (run.scores.value("firmware", sample, score) for score in SCORES)
        drawn, weights = run.scores.drawn(sample), run.scores.weights(sample)
        panels.append(
            Plane(
                sample,
                x,
                y,
                _counts(real1, real2, x, y, weights),
                {region: mean(inside, drawn) for region, inside in shares.items()},
            )
        )
    thresholds = _thresholds(run)
    return Planes(tuple(panels), (thresholds["score1"], thresholds["score2"]))


def float_firmware(run: Run, bins: int = 80) -> Planes:
    """Float score (x) against firmware score (y) on the SM test split, for both scores."""
    panels = []
    for score in SCORES:
        edges = _edges(run, score, bins)
        x, y = (run.scores.value(model, TEST, score) for model in ("float", "firmware"))
        weights = run.scores.weights(TEST)
        panels.append(Plane(score, edges, edges, _counts(x, y, edges, edges, weights), {}))
    thresholds = _thresholds(run)
    return Planes(tuple(panels), (thresholds["score1"], thresholds["score2"]))


def closure(run: Run) -> tuple[ClosurePoints, ...]:
    """Closure of every model, by rising SM efficiency."""
    points = []
    for model in MODELS:
        rows = list(run.closure.of(model))
        if not rows:
            continue
        rows.sort(key=lambda row: row.sm_efficiency)
        low, high = np.array([row.interval95 for row in rows], dtype=np.float64).T
        points.append(
            ClosurePoints(
                model,
                _array(row.sm_efficiency for row in rows),
                _array(row.ratio for row in rows),
                _array(row.ratio_error for row in rows),
                low,
                high,
            )
        )
    return tuple(points)


def significance(run: Run) -> Significances:
    """Significance of every signal with and without the ABCD estimate, and of no signal."""
    found = {row.sm_efficiency: row for row in run.closure.of("firmware")}
    panels = []
    for signal, rows in run.closure.significance.items():
        ordered = sorted(rows, key=lambda row: row.sm_efficiency)
        panels.append(
            Significance(
                signal,
                sm_efficiency=_array(row.sm_efficiency for row in ordered),
                uncorrected=_array(row.uncorrected for row in ordered),
                corrected=_array(row.corrected for row in ordered),
                known=_array(row.known for row in ordered),
                single=_array(row.single for row in ordered),
                alone=_array(found[row.sm_efficiency].significance for row in ordered),
                with_kappa=_array(row.with_kappa for row in ordered),
                alone_with_kappa=_array(
                    found[row.sm_efficiency].significance_with_kappa for row in ordered
                ),
            )
        )
    return Significances(tuple(panels))


def layers(run: Run) -> LayerErrors | None:
    """Per-layer errors in the order in which the run measured them; None without a network."""
    rows = run.validation.layers
    if not rows:
        return None
    return LayerErrors(
        tuple(row.branch for row in rows),
        tuple(row.layer for row in rows),
        _array(row.mean_abs_error_lsb for row in rows),
        _array(row.max_abs_error_lsb for row in rows),
        _array(row.fraction_saturated for row in rows),
    )


def histories(run: Run) -> Histories | None:
    """Training histories of the run; None where its weights were loaded."""
    panels = [
        History(model, training.best, {name: _array(of) for name, of in training.series.items()})
        for model, training in run.histories.items()
        if training.series["loss"]
    ]
    return Histories(tuple(panels)) if panels else None


def _array(series: Iterable[float | None]) -> Values:
    """Numbers of a record; null is NaN and is not drawn."""
    return np.array([np.nan if value is None else value for value in series], dtype=np.float64)


def _thresholds(run: Run) -> dict[str, float]:
    point = run.rates.working_point
    return {score: point.thresholds[score] * point.lsb[score] for score in SCORES}


def _edges(run: Run, score: str, bins: int) -> Values:
    """Bins a whole number of firmware counts wide, so that no bin holds more codes than others.

    Edges lie half a count below a code: a firmware score and the float score that rounds to
    it fall into the same bin.
    """
    samples = (TEST, *run.signals)
    tops = [_top(run.scores.raw("firmware", s, score), run.scores.weights(s)) for s in samples]
    step = max(int(np.ceil(max(tops) / bins)), 1)
    codes = np.arange(bins + 1) * step - 0.5
    return np.asarray(codes * run.scores.lsb["firmware"][score], dtype=np.float64)


def _top(scores: NDArray[np.int64], weights: Values | None) -> float:
    """Score below which all but few events lie."""
    if weights is None:
        return float(np.quantile(scores, _SHOWN))
    return float(np.quantile(scores, _SHOWN, weights=weights, method="inverted_cdf"))


def _fractions(values: Values, edges: Values, weights: Values | None) -> Values:
    return np.divide(_fill([values], [edges], weights), len(values), dtype=np.float64)


def _counts(
    x: Values, y: Values, edges_x: Values, edges_y: Values, weights: Values | None
) -> Values:
    return _fill([x, y], [edges_x, edges_y], weights)


def _fill(values: list[Values], edges: list[Values], weights: Values | None) -> Values:
    """Histogram of any dimension whose outer bins hold what lies beyond them."""
    import hist

    ends = ((e[0], np.nextafter(e[-1], e[0])) for e in edges)
    inside = [np.clip(v, *end) for v, end in zip(values, ends, strict=True)]
    axes = [hist.axis.Variable(e, underflow=False, overflow=False) for e in edges]
    return np.asarray(hist.Hist(*axes).fill(*inside, weight=weights).values(), dtype=np.float64)
