"""Figures of a run or of a scan of rates, drawn when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConfigError, TriggerAdError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.pages.style import style
from trigger_ad.report import plots, rates_page
from trigger_ad.report.numbers import load
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.report.plots import Plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Figures", "UnknownFigureError"]


class UnknownFigureError(TriggerAdError, KeyError):
    """There is no figure of this name, or there are no numbers for it."""

    __str__ = Exception.__str__  # that of a KeyError puts the sentence into quotes


class Figures(Displayed, Mapping[str, "Figure"]):
    """Figures by name, those that there are numbers for.

    Parameters
    ----------
    source : Run of `report.numbers.load`, or ScanRecord
        What the numbers are of.

    Raises
    ------
    ConfigError
        If it is something else.
    """

    def __init__(self, source: load.Run | ScanRecord) -> None:
        self._plots: Sequence[Plot] = plots.PLOTS
        self._source: load.Run | Scan
        if isinstance(source, ScanRecord):
            self._plots, self._source = rates_page.PLOTS, Scan(source)
        elif isinstance(source, load.Run):
            self._source = source
        else:
            raise ConfigError(
                "Figures", "must be given the record of a scan", source, "for a run, run.figures"
            )

    @cached_property
    def _picked(self) -> dict[str, tuple[Plot, Any]]:
        """Figure and numbers by name."""
        found = ((plot, plot.pick(self._source)) for plot in self._plots)
        return {plot.name: (plot, numbers) for plot, numbers in found if numbers is not None}

    def __getitem__(self, name: str) -> Figure:
        if name not in self._picked:
            names = ", ".join(self._picked)
            raise UnknownFigureError(
                "a figure", f"must be one of {names}", repr(name), "choose one of these"
            )
        plot, numbers = self._picked[name]
        with style(name):
            return plot.draw(numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._picked)

    def __len__(self) -> int:
        return len(self._picked)

    def _display(self) -> Table:
        rows = ((name, self._caption(plot)) for name, (plot, _) in self._picked.items())
        return Table(f"{len(self)} figures", (), tuple(rows))

    def _caption(self, plot: Plot) -> str:
        if isinstance(self._source, Scan):
            return rates_page.caption_of(plot, self._source)
        return plots.caption_of(plot, self._source)
