"""Templates of the pages: HTML is escaped, an unknown name is an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2

from trigger_ad.pages.format import FILTERS
from trigger_ad.pages.names import model_label, sample_label, title
from trigger_ad.rates.figure import figure_text, interval_text
from trigger_ad.statistics.intervals import is_few

__all__ = ["environment"]


_SHARED = Path(__file__).parent / "templates"


def environment(folder: Path) -> jinja2.Environment:
    """Templates of a room and those that all pages share, with their filters and tests.

    Parameters
    ----------
    folder : Path
        Of the room's templates.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, _SHARED]),
        autoescape=jinja2.select_autoescape(("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= FILTERS
    templates.filters |= {
        "compact": _compact,
        "figure_text": figure_text,
        "interval_text": interval_text,
        "model": model_label,
        "sample": sample_label,
        "named": title,
    }
    templates.tests["few"] = is_few
    return templates


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
