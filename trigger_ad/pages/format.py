"""How numbers are written on a page; a number that is not known is a dash, never 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from trigger_ad.rates.figure import InBothUnits, PairedFigure, shown
from trigger_ad.rates.record import RegionRow, TotalRow

__all__ = [
    "DASH",
    "FILTERS",
    "count",
    "fixed",
    "hertz",
    "interval",
    "measured",
    "nanoseconds",
    "paired",
    "percent",
    "plain",
    "quoted",
    "quoted_interval",
    "rated",
    "sentence",
    "share_interval",
    "sig",
]

#: Stands for a number that nobody measured.
DASH = "–"

_THIN = "\u202f"
_MINUS = "−"
_FIXED = "\u00a0"
_RATE_UNITS = ((1e6, "MHz"), (1e3, "kHz"))


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """Write a whole number with thin spaces between thousands.

    Examples
    --------
    >>> count(1234567).replace(chr(0x202f), " "), count(None)
    ('1 234 567', '–')
    """
    if value is None or not _known(value):
        return DASH
    return f"{value:,.0f}".replace(",", _THIN).replace("-", _MINUS)


def fixed(value: float | None, digits: int = 3) -> str:
    """Write a number with a fixed number of decimals.

    Examples
    --------
    >>> fixed(0.81249), fixed(-0.5, 1), fixed(float("nan"))
    ('0.812', '−0.5', '–')
    """
    if value is None or not _known(value):
        return DASH
    return f"{value:.{digits}f}".replace("-", _MINUS)


def sig(value: float | None, digits: int = 3) -> str:
    """Write a number with so many significant digits.

    Examples
    --------
    >>> sig(0.00123456), sig(15.0), sig(1.5e-7)
    ('0.00123', '15', '1.5×10⁻⁷')
    """
    if value is None or not _known(value):
        return DASH
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    mantissa = mantissa.replace("-", _MINUS)
    if not exponent:
        return mantissa
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}×10{raised}"


def percent(value: float | None, digits: int = 3) -> str:
    """Write a fraction in percent with so many significant digits.

    Examples
    --------
    >>> percent(0.00987).replace(chr(0x202f), " ")
    '0.987 %'
    """
    if value is None or not _known(value):
        return DASH
    return f"{sig(100 * value, digits)}{_THIN}%"


def hertz(value: float | None) -> str:
    """Write a rate in Hz, kHz or MHz with three significant digits.

    Examples
    --------
    >>> hertz(23456.7).replace(chr(0x202f), " "), hertz(None)
    ('23.5 kHz', '–')
    """
    if value is None or not _known(value):
        return DASH
    size, unit = _rate_unit(value)
    return f"{sig(value / size)}{_THIN}{unit}"


def rated(row: RegionRow | TotalRow) -> str:
    """Write `hz` of a row of ``rates.json``, or its limit where few events stand behind it."""
    limit = row.hz_upper_limit
    return hertz(row.hz) if limit is None else f"< {hertz(limit)}"


def interval(ends: Sequence[float] | None, digits: int = 3) -> str:
    """Write an interval that is not broken at the end of a line.

    Examples
    --------
    >>> interval([0.91, 1.04], 2).replace(chr(0xa0), " ")
    '[0.91, 1.04]'
    """
    if ends is None:
        return DASH
    return f"[{fixed(ends[0], digits)},{_FIXED}{fixed(ends[1], digits)}]"


def share_interval(ends: Sequence[float] | None, digits: int = 3) -> str:
    """Write an interval of a fraction, in percent.

    Examples
    --------
    >>> share_interval([0.0491, 0.06]).replace(chr(0x202f), " ").replace(chr(0xa0), " ")
    '[4.91, 6] %'
    """
    if ends is None:
        return DASH
    return f"[{sig(100 * ends[0], digits)},{_FIXED}{sig(100 * ends[1], digits)}]{_THIN}%"


def paired(figure: PairedFigure) -> str:
    """Write a difference of efficiencies in percent, with its interval and what follows from it.

    Examples
    --------
    >>> found = PairedFigure(value=-0.012, low=-0.0151, high=-0.009, effective_events=300.0)
    >>> paired(found).replace(chr(0x202f), " ").replace(chr(0xa0), " ")
    '−1.2 [−1.51, −0.9] %, below'
    """
    ends = share_interval((figure.low, figure.high))
    return f"{sig(100 * figure.value)} {ends}, {figure.verdict}"


def measured(value: float | None, error: float | None, digits: int = 3) -> str:
    """Write a number with its standard deviation.

    Examples
    --------
    >>> measured(0.9871, 0.0243)
    '0.987 ± 0.024'
    """
    if value is None or not _known(value):
        return DASH
    return f"{fixed(value, digits)} ± {fixed(error, digits)}"


def nanoseconds(cycles: int | None, period_ns: float | None) -> str:
    """Write a number of clock cycles as a time, from the period of the clock in ns.

    Examples
    --------
    >>> nanoseconds(12, 1000 / 240), nanoseconds(12, None)
    ('50', '–')
    """
    return DASH if cycles is None or period_ns is None else sig(cycles * period_ns)


def plain(value: object) -> str:
    """Write text for a line of Markdown: no tags, no new cells, no new lines.

    Examples
    --------
    >>> plain("less < more")
    'less &lt; more'
    """
    escaped = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(escaped.replace("\\", "\\\\").replace("|", "\\|").splitlines())


def quoted(figure: InBothUnits, digits: int = 3) -> str:
    """Write a rate in Hz, or in percent where it has none; a limit where that is what is known.

    Parameters
    ----------
    figure : QuotedFigure or SeedFigure
    digits : int

    Examples
    --------
    >>> from trigger_ad.rates.figure import Figure, QuotedFigure
    >>> efficiency = Figure(value=0.1, low=0.09, high=0.12, upper_limit=None)
    >>> found = QuotedFigure(efficiency=efficiency, hz=None, effective_events=400.0)
    >>> quoted(found).replace(chr(0x202f), " ")
    '10 %'
    """
    found = shown(figure)
    limit, mark = found.upper_limit, ""
    if limit is not None:
        mark = "<\u00a0"
    size, unit = _unit(figure, limit)
    number = found.value if limit is None else limit
    return f"{mark}{_in(number, size, digits)}{_THIN}{unit}"


def quoted_interval(figure: InBothUnits, digits: int = 3) -> str:
    """Write the interval of what `quoted` writes, in the same unit.

    Nothing beside a limit, nor beside a figure that is exact, as that of a seed that is off.
    """
    found = shown(figure)
    if found.upper_limit is not None or found.low == found.high:
        return ""
    size, unit = _unit(figure, None)
    low, high = (_in(end, size, digits) for end in (found.low, found.high))
    return f"[{low},{_FIXED}{high}]{_THIN}{unit}"


def _in(number: float | None, size: float, digits: int) -> str:
    return sig(None if number is None else number / size, digits)


def _unit(figure: InBothUnits, limit: float | None) -> tuple[float, str]:
    """Size and name of the unit that fits a figure or its limit."""
    if figure.hz is None:
        return 0.01, "%"
    return _rate_unit((figure.hz.value or 0.0) if limit is None else limit)


def _rate_unit(hz: float) -> tuple[float, str]:
    return next((unit for unit in _RATE_UNITS if abs(hz) >= unit[0]), (1.0, "Hz"))


def sentence(text: str) -> str:
    """Write a text with a capital at its start and a full stop at its end.

    Examples
    --------
    >>> sentence("a rate was refused"), sentence("Done.")
    ('A rate was refused.', 'Done.')
    """
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


#: Filters of the templates.
FILTERS: dict[str, Callable[..., str]] = {
    "count": count,
    "fixed": fixed,
    "hertz": hertz,
    "interval": interval,
    "measured": measured,
    "nanoseconds": nanoseconds,
    "paired": paired,
    "percent": percent,
    "plain": plain,
    "quoted": quoted,
    "quoted_interval": quoted_interval,
    "rated": rated,
    "sentence": sentence,
    "share_interval": share_interval,
    "sig": sig,
}
