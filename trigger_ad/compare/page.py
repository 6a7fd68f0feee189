"""The page of a comparison: one HTML file that needs no other, and its tables in Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trigger_ad.compare import figure
from trigger_ad.compare.rows import CompareRecord
from trigger_ad.compare.tables import (
    FILTERS,
    MODELS,
    by_model,
    closures,
    final,
    grouped,
    improvements,
    of_model,
    same_figures,
)
from trigger_ad.pages.save import image
from trigger_ad.pages.templating import environment
from trigger_ad.report.plots import Shown
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.storage.files import write_text

__all__ = ["markdown", "render", "write", "write_markdown"]

_TEMPLATES = Path(__file__).parent / "templates"

_CAPTION = (
    "Total improvement: the smallest, the median and the largest significance improvement over all "
    "signals, of each score in the model nearest to hardware (as Fig. 5 of arXiv:2106.10164). Bars "
    "are standard deviations over seeds where there are several; the dotted line is no improvement."
)


def write(record: CompareRecord, path: Path) -> None:
    """Write the page of a comparison whole.

    Parameters
    ----------
    record : CompareRecord
        What `compare.record.compare` returns, or `CompareRecord.read` of its file; nothing else
        is read.
    path : Path
    """
    write_text(path, render(record))


def render(record: CompareRecord) -> str:
    """Return the page; everything that comes from the record is escaped."""
    templates = environment(_TEMPLATES)
    templates.filters |= FILTERS
    numbers = improvements(record)
    shown = None if numbers is None else image(figure.draw(numbers), "improvements")
    return templates.get_template("compare.html.j2").render(
        **_shared(record),
        plots={} if shown is None else {"improvements": Shown(shown, _CAPTION)},
        others={
            model: None if same_figures(record, model) else grouped(of_model(record, model))
            for model in ("teacher", "float", "quantized")
            if of_model(record, model)
        },
        correlations=record.correlations[-1:],
    )


def write_markdown(record: CompareRecord, path: Path) -> None:
    """Write the tables of a comparison whole, as Markdown."""
    write_text(path, markdown(record))


def markdown(record: CompareRecord) -> str:
    """Return the main tables for a document."""
    templates = environment(_TEMPLATES)
    templates.filters |= FILTERS
    return templates.get_template("compare.md.j2").render(
        **_shared(record),
        models=MODELS,
        by_model=by_model(record),
        correlation=record.correlations[-1],
    )


def _shared(record: CompareRecord) -> dict[str, Any]:
    of_pairs = closures(record)
    return {
        "record": record,
        "groups": grouped(final(record)),
        "signals": [name for name in record.events if not name.startswith(f"{BACKGROUND}_")],
        "efficiencies": record.rules.background_efficiencies,
        "closures": of_pairs,
        "closure_models": [
            model for model in MODELS if any(model in row.models for row in of_pairs)
        ],
        "seeds": max(len(row.seeds) for row in record.configurations),
    }
