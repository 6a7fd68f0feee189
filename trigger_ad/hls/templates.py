"""Text of the firmware, from template files shipped beside the package."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from trigger_ad.shipped import shipped_path

__all__ = ["render"]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped_path("firmware", "hls", "templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  C++, from names that were checked
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, **values: Any) -> str:
    """Fill a template of ``firmware/hls/templates``; an unknown name in it is an error."""
    return _environment().get_template(template).render(**values)
