"""How good a network is, with hard cuts: what chooses the epoch that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import TrainingError
from trigger_ad.sections.train import Train
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.train.flatness import hard_slopes

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
        ``reconstruction + w_disco disco + w_closure closure + w_pileup flatness``, the last of
        which is the sum over the scores of the mean magnitude of `flatness.hard_slopes`.
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
    *,
    weights: NDArray[Any] | None = None,
    seen_weights: NDArray[Any] | None = None,
    pileup: Real | None = None,
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
    weights, seen_weights : ndarray (n_events,) and (n_seen,), optional
        Of the events, of mean 1; all alike if they are not given.
    pileup : ndarray (n_events,) of float64, optional
        Where its term is in the loss.

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
    reconstruction = float(sum(_mean(c, weights) for c in (relative if costs is None else costs)))
    follows = 0.0
    if pileup is not None and settings.pileup.weight:
        cuts = 1 - np.sqrt(np.asarray(EFFICIENCIES))
        each = [hard_slopes(score, pileup, cuts, weights) for score in relative]
        follows = settings.pileup.weight * float(sum(np.mean(np.abs(one)) for one in each))
    if len(relative) < 2:
        return Measure(reconstruction, 0.0, 0.0, reconstruction + follows)
    if settings.transform == "log":
        relative = [np.log(score + 1e-3) for score in relative]
    own = None if weights is None else weights[:SAMPLE]
    disco = distance_correlation(relative[0][:SAMPLE], relative[1][:SAMPLE], own)
    first, second = scores if seen is None else map(np.concatenate, zip(scores, seen, strict=True))
    if seen is not None and weights is not None and seen_weights is not None:
        weights = np.concatenate([weights, seen_weights])
    ratios, errors = log_ratios(first, second, EFFICIENCIES, weights)
    closure = float(np.mean(np.maximum(np.abs(ratios) - errors, 0.0)))
    total = reconstruction + settings.disco.weight * disco + settings.closure.weight * closure
    return Measure(reconstruction, disco, closure, total + follows)


def log_ratios(
    first: Real, second: Real, efficiencies: Sequence[float], weights: NDArray[Any] | None = None
) -> tuple[Real, Real]:
    """``ln(predicted / observed)`` at diagonal cuts and its statistical error.

    Both scores are cut at the quantile at which their product of efficiencies is the wanted
    one; prediction by Eq. 3 of Phys. Rev. D 105, 055006 (2022).

    Parameters
    ----------
    first, second : ndarray (n_events,)
    efficiencies : sequence of float
        Of the signal region, were the scores independent.
    weights : ndarray (n_events,), optional
        Of the events, of mean 1; all alike if they are not given.

    Returns
    -------
    ratios, errors : ndarray (n_efficiencies,) of float64
        Counts are taken one half larger, so that empty regions stay finite.
    """
    kept = 1 - np.sqrt(np.asarray(efficiencies))
    above_first, above_second = (
        score[:, None] > _quantiles(score, kept, weights) for score in (first, second)
    )
    regions = (
        above_first & above_second,
        above_first & ~above_second,
        ~above_first & above_second,
        ~above_first & ~above_second,
    )
    (a, b, c, d), variances = zip(*(_counts(one, weights) for one in regions), strict=True)
    return np.log(b * c / (a * d)), np.sqrt(sum(variances))


def _counts(inside: NDArray[np.bool_], weights: NDArray[Any] | None) -> tuple[Real, Real]:
    """Events in a region and one half, and the relative variance of that, by efficiency."""
    if weights is None:
        count = np.sum(inside, axis=0) + 0.5
        return count, 1 / count
    count = weights @ inside + 0.5
    return count, (weights**2 @ inside + 0.5) / count**2


def _quantiles(score: Real, kept: Real, weights: NDArray[Any] | None) -> Real:
    if weights is None:
        return np.asarray(np.quantile(score, kept))
    return np.asarray(np.quantile(score, kept, weights=weights, method="inverted_cdf"))


def _mean(values: Real, weights: NDArray[Any] | None) -> float:
    return float(values.mean() if weights is None else np.average(values, weights=weights))
