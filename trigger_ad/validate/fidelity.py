"""How well a student repeats its teacher: order of events, areas under ROC curves, closure.

The average decision ordering of two scores f and g is the part of all pairs of events that both
order alike (Faucett, Thaler and Whiteson, Phys. Rev. D 103, 036020 (2021); Bradshaw, Chang and
Ostdiek, Phys. Rev. D 106, 035014 (2022), Eqs. 7 and 8):

    ADO = < Theta([f(x1) - f(x2)] [g(x1) - g(x2)]) >,    Theta(0) = 1

With Theta(0) = 1 a student that gives all events one score orders every pair. Scores of few bits
have many ties, so pairs that only one of the two ties count one half here; the figure of Eq. 8 is
kept beside it. All pairs are counted, in O(n log n) time.

Intervals are percentile bootstraps over clusters of the first order of each figure: the mean
over events of the part of their pairs that are ordered (Hoeffding, Ann. Math. Statist. 19, 293
(1948)), of their placements among the other sample (DeLong, DeLong and Clarke-Pearson, Biometrics
44, 837 (1988)).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.closure import ClosurePoint
from trigger_ad.errors import TrainingError
from trigger_ad.statistics.auc import twice_beaten
from trigger_ad.statistics.bootstrap import cluster_index, times_drawn
from trigger_ad.statistics.distance_correlation import concordance
from trigger_ad.statistics.intervals import COVERAGE, Interval
from trigger_ad.statistics.strata import Stratified, mean
from trigger_ad.storage.record import dataclass_of

__all__ = ["AucLoss", "ClosureLoss", "Fidelity", "fidelity", "require_fidelity"]

SCHEMA = "fidelity/1"

Real = NDArray[np.float64]

#: Scores of the same events by the teacher and by the student, each (n_events,).
Both = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True)
class AucLoss:
    """Areas under the ROC curve for one signal.

    Parameters
    ----------
    teacher, student : float
    loss : Interval
        Of the teacher less that of the student, on the same events.
    """

    teacher: float
    student: float
    loss: Interval


@dataclass(frozen=True)
class ClosureLoss:
    """Predicted / observed at one working point.

    Parameters
    ----------
    sm_efficiency : float
    teacher, student : Interval
        Ratios.
    loss : float
        abs(ln ratio) of the student less that of the teacher.
    """

    sm_efficiency: float
    teacher: Interval
    student: Interval
    loss: float


@dataclass(frozen=True)
class Fidelity:
    """What a student keeps of its teacher.

    Parameters
    ----------
    ordering : Interval
        Average decision ordering on background; pairs that one of the two ties count one half.
    ordering_with_ties : float
        Eq. 8 as it stands: pairs that are tied count as ordered.
    auc : dict of str to AucLoss
        By signal.
    closure : tuple of ClosureLoss
    """

    ordering: Interval
    ordering_with_ties: float
    auc: Mapping[str, AucLoss]
    closure: tuple[ClosureLoss, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Fidelity:
        """Rebuild from `to_json`.

        Raises
        ------
        ValueError
            If a value is missing or of another type.
        """
        return dataclass_of(cls, record)


def fidelity(
    background: Both,
    signals: Mapping[str, Both],
    *,
    replicas: int = 200,
    seed: int,
    clusters: NDArray[Any] | None = None,
    signal_clusters: Mapping[str, NDArray[Any]] | None = None,
    closure: tuple[Sequence[ClosurePoint], Sequence[ClosurePoint]] = ((), ()),
    drawn: Stratified | None = None,
) -> Fidelity:
    """Compare a student with its teacher on events that trained neither.

    Parameters
    ----------
    background : pair of ndarray (n_events,)
        Scores of background events by the teacher and by the student; anomalous is high.
    signals : mapping of str to pair of ndarray (n_signal,)
        The same of each signal.
    replicas : int
        Of the bootstrap.
    seed : int
        The same seed draws the same events.
    clusters : ndarray (n_events,), optional
        Parton event of each background event, where events were resampled.
    signal_clusters : mapping of str to ndarray (n_signal,), optional
        The same of the signals that are named.
    closure : pair of sequence of ClosurePoint
        Of the teacher's pair of scores and of the student's, from `abcd.closure.closure`.
    drawn : Stratified, optional
        Of the background, where it was drawn in strata, with its clusters: pairs are those of
        all events, and clusters are drawn within strata.

    Returns
    -------
    Fidelity

    Raises
    ------
    TrainingError
        If teacher and student have scores of other events, of fewer than two, or NaN, or if
        their closure is at other efficiencies.
    """
    _check("background", background)
    index = drawn if drawn is not None else cluster_index(clusters, len(background[0]))
    ordered, with_ties = _ordered(*background, None if drawn is None else drawn.weights)
    ordering = _interval(mean(ordered, drawn), [(2 * ordered, index)], replicas, seed)
    auc = {}
    for name, both in signals.items():
        _check(name, both)
        of_signal = cluster_index((signal_clusters or {}).get(name), len(both[0]))
        auc[name] = _auc_loss(background, both, (index, of_signal), replicas, seed)
    return Fidelity(ordering, mean(with_ties, drawn), auc, _closure_loss(*closure))


def require_fidelity(found: Fidelity, asked: float) -> None:
    """Refuse a student that orders too few pairs as its teacher does.

    Parameters
    ----------
    found : Fidelity
    asked : float
        Average decision ordering, ties of one score counted one half; 0.5 is no relation.

    Raises
    ------
    TrainingError
        If `asked` is not above 0.5 and at most 1, or more than the student has.
    """
    if not 0.5 < asked <= 1:
        raise TrainingError(
            "the fidelity that is asked of a student",
            "must be above 0.5 and at most 1",
            asked,
            "ask for an average decision ordering, as 0.9",
        )
    value = found.ordering
    if value.value < asked:
        raise TrainingError(
            "the student",
            f"must order at least {asked:g} of all pairs as its teacher does",
            f"{value.value:.4f} [{value.low:.4f}, {value.high:.4f}]",
            "widen it, give it more bits or train it longer, or ask for less",
        )


def _ordered(
    teacher: NDArray[Any], student: NDArray[Any], weights: Real | None = None
) -> tuple[Real, Real]:
    """Part of each event's pairs that both order alike, with ties one half and with ties one."""
    places = [np.unique(score, return_inverse=True)[1] for score in (teacher, student)]
    joint = np.unique(places[0] * len(teacher) + places[1], return_inverse=True)[1]
    own: Any = 1 if weights is None else weights
    of_teacher, of_student, of_both = (
        np.bincount(place, weights)[place] - own for place in (*places, joint)
    )
    pairs = (len(teacher) if weights is None else weights.sum()) - own
    one_tied = of_teacher + of_student - 2 * of_both
    alike = concordance(places[0], places[1], weights)
    against = (pairs - one_tied - of_both - alike) / 2
    return 1 - (against + one_tied / 2) / pairs, 1 - against / pairs


def _auc_loss(
    background: Both,
    signal: Both,
    indices: tuple[NDArray[np.int64] | Stratified, NDArray[np.int64]],
    replicas: int,
    seed: int,
) -> AucLoss:
    weights = indices[0].weights if isinstance(indices[0], Stratified) else None
    below = [_placements(*pair, weights) for pair in zip(background, signal, strict=True)]
    above = [1 - _placements(*pair) for pair in zip(signal, background, strict=True)]
    teacher, student = (float(placements.mean()) for placements in below)
    parts = [(above[0] - above[1], indices[0]), (below[0] - below[1], indices[1])]
    return AucLoss(teacher, student, _interval(teacher - student, parts, replicas, seed))


def _placements(others: NDArray[Any], scores: NDArray[Any], weights: Real | None = None) -> Real:
    """Part of the others that each score is above, equal ones one half."""
    return np.asarray(twice_beaten(others, scores, weights) / (2 * len(others)))


def _interval(
    value: float,
    parts: Sequence[tuple[Real, NDArray[np.int64] | Stratified]],
    replicas: int,
    seed: int,
) -> Interval:
    """Bootstrap of a figure that is, to first order, a sum of means over its samples."""
    rng = np.random.default_rng(seed)
    found = np.full(replicas, value)
    for place in range(replicas):
        for influence, index in parts:
            if isinstance(index, Stratified):
                found[place] += index.replica_mean(influence, rng) - index.mean(influence)
                continue
            times = times_drawn(rng, index)
            found[place] += times @ influence / times.sum() - influence.mean()
    low, high = np.quantile(found, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Interval(value, float(low), float(high))


def _closure_loss(
    teacher: Sequence[ClosurePoint], student: Sequence[ClosurePoint]
) -> tuple[ClosureLoss, ...]:
    asked = [[point.sm_efficiency for point in points] for points in (teacher, student)]
    if asked[0] != asked[1]:
        raise TrainingError(
            "the closure of a student",
            f"must be at the efficiencies of its teacher, {asked[0]}",
            asked[1],
            "give both the same working points",
        )
    return tuple(
        ClosureLoss(
            one.sm_efficiency,
            _ratio(one),
            _ratio(other),
            abs(math.log(other.estimate.ratio)) - abs(math.log(one.estimate.ratio)),
        )
        for one, other in zip(teacher, student, strict=True)
    )


def _ratio(point: ClosurePoint) -> Interval:
    return Interval(point.estimate.ratio, point.estimate.low, point.estimate.high)


def _check(name: str, scores: Both) -> None:
    sizes = [len(score) for score in scores]
    if sizes[0] != sizes[1] or sizes[0] < 2:
        raise TrainingError(
            f"the {name} scores of teacher and student",
            "must be of the same events, two or more",
            f"{sizes[0]} and {sizes[1]}",
            "score one sample with both",
        )
    for who, score in zip(("teacher", "student"), scores, strict=True):
        if not np.isfinite(score).all():
            raise TrainingError(
                f"the {name} scores of the {who}",
                "must be finite",
                "NaN or infinity",
                "train it again with a lower learning rate",
            )
