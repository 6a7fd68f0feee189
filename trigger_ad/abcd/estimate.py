"""Background in the signal region from the other three regions (paper 001, Eq. 3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.working_point import require_events
from trigger_ad.events.strata import Strata
from trigger_ad.statistics.intervals import COVERAGE
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.registers import REGIONS

__all__ = [
    "Estimate",
    "bootstrap_ratios",
    "cluster_counts",
    "estimate",
    "estimate_drawn",
    "estimate_in_strata",
    "from_counts",
    "predict",
]

#: Sign of log N_r in log(predicted / observed), for A, B, C, D.
SIGNS = np.array([-1.0, 1.0, 1.0, -1.0])


@dataclass(frozen=True)
class Estimate:
    """Observed and predicted background in region A.

    Parameters
    ----------
    observed : float
        Events in A.
    predicted : float
        N_B N_C / N_D.
    predicted_error : float
        One standard deviation, from B, C and D.
    ratio : float
        Predicted / observed.
    ratio_error : float
        One standard deviation, from all four counts.
    low, high : float
        95 % interval of the ratio, symmetric in its logarithm.
    effective : float
        Independent events in A: (sum n)^2 / (sum n^2) over its clusters.
    """

    observed: float
    predicted: float
    predicted_error: float
    ratio: float
    ratio_error: float
    low: float
    high: float
    effective: float

    def interval(self, coverage: float) -> tuple[float, float]:
        """Ends of another interval of the ratio, symmetric in its logarithm as `low`, `high`."""
        return _ends(self.ratio, self.ratio_error / self.ratio, coverage)

    def times(self, kappa: float, error: float) -> Estimate:
        """Return the same with the prediction times a non-closure factor.

        Parameters
        ----------
        kappa, error : float
            Factor with one standard deviation, of other events than these.
        """
        relative = error / kappa
        spread = math.hypot(self.ratio_error / self.ratio, relative)
        low, high = _ends(self.ratio * kappa, spread, COVERAGE)
        return replace(
            self,
            predicted=self.predicted * kappa,
            predicted_error=kappa * math.hypot(self.predicted_error, self.predicted * relative),
            ratio=self.ratio * kappa,
            ratio_error=self.ratio * kappa * spread,
            low=low,
            high=high,
        )

    @property
    def significance(self) -> float:
        """Observed above predicted events, in standard deviations of both; 0 without an excess.

        It is (N - B) / (N s) with the relative error s of the ratio: for independent events
        (N - B) / sqrt(N + N^2 (1/N_B + 1/N_C + 1/N_D)).
        """
        return max(1.0 - self.ratio, 0.0) / (self.ratio_error / self.ratio)

    def to_json(self) -> dict[str, float]:
        """Plain numbers by name."""
        return asdict(self)


def predict(counts: NDArray[Any]) -> float:
    """Events expected in A, N_B N_C / N_D, from ndarray (4,) in the order A, B, C, D."""
    _, b, c, d = (float(count) for count in counts)
    return b * c / d


def cluster_counts(region: NDArray[np.uint8], clusters: NDArray[Any]) -> NDArray[np.int64]:
    """Events of every cluster in each region.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
    clusters : ndarray (n_events,)
        Equal for events that share a parton event, and so are not independent.

    Returns
    -------
    ndarray (n_clusters, 4) of int64
    """
    _, index = np.unique(clusters, return_inverse=True)
    table = np.bincount(index * 4 + region, minlength=4 * (int(index.max(initial=-1)) + 1))
    return table.reshape(-1, 4).astype(np.int64)


def estimate(
    counts: NDArray[Any], by_cluster: NDArray[np.int64] | None = None, name: str = "the thresholds"
) -> Estimate:
    """Compare prediction and observation.

    The error of log(predicted / observed) = log N_B + log N_C - log N_D - log N_A is
    propagated to first order: the sum over clusters j of (sum_r sign_r n_jr / N_r)^2, which
    for independent events is 1/N_A + 1/N_B + 1/N_C + 1/N_D.

    Parameters
    ----------
    counts : ndarray (4,)
        Events in A, B, C, D.
    by_cluster : ndarray (n_clusters, 4) of int64, optional
        From `cluster_counts`, where events are not independent.
    name : str
        What chose the regions, for errors.

    Raises
    ------
    WorkingPointError
        If a region is empty.
    """
    require_events(counts, name)
    shares = SIGNS / counts
    if by_cluster is None:
        variance, outside = (shares**2 * counts).sum(), (shares**2 * counts)[1:].sum()
        effective = float(counts[0])
    else:
        variance = ((by_cluster @ shares) ** 2).sum()
        outside = ((by_cluster[:, 1:] @ shares[1:]) ** 2).sum()
        effective = float(counts[0] ** 2 / (by_cluster[:, 0] ** 2).sum())
    return _estimate(counts, variance, outside, effective)


def estimate_in_strata(
    tables: Sequence[NDArray[np.int64]], strata: Strata, name: str = "the thresholds"
) -> Estimate:
    """Compare prediction and observation in events that were drawn in strata.

    Counts are those of as many events of a plain sample, ``N_r = sum_s v_s n_sr`` with
    ``v_s = P_s N / N_s``. The error of log(predicted / observed) is propagated to first order as in
    `estimate`, within strata of fixed sizes: the sum over the clusters j of each stratum of
    ``(x_j - n_j sum_j x_j / N_s)^2`` with ``x_j = v_s sum_r sign_r n_jr / N_r``, and
    ``(e_s sum_j x_j)^2`` for a relative error e_s of the probability.

    Parameters
    ----------
    tables : sequence of ndarray (n_clusters, 4) of int64
        Of each stratum, from `cluster_counts`.
    strata : Strata
    name : str
        What chose the regions, for errors.

    Raises
    ------
    WorkingPointError
        If a region is empty.
    ConfigError
        If a stratum has no events.
    """
    strata.require(np.array([table.sum() for table in tables]), name)
    return _in_strata(tables, strata.probabilities, strata.errors, name)


def estimate_drawn(
    region: NDArray[np.uint8], drawn: Stratified, name: str = "the thresholds"
) -> Estimate:
    """Compare prediction and observation from the events themselves; see `estimate_in_strata`.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
    drawn : Stratified
        How these events were drawn.
    name : str
        What chose the regions, for errors.

    Raises
    ------
    WorkingPointError
        If a region is empty.
    """
    own = [drawn.places == place for place in range(len(drawn.probabilities))]
    tables = [cluster_counts(region[mine], drawn.clusters[mine]) for mine in own]
    return _in_strata(tables, drawn.probabilities, drawn.errors, name)


def _in_strata(
    tables: Sequence[NDArray[np.int64]],
    probabilities: Sequence[float],
    errors: Sequence[float],
    name: str,
) -> Estimate:
    sizes = np.array([table.sum() for table in tables])
    scales = np.array(probabilities) * sizes.sum() / sizes
    counts = np.array([s * t.sum(axis=0) for s, t in zip(scales, tables, strict=True)]).sum(axis=0)
    measured = errors or np.zeros(len(tables))

    def spread(shares: NDArray[np.float64]) -> float:
        of_each = zip(scales, tables, measured, strict=True)
        return float(sum(_spread(s * t, shares, e) for s, t, e in of_each))

    return _propagated(counts, spread, name)


def from_counts(
    counts: NDArray[np.int64],
    drawn: NDArray[np.int64],
    strata: Strata,
    name: str = "the thresholds",
) -> Estimate:
    """Compare prediction and observation from counts alone, as of independent events.

    Propagated as in `estimate_in_strata`, each event being its own cluster. The events may be those
    of a bin: the others then add nothing.

    Parameters
    ----------
    counts : ndarray (strata, 4) of int64
        Events in A, B, C, D.
    drawn : ndarray (strata,) of int64
        All events of each stratum.
    strata : Strata
    name : str
        What chose the regions, for errors.

    Raises
    ------
    WorkingPointError
        If a region is empty.
    ConfigError
        If a stratum has no events.
    """
    strata.require(drawn, name)
    scales = np.array(strata.probabilities) * drawn.sum() / drawn

    def spread(shares: NDArray[np.float64]) -> float:
        within = counts @ shares**2 - (counts @ shares) ** 2 / drawn
        measured = (np.array(strata.errors or 0.0) * (counts @ shares)) ** 2
        return float(scales**2 @ (within + measured))

    return _propagated(scales @ counts, spread, name)


def _propagated(
    expected: NDArray[np.float64], spread: Callable[[NDArray[np.float64]], float], name: str
) -> Estimate:
    """Estimate of expected counts; `spread` is the variance of a weighted sum of the regions."""
    require_events(expected, name)
    shares, alone = SIGNS / expected, np.eye(len(REGIONS))[0] / expected
    first = spread(alone)
    effective = 1.0 / first if first > 0 else math.inf
    return _estimate(expected, spread(shares), spread(np.where(alone > 0, 0.0, shares)), effective)


def _spread(table: NDArray[np.float64], shares: NDArray[np.float64], error: float) -> float:
    """Variance of the weighted sum of the regions of a stratum, whose number of events is fixed.

    That of its probability, which has a relative error, is added.
    """
    of_cluster, events = table @ shares, table.sum(axis=1)
    total = of_cluster.sum()
    within = ((of_cluster - events * total / events.sum()) ** 2).sum()
    return float(within + (error * total) ** 2)


def _estimate(counts: NDArray[Any], variance: float, outside: float, effective: float) -> Estimate:
    """Estimate of counts with the variance of the logarithm of the ratio, and of the prediction."""
    predicted = predict(counts)
    ratio = predicted / float(counts[0])
    low, high = _ends(ratio, math.sqrt(variance), COVERAGE)
    return Estimate(
        observed=counts[0].item(),
        predicted=predicted,
        predicted_error=predicted * math.sqrt(outside),
        ratio=ratio,
        ratio_error=ratio * math.sqrt(variance),
        low=low,
        high=high,
        effective=effective,
    )


def _ends(ratio: float, error: float, coverage: float) -> tuple[float, float]:
    """Ends of an interval whose logarithm is normal with so large an error."""
    from scipy.special import ndtri

    width = math.exp(float(ndtri((1 + coverage) / 2)) * error)
    return ratio / width, ratio * width


def bootstrap_ratios(
    by_cluster: NDArray[np.int64], replicas: int, seed: int
) -> NDArray[np.float64]:
    """Ratio predicted / observed of resampled clusters; independent of the propagation above.

    Clusters with equal counts are drawn together, so that the cost does not grow with events.

    Parameters
    ----------
    by_cluster : ndarray (n_clusters, 4) of int64
    replicas : int
    seed : int

    Returns
    -------
    ndarray (replicas,) of float64
        NaN or infinite where a replica has an empty region.
    """
    patterns, times = np.unique(by_cluster, axis=0, return_counts=True)
    clusters = len(by_cluster)
    drawn = np.random.default_rng(seed).multinomial(clusters, times / clusters, size=replicas)
    a, b, c, d = (drawn @ patterns).T.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(b * c / (d * a))
