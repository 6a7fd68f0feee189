"""The page of a comparison: one HTML file that needs no other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trigger_ad.files import write_text
from trigger_ad.report import figures as draw
from trigger_ad.report.compare.tables import (
    FILTERS,
    closures,
    final,
    grouped,
    improvements,
    of_model,
    same_figures,
)
from trigger_ad.report.plots import Shown
from trigger_ad.report.save import image
from trigger_ad.report.templating import environment

__all__ = ["render", "write"]

_CAPTION = (
    "Total improvement: the smallest, the median and the largest significance improvement over all "
    "signals, of each score in the model nearest to hardware (as Fig. 5 of arXiv:2106.10164). Bars "
    "are standard deviations over seeds where there are several; the dotted line is no improvement."
)


def write(record: Mapping[str, Any], path: Path) -> None:
    """Write the page of a record ``compare/1`` whole.

    Parameters
    ----------
    record : mapping
        What `run.comparison.record.compare` returns, or its file; nothing else is read.
    path : Path
    """
    write_text(path, render(record))


def render(record: Mapping[str, Any]) -> str:
    """Return the page; everything that comes from the record is escaped."""
    templates = environment()
    templates.filters |= FILTERS
    numbers = improvements(record)
    shown = None if numbers is None else image(draw.improvements.draw(numbers), "improvements")
    seeds = max(len(row["seeds"]) for row in record["configurations"])
    return templates.get_template("compare.html.j2").render(
        record=record,
        plots={} if shown is None else {"improvements": Shown(shown, _CAPTION)},
        groups=grouped(final(record)),
        others={
            model: None if same_figures(record, model) else grouped(of_model(record, model))
            for model in ("teacher", "float", "quantized")
            if of_model(record, model)
        },
        signals=[name for name in record["events"] if not name.startswith("sm_")],
        efficiencies=record["rules"]["background_efficiencies"],
        closures=closures(record),
        correlations=record["correlations"][-1:],
        seeds=seeds,
    )
