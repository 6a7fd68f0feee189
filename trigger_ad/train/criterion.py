"""How good a network is, with hard cuts: what chooses the epoch that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import TrainingError
from trigger_ad.sections.train import Train
from trigger_ad.statistics.distance_correlation import distance_correlation

__all__ = ["EFFICIENCIES", "Measure", "log_ratios", "measure"]

#: Of the signal region, at which closure is judged.
EFFICIENCIES = (0.05, 0.02, 0.01, 0.005)

#: Events that enter the distance correlation.
SAMPLE = 20_000

#: Standard deviation of a score in its unit, or in its mean, at which it tells nothing.
COLLAPSED = 1e-6

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """Quality of two scores; the smaller `criterion` is better.

    Parameters
    ----------
    reconstruction : float
        Sum of the mean costs, each in its unit; for an autoencoder those of its scores.
    disco : float
        Squared distance correlation of the transformed scores.
    closure : float
        Mean magnitude of ``ln(predicted / observed)`` beyond its statistical error: what the
        events can tell from closure, so that the choice does not follow their noise.
    criterion : float
        ``reconstruction + w_disco disco + w_closure closure``.
    """

    reconstruction: float
    disco: float
    closure: float
    criterion: float


def measure(
    scores: Sequence[Real],
    units: Sequence[float],
    settings: Train,
    seen: Sequence[Real] | None = None,
    costs: Sequence[Real] | None = None,
) -> Measure:
    """Judge the scores of the validate split; closure, a matter of many events, with others.

    Parameters
    ----------
    scores : sequence of ndarray (n_events,)
        One or two.
    units : sequence of float
        As in `loss.Loss`.
    settings : Train
        The weights of the terms.
    seen : sequence of ndarray (n_seen,), optional
        Scores of training events, which join the others in the closure.
    costs : sequence of ndarray (n_events,), optional
        What training lowers for each score, in its unit, where that is not the score.

    Raises
    ------
    TrainingError
        If a score is not finite, or the same for all events.
    """
    for score, unit in zip(scores, units, strict=True):
        if not np.isfinite(score).all():
            raise TrainingError(
                "the training",
                "must keep every score finite",
                "NaN or infinity",
                "lower train.learning_rate",
            )
        if np.std(score) <= COLLAPSED * max(abs(float(np.mean(score))), unit):
            raise TrainingError(
                "a score",
                "must differ between events",
                "collapsed to one value",
                "lower train.disco.weight or train.learning_rate, widen its hidden layers, or "
                "leave out the biases of svdd",
            )
    relative = [np.asarray(s, np.float64) / unit for s, unit in zip(scores, units, strict=True)]
    reconstruction = float(sum(cost.mean() for cost in (relative if costs is None else costs)))
    if len(relative) < 2:
        return Measure(reconstruction, 0.0, 0.0, reconstruction)
    if settings.transform == "log":
        relative = [np.log(score + 1e-3) for score in relative]
    disco = distance_correlation(relative[0][:SAMPLE], relative[1][:SAMPLE])
    first, second = scores if seen is None else map(np.concatenate, zip(scores, seen, strict=True))
    ratios, errors = log_ratios(first, second, EFFICIENCIES)
    closure = float(np.mean(np.maximum(np.abs(ratios) - errors, 0.0)))
    total = reconstruction + settings.disco.weight * disco + settings.closure.weight * closure
    return Measure(reconstruction, disco, closure, total)


def log_ratios(first: Real, second: Real, efficiencies: Sequence[float]) -> tuple[Real, Real]:
    """``ln(predicted / observed)`` at diagonal cuts and its statistical error.

    Both scores are cut at the quantile at which their product of efficiencies is the wanted
    one; prediction by Eq. 3 of Phys. Rev. D 105, 055006 (2022).

    Parameters
    ----------
    first, second : ndarray (n_events,)
    efficiencies : sequence of float
        Of the signal region, were the scores independent.

    Returns
    -------
    ratios, errors : ndarray (n_efficiencies,) of float64
        Counts are taken one half larger, so that empty regions stay finite.
    """
    kept = 1 - np.sqrt(np.asarray(efficiencies))
    above_first = first[:, None] > np.quantile(first, kept)
    above_second = second[:, None] > np.quantile(second, kept)
    a = np.sum(above_first & above_second, axis=0) + 0.5
    b = np.sum(above_first & ~above_second, axis=0) + 0.5
    c = np.sum(~above_first & above_second, axis=0) + 0.5
    d = np.sum(~above_first & ~above_second, axis=0) + 0.5
    return np.log(b * c / (a * d)), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
