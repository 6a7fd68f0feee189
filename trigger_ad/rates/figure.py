"""A quoted figure as files have it: with its interval, or a limit where few events are behind."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Protocol

from trigger_ad.display import DASH
from trigger_ad.storage.record import Record

__all__ = [
    "EffectiveFigure",
    "Figure",
    "InBothUnits",
    "PairedFigure",
    "QuotedFigure",
    "SeedFigure",
    "figure_text",
    "interval_text",
    "kilohertz",
    "shown",
    "unit_of",
]


class Figure(Record):
    """A fraction of events or a rate in Hz.

    Parameters
    ----------
    value, low, high : float or None
        Figure and 95 % interval; of a seed None where only a limit is quoted.
    upper_limit : float or None
        95 % limit where fewer than 100 effective events stand behind it.
    """

    value: float | None
    low: float | None
    high: float | None
    upper_limit: float | None

    @property
    def lowest(self) -> float:
        """Low end of the interval; 0 where only a limit is quoted."""
        return self.low or 0.0

    @property
    def highest(self) -> float:
        """High end of the interval, or the limit where only that is quoted."""
        found = self.upper_limit if self.value is None else self.high
        return math.inf if found is None else found


class EffectiveFigure(Figure):
    """A figure of a seed, with the number of independent events behind it."""

    effective_events: float

    @property
    def alone(self) -> SeedFigure:
        """The same as a fraction without a normalisation."""
        return SeedFigure(efficiency=self, hz=None)

    def scaled(self, factor: float) -> EffectiveFigure:
        """Return the same figure in another unit."""
        value, low, high, limit = (
            None if number is None else number * factor
            for number in (self.value, self.low, self.high, self.upper_limit)
        )
        return EffectiveFigure(
            value=value,
            low=low,
            high=high,
            upper_limit=limit,
            effective_events=self.effective_events,
        )


class PairedFigure(Record):
    """Efficiency of the trigger minus that of something else, on the same events.

    Parameters
    ----------
    value, low, high : float
        With its 95 % interval.
    effective_events : float
        Independent events behind it that only one of the two takes.
    """

    value: float
    low: float
    high: float
    effective_events: float

    @property
    def verdict(self) -> str:
        """``above`` or ``below`` where 0 is outside of the interval, else ``not decided``."""
        if self.low > 0:
            return "above"
        return "below" if self.high < 0 else "not decided"


class SeedFigure(Record):
    """A figure of a menu as a fraction, and in Hz where there is a normalisation."""

    efficiency: EffectiveFigure
    hz: EffectiveFigure | None


class QuotedFigure(Record):
    """A figure of the regions as a fraction, and in Hz where there is a normalisation."""

    efficiency: Figure
    hz: Figure | None
    effective_events: float


class InBothUnits(Protocol):
    """What `SeedFigure` and `QuotedFigure` have in common."""

    @property
    def efficiency(self) -> Figure:
        """As a fraction."""

    @property
    def hz(self) -> Figure | None:
        """In Hz, None without a normalisation."""


def shown(figure: InBothUnits) -> Figure:
    """In Hz where there is a normalisation, else as a fraction."""
    return figure.efficiency if figure.hz is None else figure.hz


def kilohertz(hz: float) -> str:
    """Write a rate in kHz with three significant digits, however small or large.

    Examples
    --------
    >>> kilohertz(23456.7), kilohertz(18.66), kilohertz(1234567.0), kilohertz(0.0)
    ('23.5', '0.0187', '1230', '0')
    """
    written = f"{Decimal(f'{hz / 1e3:#.3g}'):f}".rstrip(".")
    return written if hz else "0"


def unit_of(figure: InBothUnits) -> str:
    """Name the unit of what `figure_text` writes."""
    return "efficiency" if figure.hz is None else "kHz"


def figure_text(figure: InBothUnits) -> str:
    """Write the value of what is shown, in kHz, or the limit where only that is known."""
    found = shown(figure)
    if found.upper_limit is not None:
        return f"< {_number(figure, found.upper_limit)}"
    return _number(figure, found.value)


def interval_text(figure: InBothUnits) -> str:
    """Write the 95 % interval beside `figure_text`; nothing beside a limit or an exact figure."""
    found = shown(figure)
    if found.upper_limit is not None or found.low == found.high:
        return ""
    return f"[{_number(figure, found.low)}, {_number(figure, found.high)}]"


def _number(figure: InBothUnits, value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value:.3g}" if figure.hz is None else kilohertz(value)
