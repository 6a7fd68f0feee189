"""The tables of a comparison, picked from its record."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trigger_ad.compare.rows import CompareRecord, OverSeeds, PairClosure, ScoreRow
from trigger_ad.pages.format import DASH, count, fixed
from trigger_ad.pages.names import model_label, sample_label, title

__all__ = [
    "FILTERS",
    "MODELS",
    "ByModel",
    "Closures",
    "Group",
    "Improvements",
    "by_model",
    "closures",
    "final",
    "grouped",
    "improvements",
    "of_model",
    "same_figures",
    "score_label",
]

_LABELS = {
    "held": "score 2 held",
    "diagonal": "diagonal cut",
    "and": "AND",
    "or": "OR",
    "prod": "PROD",
    "avg": "AVG",
}

#: From training to hardware.
MODELS = ("teacher", "float", "quantized", "firmware")


@dataclass(frozen=True)
class Group:
    """Rows of one configuration, or of one combination of several."""

    name: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class ByModel:
    """Labels of the scores of one configuration, each with its rows by model."""

    name: str
    rows: tuple[tuple[str, Mapping[str, ScoreRow | None]], ...]


@dataclass(frozen=True)
class Closures:
    """Closure of a pair of scores at one SM efficiency, rows of the record by model."""

    pair: tuple[str, ...]
    sm_efficiency: float
    models: Mapping[str, PairClosure]


@dataclass(frozen=True)
class Improvements:
    """Total improvement of every score, of the model nearest to hardware; shapes (n_scores,).

    Parameters
    ----------
    labels : tuple of str
    minimum, median, maximum : tuple of (float or None)
    minimum_spread, median_spread, maximum_spread : tuple of (float or None)
        Standard deviation over seeds.
    """

    labels: tuple[str, ...]
    minimum: tuple[float | None, ...]
    median: tuple[float | None, ...]
    maximum: tuple[float | None, ...]
    minimum_spread: tuple[float | None, ...]
    median_spread: tuple[float | None, ...]
    maximum_spread: tuple[float | None, ...]


def final(record: CompareRecord) -> list[ScoreRow]:
    """One row for each score: of its model that is nearest to hardware."""
    nearest = {row.label: row for row in sorted(record.scores, key=_place)}
    return [nearest[label] for label in dict.fromkeys(row.label for row in record.scores)]


def of_model(record: CompareRecord, model: str) -> list[ScoreRow]:
    """Rows of a model that `final` does not show."""
    shown = final(record)
    return [row for row in record.scores if row.model == model and row not in shown]


def same_figures(record: CompareRecord, model: str) -> bool:
    """Whether all rows of a model have the figures of those nearest to hardware."""
    shown = {row.label: row for row in final(record)}
    return all(
        row.model_copy(update={"model": shown[row.label].model}) == shown[row.label]
        for row in of_model(record, model)
    )


def grouped(rows: Sequence[ScoreRow]) -> tuple[Group, ...]:
    """Rows by configuration, and by members of combinations, in order."""
    names = dict.fromkeys(_group(row) for row in rows)
    return tuple(Group(name, tuple(row for row in rows if _group(row) == name)) for name in names)


def by_model(record: CompareRecord) -> list[ByModel]:
    """Rows of every score by model, by configuration, in order."""
    found: dict[str, dict[str, dict[str, ScoreRow | None]]] = {}
    for row in record.scores:
        models = found.setdefault(_group(row), {}).setdefault(
            score_label(row, model=False), dict.fromkeys(MODELS)
        )
        models[row.model] = row
    return [ByModel(name, tuple(rows.items())) for name, rows in found.items()]


def improvements(record: CompareRecord) -> Improvements | None:
    """Numbers of the figure; None where no score has a total improvement."""
    rows = [row for row in final(record) if row.total_improvement.median.mean is not None]
    if not rows:
        return None
    several = len(grouped(rows)) > 1
    of = [row.total_improvement for row in rows]
    return Improvements(
        tuple(
            f"{_group(row)}: {score_label(row)}" if several else score_label(row) for row in rows
        ),
        minimum=tuple(one.minimum.mean for one in of),
        median=tuple(one.median.mean for one in of),
        maximum=tuple(one.maximum.mean for one in of),
        minimum_spread=tuple(one.minimum.spread for one in of),
        median_spread=tuple(one.median.spread for one in of),
        maximum_spread=tuple(one.maximum.spread for one in of),
    )


def closures(record: CompareRecord) -> list[Closures]:
    """Closure by pair and efficiency, in order."""
    found: dict[tuple[tuple[str, ...], float], dict[str, PairClosure]] = {}
    for row in record.closure:
        found.setdefault((row.pair, row.sm_efficiency), {})[row.model] = row
    return [Closures(pair, efficiency, models) for (pair, efficiency), models in found.items()]


def score_label(row: ScoreRow, model: bool = True) -> str:
    """Name of a score or combination, with its model where that is not the firmware."""
    label = _LABELS.get(row.score, title(row.score))
    return label if not model or row.model == "firmware" else f"{label} ({model_label(row.model)})"


def _group(row: ScoreRow) -> str:
    return row.configuration or " + ".join(row.members)


def _place(row: ScoreRow) -> int:
    return MODELS.index(row.model)


def _written(
    figure: OverSeeds | None, number: Callable[[float], str], unit: str = ""
) -> tuple[str, str]:
    """Figure, and what stands below it: the spread over seeds or the interval of one seed."""
    if figure is None or figure.mean is None:
        return DASH, ""
    shown = f"{number(figure.mean)}{unit}"
    if figure.spread:
        return shown, f"± {number(figure.spread)}{unit}"
    if figure.low is not None and figure.high is not None:
        return shown, f"[{number(figure.low)},\u00a0{number(figure.high)}]{unit}"
    return shown, ""


def _plain(figure: OverSeeds | None, digits: int = 3) -> tuple[str, str]:
    return _written(figure, lambda value: fixed(value, digits))


def _share(figure: OverSeeds | None) -> tuple[str, str]:
    """Percent, all ends with the decimals that give the figure three significant digits."""
    mean = 100 * (figure.mean or 0.0) if figure else 0.0
    decimals = min(max(2 - math.floor(math.log10(mean)), 0), 6) if mean > 0 else 3
    return _written(figure, lambda value: fixed(100 * value, decimals), "\u202f%")


def _whole(figure: OverSeeds | None) -> tuple[str, str]:
    return _written(figure, count)


#: Filters of the template beside those of every page; figures are the two lines of a cell.
FILTERS: dict[str, Callable[..., Any]] = {
    "figure": _plain,
    "share_figure": _share,
    "count_figure": _whole,
    "score": score_label,
    "signal": sample_label,
}
