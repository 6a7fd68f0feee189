"""Text of the firmware, from template files shipped beside the package."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from trigger_ad.storage.shipped import shipped_path

__all__ = ["render"]


#: For comments, which say small numbers in words.
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _in_words(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


@cache
def _environment(room: str) -> jinja2.Environment:
    # The shared object is made of parts of the trigger top.
    folders = [shipped_path("firmware", name, "templates") for name in (room, "hls")]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  C++ and SystemVerilog, from names that were checked
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["in_words"] = _in_words
    return environment


def render(template: str, **values: Any) -> str:
    """Fill a template of the firmware; an unknown name in it is an error.

    Parameters
    ----------
    template : str
        Room and file, as in ``hls/score.h.j2`` for ``firmware/hls/templates/score.h.j2``.
    """
    room, _, name = template.partition("/")
    return _environment(room).get_template(name).render(**values)
