"""How the compared scores depend on each other: correlations, and closure of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.closure import ClosurePoint, closure
from trigger_ad.compare.compared import Compared, flat_ranks, rank_bits
from trigger_ad.compare.rows import CorrelationTable, PairClosure
from trigger_ad.compare.runs import ComparedRun
from trigger_ad.compare.seeds import over_seeds
from trigger_ad.errors import WorkingPointError
from trigger_ad.run_folder import TEST, THRESHOLD
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.strata import Stratified

__all__ = ["SM_EFFICIENCIES", "correlations", "pair_closure"]

#: Of region A, at which closure is compared.
SM_EFFICIENCIES = (0.05, 0.02, 0.01)

#: Runs by configuration and by seed.
Runs = Mapping[str, Mapping[int, ComparedRun]]


def correlations(scores: Sequence[Compared], runs: Runs, model: str) -> CorrelationTable:
    """Pearson's coefficient of every pair of scores on test background, and that of their ranks.

    Caron, Hendriks and Verheyen, arXiv:2106.10164 (2021), Sec. 6, quote Pearson's coefficient.
    That of ranks is on the scale on which scores are combined.

    Parameters
    ----------
    scores : sequence of Compared
        Of runs, not combinations.
    runs : mapping
    model : str

    Returns
    -------
    CorrelationTable
        With figures over the seeds that both configurations have.
    """
    names = list(dict.fromkeys(score.configuration for score in scores))
    seeds = list(dict.fromkeys(seed for name in names for seed in runs[name]))
    size = len(scores)
    table: dict[str, list[list[list[float | None]]]] = {
        kind: [[[] for _ in range(size)] for _ in range(size)] for kind in ("pearson", "rank")
    }
    for seed in seeds:
        one = {name: by_seed[seed] for name, by_seed in runs.items() if seed in by_seed}
        at = [place for place, score in enumerate(scores) if score.configuration in one]
        for kind, matrix in _matrices([scores[place] for place in at], one, model):
            for i, row in zip(at, matrix, strict=True):
                for j, value in zip(at, row, strict=True):
                    table[kind][i][j].append(value)
    pearson, rank = (
        tuple(tuple(over_seeds(values) if values else None for values in row) for row in rows)
        for rows in (table["pearson"], table["rank"])
    )
    labels = tuple(score.label for score in scores)
    return CorrelationTable(model=model, scores=labels, pearson=pearson, rank=rank)


def _matrices(
    scores: Sequence[Compared], runs: Mapping[str, ComparedRun], model: str
) -> Iterator[tuple[str, list[list[float | None]]]]:
    test = [score.values(runs, model, TEST) for score in scores]
    drawn = runs[scores[0].configuration].drawn[TEST]
    yield "pearson", _pearson(test, drawn)
    reference = [score.reference(runs, model) for score in scores]
    bits = rank_bits(len(reference[0]), 1)
    pairs = zip(reference, test, strict=True)
    yield "rank", _pearson([flat_ranks(of, values, bits) for of, values in pairs], drawn)


def _pearson(values: Sequence[Any], drawn: Stratified | None) -> list[list[float | None]]:
    with np.errstate(invalid="ignore", divide="ignore"):  # that of a constant is not known
        matrix = np.atleast_2d(_correlation(np.stack(values), drawn))
    return [[float(value) if np.isfinite(value) else None for value in row] for row in matrix]


def _correlation(values: NDArray[Any], drawn: Stratified | None) -> NDArray[np.float64]:
    if drawn is None:
        return np.asarray(np.corrcoef(values))
    covariance = np.atleast_2d(np.cov(values, aweights=drawn.weights))
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def pair_closure(
    pair: tuple[Compared, ...], seeds: Sequence[Mapping[str, ComparedRun]], model: str
) -> list[PairClosure]:
    """Closure of two scores by efficiency; not known where a region of any seed stays empty."""
    found = []
    for efficiency in SM_EFFICIENCIES:
        points = [_point(pair, runs, model, efficiency) for runs in seeds]
        known = [point for point in points if point is not None]
        found.append(
            PairClosure(
                pair=tuple(score.label for score in pair),
                model=model,
                sm_efficiency=efficiency,
                ratio=over_seeds([None if point is None else _ratio(point) for point in points]),
                effective_events=min(point.estimate.effective for point in known)
                if len(known) == len(points)
                else None,
            )
        )
    return found


def _point(
    pair: tuple[Compared, ...], runs: Mapping[str, ComparedRun], model: str, efficiency: float
) -> ClosurePoint | None:
    one, two = pair
    threshold, test = (
        (one.values(runs, model, sample), two.values(runs, model, sample))
        for sample in (THRESHOLD, TEST)
    )
    events = runs[one.leaves[0].configuration]
    clusters, drawn = events.clusters[TEST], events.drawn_pair
    held = events.config.trigger.score2_efficiency if _is_own(pair) else None
    try:
        (point,) = closure(model, threshold, test, (efficiency,), clusters, drawn, held)
    except WorkingPointError:
        return None
    return point


def _is_own(pair: tuple[Compared, ...]) -> bool:
    """Whether these are the scores of a run in the order in which its trigger cuts on them."""
    return len({score.configuration for score in pair}) == 1 and [score.name for score in pair] == [
        "score1",
        "score2",
    ]


def _ratio(point: ClosurePoint) -> Interval:
    return Interval(point.estimate.ratio, point.estimate.low, point.estimate.high)
