"""What papers found, beside what the compared runs give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from trigger_ad.run.comparison.performance import Performance
from trigger_ad.run.comparison.scores import Compared

__all__ = ["Results", "claims"]

#: Performance by score and model, one for each seed.
Results = Mapping[Compared, Mapping[str, Sequence[Performance]]]

#: "Roughly double": a ratio of significance improvements from here on confirms it.
_DOUBLE = 1.5

_COMBINATIONS = ("and", "or", "prod", "avg")

#: Statements of arXiv:2106.10164 (Secs. 6 and 7), and scorers that they need by name.
_OF_SCORERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("003: the flow alone has the highest smallest and median TI (hackathon set)", ("flow",)),
    ("003: OR of ensemble and flow has the highest median and largest TI (secret set)",
     ("flow", "svdd")),
    ("003: members of an SVDD ensemble correlate by 0.4 to 0.6", ("svdd",)),
    ("003: SVDD ensemble and flow correlate by 0.122", ("flow", "svdd")),
)  # fmt: skip


def claims(results: Results, scorers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Claims with what is found here; all of the last model that a score has.

    A claim is confirmed if it holds in every seed, not confirmed if in none, and otherwise not
    decided.

    Parameters
    ----------
    results : mapping
        Performance by score and model, one for each seed.
    scorers : mapping of str to str
        Name of the scorer by configuration.

    Returns
    -------
    list of dict
        ``claim``, ``here`` and ``confirmed``, which is null where it is not decided or not run.
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
        for what in ("minimum", "median", "maximum"):
            yield _beats(results, members, combined, what)


def _beats(
    results: Results, members: Sequence[Compared], combined: Sequence[Compared], what: str
) -> dict[str, Any]:
    label = " and ".join(member.label for member in members)
    which = {"minimum": "smallest", "median": "median", "maximum": "largest"}[what]
    claim = f"003: a combination of {label} has a higher {which} TI than the better one alone"
    tis = {score: _of_total(results, score, what) for score in (*members, *combined)}
    if any(None in values for values in tis.values()):
        return _row(claim, "not enough events", [])
    means = {score: fmean(v for v in values if v is not None) for score, values in tis.items()}
    best, alone = (max(group, key=lambda score: means[score]) for group in (combined, members))
    held = [
        (high or 0) > max(tis[member][at] or 0 for member in members)
        for at, high in enumerate(tis[best])
    ]
    here = f"{best.name.upper()} {means[best]:.2f}, {alone.label} {means[alone]:.2f}"
    return _row(claim, here, held)


def _twice(results: Results, scorers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Mikuni, Nachman and Shih, Sec. III: the diagonal cut about doubles the SIC of one score."""
    claim = "001: the diagonal cut has about twice the largest SIC of either autoencoder"
    pairs = [
        score for score in results
        if score.name == "diagonal" and scorers[score.configuration] == "double_ae"
    ]  # fmt: skip
    if not pairs:
        yield _row(f"{claim} alone", "not run", [])
    for diagonal in pairs:
        one, two = ([p.signals for p in _last(results, member)] for member in diagonal.members)
        both = [p.signals for p in _last(results, diagonal)]
        for signal in both[0]:
            told = f"{claim} of {diagonal.configuration} alone, {signal}"
            sics = [[of[signal].sic_maximum for of in kind] for kind in (both, one, two)]
            if any(value is None for kind in sics for value in kind):
                yield _row(told, "not enough events", [])
                continue
            together, *alone = ([value or 0.0 for value in kind] for kind in sics)
            best = [max(values) for values in zip(*alone, strict=True)]
            ratios = [a / b if b else 0.0 for a, b in zip(together, best, strict=True)]
            here = f"{fmean(together):.2f} against {fmean(best):.2f}, {fmean(ratios):.2f} times"
            yield _row(told, here, [ratio >= _DOUBLE for ratio in ratios])


def _not_run(scorers: set[str]) -> Iterator[dict[str, Any]]:
    """Claims on scorers that no configuration has."""
    for claim, needed in _OF_SCORERS:
        absent = [name for name in needed if name not in scorers]
        if absent:
            yield _row(claim, f"not run: no configuration of scorer {' or '.join(absent)}", [])
        else:
            yield _row(claim, "see the tables: combine them with --combine", [])


def _of_total(results: Results, score: Compared, what: str) -> list[float | None]:
    totals = [one.total for one in _last(results, score)]
    return [None if total is None else float(getattr(total, what)) for total in totals]


def _last(results: Results, score: Compared) -> Sequence[Performance]:
    """Of the model that is nearest to hardware."""
    return list(results[score].values())[-1]


def _row(claim: str, here: str, held: Sequence[bool]) -> dict[str, Any]:
    decided = len(set(held)) == 1
    return {"claim": claim, "here": here, "confirmed": held[0] if decided else None}
