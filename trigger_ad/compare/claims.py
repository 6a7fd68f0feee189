"""What papers found, beside what the compared runs give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

import numpy as np

from trigger_ad.compare.compared import Compared
from trigger_ad.compare.members import ENSEMBLE, Members
from trigger_ad.compare.performance import Performance
from trigger_ad.compare.rows import ClaimRow, CorrelationTable
from trigger_ad.scorers.combine import Combination
from trigger_ad.statistics.intervals import Interval

__all__ = ["Results", "claims"]

#: Performance by score, model (from training to hardware) and seed.
Results = Mapping[Compared, Mapping[str, Mapping[int, Performance]]]

#: "Roughly double": a ratio of significance improvements from here on confirms it.
_DOUBLE = 1.5

_COMBINATIONS = tuple(how.value for how in Combination)

#: Parts of a total improvement, and how they are called.
_WHICH = {"minimum": "smallest", "median": "median", "maximum": "largest"}

#: Scorers of arXiv:2106.10164 by their names in configurations, and what it says of both
#: (Secs. 6 and 7): which score has the highest total improvements, and the correlation.
_RARE, _DIFFERENT = "flow", ENSEMBLE
_FLOW_BEST = "003: the flow alone has the highest smallest and median TI (hackathon set)"
_OR_BEST = "003: OR of flow and ensemble has the highest median and largest TI (secret set)"
_UNLIKE = "003: flow and ensemble correlate less than members do (0.122 against 0.4 to 0.6)"
_ALIKE = "003: members of the ensemble correlate by 0.4 to 0.6, in the median of their pairs"
_MEMBERS = (0.4, 0.6)
_NOT_KEPT = "not run: no run of these seeds has kept its ensemble"


def claims(
    results: Results,
    kinds: Mapping[str, str],
    correlations: Sequence[CorrelationTable],
    members: Members,
) -> list[ClaimRow]:
    """Claims with what is found here, of the model nearest to hardware that scores share.

    A claim is confirmed if it holds in every seed, beyond the intervals where there are any, not
    confirmed if in none, and otherwise not decided.

    Parameters
    ----------
    results : mapping
        Performance by score, model and seed; a combination may have fewer seeds than its members.
    kinds : mapping of str to str
        Scorer behind each score of a run, by its label: that of a student is its teacher.
    correlations : sequence of CorrelationTable
    members : mapping
        Correlations of the members of ensembles, see `compare.members`.

    Returns
    -------
    list of ClaimRow
    """
    groups: dict[tuple[Compared, ...], list[Compared]] = {}
    for score in results:
        if score.name in _COMBINATIONS and score.members:
            groups.setdefault(score.members, []).append(score)
    return [
        *(
            _beats(results, pair, combined, what)
            for pair, combined in groups.items()
            for what in _WHICH
        ),
        *_twice(results, kinds),
        *_rare_and_different(results, groups, kinds, correlations, members),
    ]


def _beats(
    results: Results, members: Sequence[Compared], combined: Sequence[Compared], what: str
) -> ClaimRow:
    claim = f"003: a combination has a higher {_WHICH[what]} TI than its best score alone"
    about = " and ".join(member.label for member in members)
    found = _shared(results, [*members, *combined])
    tis = {score: _of_total(of, what) for score, of in found.items()}
    if any(len(tis[score]) < len(of) for score, of in found.items()):
        return _row(claim, about, "not enough events", [])
    means = {score: fmean(ti.value for ti in of) for score, of in tis.items()}
    best, alone = (max(group, key=lambda score: means[score]) for group in (combined, members))
    singly = zip(*(tis[member] for member in members), strict=True)
    held = [_higher(ti, of_seed) for ti, of_seed in zip(tis[best], singly, strict=True)]
    here = f"{best.name.upper()} {means[best]:.2f}, {alone.label} {means[alone]:.2f}"
    return _row(claim, about, here, held)


def _twice(results: Results, kinds: Mapping[str, str]) -> Iterator[ClaimRow]:
    """Mikuni, Nachman and Shih, Sec. III: the diagonal cut about doubles the SIC of one score."""
    claim = "001: the diagonal cut has about twice the largest SIC of either autoencoder alone"
    pairs = [
        score
        for score in results
        if score.name == "diagonal" and kinds[score.members[0].label] == "double_ae"
    ]
    if not pairs:
        yield _row(claim, "", "not run: no double_ae", [])
    for diagonal in pairs:
        both, *members = _shared(results, [diagonal, *diagonal.members]).values()
        for signal in both[0].signals:
            together = _sics(both, signal)
            alone = [max(of) for of in zip(*(_sics(one, signal) for one in members), strict=True)]
            about = f"{diagonal.configuration}, {signal}"
            if 0.0 in (*together, *alone):
                yield _row(claim, about, "not enough events", [])
                continue
            ratios = [a / b for a, b in zip(together, alone, strict=True)]
            here = f"{fmean(together):.2f} against {fmean(alone):.2f}, {fmean(ratios):.2f} times"
            yield _row(claim, about, here, [ratio >= _DOUBLE for ratio in ratios])


def _rare_and_different(
    results: Results,
    groups: Mapping[tuple[Compared, ...], Sequence[Compared]],
    kinds: Mapping[str, str],
    correlations: Sequence[CorrelationTable],
    members: Members,
) -> Iterator[ClaimRow]:
    """Flow and ensemble themselves, as teachers, and what of them is nearest to hardware."""
    wanted = {_RARE, _DIFFERENT}
    pairs = [
        pair
        for pair in groups
        if len(pair) == len(wanted) == len({kinds.get(score.label) for score in pair} & wanted)
    ]
    if not pairs:
        for claim in (_FLOW_BEST, _OR_BEST, _UNLIKE, _ALIKE):
            yield _row(claim, "", f"not run: no {_RARE} beside {_DIFFERENT}", [])
    for pair in pairs:
        flow, ensemble = sorted(pair, key=lambda score: kinds[score.label] == _DIFFERENT)
        medians = [float(np.median(found)) for found in members.get(ensemble.label, {}).values()]
        either = next(score for score in groups[pair] if score.name == Combination.OR)
        scores = [*pair, *groups[pair]]
        models = _models(results, scores)
        for model in dict.fromkeys((models[0], models[-1])):
            found = _shared(results, scores, model)
            about = f"{' and '.join(score.label for score in pair)}, {model}"
            yield _best(_FLOW_BEST, about, found, flow, ("minimum", "median"))
            yield _best(_OR_BEST, about, found, either, ("median", "maximum"))
            yield _unlike(about, _coefficients(correlations, model, pair), medians)
        yield _alike(ensemble.label, medians)


def _unlike(about: str, values: Sequence[float], medians: Sequence[float]) -> ClaimRow:
    """Whether the correlation of flow and ensemble is smaller, seed by seed, than of members."""
    if not values or len(values) != len(medians):
        return _row(_UNLIKE, about, _NOT_KEPT, [])
    here = f"{fmean(values):.3f} against {fmean(medians):.3f}, the median of the pairs"
    held = [abs(value) < median for value, median in zip(values, medians, strict=True)]
    return _row(_UNLIKE, about, here, held)


def _alike(about: str, medians: Sequence[float]) -> ClaimRow:
    if not medians:
        return _row(_ALIKE, about, _NOT_KEPT, [])
    low, high = _MEMBERS
    return _row(_ALIKE, about, f"{fmean(medians):.3f}", [low <= one <= high for one in medians])


def _best(
    claim: str,
    about: str,
    found: Mapping[Compared, Sequence[Performance]],
    score: Compared,
    whats: Sequence[str],
) -> ClaimRow:
    """Whether one score is above all others in several parts of the total improvement."""
    held, here = [], []
    for what in whats:
        tis = {one: _of_total(of, what) for one, of in found.items()}
        if any(len(tis[one]) < len(of) for one, of in found.items()):
            return _row(claim, about, "not enough events", [])
        others = {one: of for one, of in tis.items() if one != score}
        rival = max(others, key=lambda one: fmean(ti.value for ti in others[one]))
        means = [fmean(ti.value for ti in tis[one]) for one in (score, rival)]
        here.append(f"{_WHICH[what]} {means[0]:.2f}, {rival.label} {means[1]:.2f}")
        each = zip(*others.values(), strict=True)
        held += [_higher(ti, rest) for ti, rest in zip(tis[score], each, strict=True)]
    return _row(claim, about, "; ".join(here), held)


def _coefficients(
    correlations: Sequence[CorrelationTable], model: str, pair: Sequence[Compared]
) -> list[float]:
    for table in correlations:
        labels = table.scores
        if table.model == model and all(score.label in labels for score in pair):
            row, column = (labels.index(score.label) for score in pair)
            figure = table.pearson[row][column]
            return [value for value in (figure.values if figure else ()) if value is not None]
    return []


def _of_total(of_seeds: Sequence[Performance], what: str) -> list[Interval]:
    """Of the seeds in which it is known."""
    return [getattr(one.total, what) for one in of_seeds if one.total is not None]


def _higher(combined: Interval, alone: Sequence[Interval]) -> bool | None:
    """Whether a figure is above all others; None where it is, but within the intervals."""
    best = max(alone, key=lambda one: one.value)
    if combined.value <= best.value:
        return False
    return True if combined.low > best.high else None


def _sics(of_seeds: Sequence[Performance], signal: str) -> list[float]:
    """Largest SIC in each seed; 0 where it is not known."""
    return [of.signals[signal].sic_maximum or 0.0 for of in of_seeds]


def _models(results: Results, scores: Sequence[Compared]) -> list[str]:
    """Models that all scores have, from training to hardware."""
    return [name for name in results[scores[0]] if all(name in results[one] for one in scores)]


def _shared(
    results: Results, scores: Sequence[Compared], model: str | None = None
) -> dict[Compared, list[Performance]]:
    """Of a model, or of that nearest to hardware, and of the seeds that all scores have."""
    model = _models(results, scores)[-1] if model is None else model
    seeds = [
        seed
        for seed in results[scores[0]][model]
        if all(seed in results[score][model] for score in scores)
    ]
    return {score: [results[score][model][seed] for seed in seeds] for score in scores}


def _row(claim: str, about: str, here: str, held: Sequence[bool | None]) -> ClaimRow:
    decided = len(set(held)) == 1
    return ClaimRow(claim=claim, about=about, here=here, confirmed=held[0] if decided else None)
