"""Saving a figure with its numbers beside it, always the same bytes for the same run."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trigger_ad.pages.style import style
from trigger_ad.storage.outputs import atomic
from trigger_ad.storage.record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PLOT_SCHEMA", "Saved", "image", "save", "write"]

#: Schema of the numbers beside a plot.
PLOT_SCHEMA = "plot/1"

_MIME = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Saved:
    """A figure as an image.

    Parameters
    ----------
    name : str
        Of its files, without suffix.
    kind : str
        ``svg`` or ``png``.
    data : bytes
        The image.
    """

    name: str
    kind: str
    data: bytes

    @property
    def uri(self) -> str:
        """The image as a data URI, so that a page needs no other file."""
        return f"data:{_MIME[self.kind]};base64,{base64.b64encode(self.data).decode('ascii')}"


def image(figure: Figure, name: str, kind: str = "svg") -> Saved:
    """Draw a figure, always as the same bytes, and write nothing; parameters as in `save`."""
    stream = io.BytesIO()
    with style(name):
        _settle(figure)
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(stream, format=kind, metadata=metadata)
    return Saved(name, kind, stream.getvalue())


def save(figure: Figure, numbers: object, folder: Path, name: str, kind: str = "svg") -> Saved:
    """Write ``NAME.svg`` or ``NAME.png`` and the numbers it draws as ``NAME.json``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    numbers : dataclass, or tuple of dataclasses
        The record that the figure was drawn from.
    folder : Path
        Made if it is missing.
    name : str
        Of the files, without suffix; also the salt of the identifiers inside an SVG.
    kind : str
        ``svg``, or ``png`` for figures of many cells.

    Returns
    -------
    Saved
        The image as written.
    """
    saved = image(figure, name, kind)
    content = {"schema": PLOT_SCHEMA, "name": name, "numbers": _plain(numbers)}
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / f"{name}.{kind}", saved.data)
    write(folder / f"{name}.json", (json.dumps(content, allow_nan=False) + "\n").encode())
    return saved


def _settle(figure: Figure) -> None:
    """Lay the figure out once; saving would do so at every pass."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def write(path: Path, content: bytes) -> None:
    """Write a file under another name and move it into place."""
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def _plain(value: Any) -> Any:
    """Records and arrays as JSON knows them; what is not a finite number becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Record):
        return _plain(value.to_json())
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
