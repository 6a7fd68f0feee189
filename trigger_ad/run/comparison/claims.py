"""What papers found, beside what the compared runs give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from trigger_ad.rates.intervals import Interval
from trigger_ad.run.comparison.performance import Performance
from trigger_ad.run.comparison.scores import Compared
from trigger_ad.scorers.combine import Combination

__all__ = ["Results", "claims"]

#: Performance by score, model (from training to hardware) and seed.
Results = Mapping[Compared, Mapping[str, Mapping[int, Performance]]]

#: "Roughly double": a ratio of significance improvements from here on confirms it.
_DOUBLE = 1.5

_COMBINATIONS = tuple(how.value for how in Combination)

#: Parts of a total improvement, and how they are called.
_WHICH = {"minimum": "smallest", "median": "median", "maximum": "largest"}

#: Statements of arXiv:2106.10164 (Secs. 6 and 7), and scorers that they need by name.
_OF_SCORERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("003: the flow alone has the highest smallest and median TI (hackathon set)", ("flow",)),
    ("003: OR of ensemble and flow has the highest median and largest TI (secret set)",
     ("flow", "svdd")),
    ("003: members of an SVDD ensemble correlate by 0.4 to 0.6", ("svdd",)),
    ("003: SVDD ensemble and flow correlate by 0.122", ("flow", "svdd")),
)  # fmt: skip


def claims(results: Results, scorers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Claims with what is found here, all of the model nearest to hardware that scores share.

    A claim is confirmed if it holds in every seed, beyond the intervals where there are any, not
    confirmed if in none, and otherwise not decided.

    Parameters
    ----------
    results : mapping
        Performance by score, model and seed; a combination may have fewer seeds than its members.
    scorers : mapping of str to str
        Name of the scorer by configuration.

    Returns
    -------
    list of dict
        ``claim``; ``about``, what it is tried on; ``here``; and ``confirmed``, which is null where
        it is not decided or not run.
    """
    return [
        *_combinations(results),
        *_twice(results, scorers),
        *_not_run(set(scorers.values())),
    ]


def _combinations(results: Results) -> Iterator[dict[str, Any]]:
    """Caron, Hendriks and Verheyen, Sec. 7: a combination beats each of its members."""
    groups: dict[tuple[Compared, ...], list[Compared]] = {}
    for score in results:
        if score.name in _COMBINATIONS and score.members:
            groups.setdefault(score.members, []).append(score)
    for members, combined in groups.items():
        for what in _WHICH:
            yield _beats(results, members, combined, what)


def _beats(
    results: Results, members: Sequence[Compared], combined: Sequence[Compared], what: str
) -> dict[str, Any]:
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


def _twice(results: Results, scorers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Mikuni, Nachman and Shih, Sec. III: the diagonal cut about doubles the SIC of one score."""
    claim = "001: the diagonal cut has about twice the largest SIC of either autoencoder alone"
    pairs = [
        score for score in results
        if score.name == "diagonal" and scorers[score.configuration] == "double_ae"
    ]  # fmt: skip
    if not pairs:
        yield _row(claim, "", _absent(["double_ae"]), [])
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


def _not_run(scorers: set[str]) -> Iterator[dict[str, Any]]:
    """Claims on scorers that no configuration has."""
    for claim, needed in _OF_SCORERS:
        absent = [name for name in needed if name not in scorers]
        here = _absent(absent) if absent else "see the tables; --combine joins configurations"
        yield _row(claim, "", here, [])


def _absent(scorers: Sequence[str]) -> str:
    return f"not run: no configuration of scorer {' or '.join(scorers)}"


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


def _shared(results: Results, scores: Sequence[Compared]) -> dict[Compared, list[Performance]]:
    """Of the model nearest to hardware and the seeds that all scores have."""
    first = results[scores[0]]
    model = [name for name in first if all(name in results[score] for score in scores)][-1]
    seeds = [
        seed for seed in first[model] if all(seed in results[score][model] for score in scores)
    ]
    return {score: [results[score][model][seed] for seed in seeds] for score in scores}


def _row(claim: str, about: str, here: str, held: Sequence[bool | None]) -> dict[str, Any]:
    decided = len(set(held)) == 1
    return {
        "claim": claim, "about": about, "here": here, "confirmed": held[0] if decided else None,
    }  # fmt: skip
