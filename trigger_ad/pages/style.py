"""One look for all figures: mplhep's CMS style at the size of a printed page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLORS", "MARKERS", "MODEL_COLORS", "WIDTH", "color_of", "grid", "style"]

#: Width of a figure in inches: the text width of an A4 page.
WIDTH = 9.2

#: Colours of the signals, distinguishable without colour vision
#: (M. A. Petroff, arXiv:2107.02270, Table 1).
COLORS = ("#e42536", "#5790fc", "#964a8b", "#f89c20", "#7a21dd", "#9c9ca1")

#: Colours of the models, from training to hardware.
MODEL_COLORS = {
    "float": "#5790fc",
    "ptq": "#9c9ca1",
    "quantized": "#f89c20",
    "firmware": "#e42536",
    "published": "#7a21dd",
    "single": "#964a8b",
}

#: Markers of the models, so that a black and white print can be read.
MARKERS = {"float": "o", "ptq": "v", "quantized": "s", "firmware": "D"}

_OVERRIDES: dict[Any, Any] = {
    "axes.labelsize": 11,
    "axes.linewidth": 0.9,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.size": 10.5,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.title_fontsize": 9,
    "lines.linewidth": 1.5,
    "mathtext.fontset": "stixsans",
    "lines.markersize": 5,
    "savefig.bbox": None,
    "savefig.dpi": 150,
    "savefig.transparent": False,
    "svg.fonttype": "path",
    "xaxis.labellocation": "right",
    "xtick.labelsize": 9.5,
    "xtick.major.size": 5,
    "xtick.minor.size": 2.5,
    "yaxis.labellocation": "top",
    "ytick.labelsize": 9.5,
    "ytick.major.size": 5,
    "ytick.minor.size": 2.5,
}


@contextmanager
def style(salt: str = "trigger_ad") -> Iterator[None]:
    """Settings of every figure, undone at the end.

    Parameters
    ----------
    salt : str
        Of the identifiers inside an SVG, which are random otherwise.
    """
    import matplotlib as mpl
    import mplhep

    with mpl.rc_context():
        mpl.rcParams.update(mplhep.style.CMS)
        mpl.rcParams.update(_OVERRIDES | {"svg.hashsalt": salt})
        yield


def grid(
    panels: int, columns: int, height: float, sharex: bool = False, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a figure of panels in rows of `columns`; `height` of a row in inches.

    Unused panels of the last row are left out.
    """
    from matplotlib.figure import Figure

    columns = min(columns, panels)
    rows = -(-panels // columns)
    figure = Figure(figsize=(WIDTH, height * rows))
    axes = list(figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey).flat)
    for spare in axes[panels:]:
        spare.remove()
    return figure, axes[:panels]


def color_of(sample: str, signals: tuple[str, ...]) -> str:
    """Colour of a sample; black for the Standard Model."""
    return COLORS[signals.index(sample) % len(COLORS)] if sample in signals else "black"
