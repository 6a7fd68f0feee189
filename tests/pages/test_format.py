"""Numbers in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.pages.format import (
    DASH,
    FILTERS,
    count,
    fixed,
    hertz,
    interval,
    measured,
    percent,
    plain,
    quoted,
    quoted_interval,
    rated,
    share_interval,
    sig,
)
from trigger_ad.rates.figure import Figure, QuotedFigure
from trigger_ad.rates.record import TotalRow


@pytest.mark.parametrize("write", [count, fixed, hertz, percent, sig])
@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_unknown_is_a_dash(write, value) -> None:
    assert write(value) == DASH


def test_unknown_pairs_are_dashes() -> None:
    assert interval(None) == share_interval(None) == measured(None, None) == DASH
    assert measured(1.0, None) == f"1.000 ± {DASH}"


@given(st.integers(-(10**12), 10**12))
def test_a_count_reads_back(value: int) -> None:
    assert int(count(value).replace("\u202f", "").replace("−", "-")) == value


@given(st.floats(1e-12, 1e12))
def test_significant_digits_read_back(value: float) -> None:
    text = sig(value, 4).translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(text.replace("×10", "e")) == pytest.approx(value, rel=5.1e-4)


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5 Hz"), (999, "999 Hz"), (1000, "1 kHz"), (40_079_000, "40.1 MHz")]
)
def test_hertz(value: float, text: str) -> None:
    assert hertz(value) == text.replace(" ", "\u202f")


def figure(value, low, high, limit=None):
    return Figure(value=value, low=low, high=high, upper_limit=limit)


def both(efficiency, hz):
    return QuotedFigure(efficiency=efficiency, hz=hz, effective_events=500.0)


HIDDEN = figure(0.7, 0.6, 0.8)


@pytest.mark.parametrize(
    ("one", "text", "ends"),
    [
        (both(figure(0.1, 0.0912, 0.11), None), "10 %", "[9.12, 11] %"),
        (both(HIDDEN, figure(2e6, 9e5, 3.1e6)), "2 MHz", "[0.9, 3.1] MHz"),
        (both(HIDDEN, figure(2.0, 1.0, 3.0, 1500.0)), "<_1.5 kHz", ""),
        (both(HIDDEN, figure(None, None, None, 12.0)), "<_12 Hz", ""),
        (both(figure(0, 0, 0), figure(0, 0, 0)), "0 Hz", ""),
    ],
)
def test_quoted(one, text, ends) -> None:
    assert quoted(one) == text.replace(" ", "\u202f").replace("_", "\u00a0")
    assert quoted_interval(one) == ends.replace("] ", "]\u202f").replace(", ", ",\u00a0")


@given(st.text())
def test_plain_text_stays_in_its_cell(text: str) -> None:
    line = plain(text)
    assert len(line.splitlines()) <= 1
    assert "<" not in line
    assert "|" not in line.replace("\\\\", "").replace("\\|", "")


def test_filters_are_named_after_their_functions() -> None:
    assert {name: function.__name__ for name, function in FILTERS.items()} == {
        name: name for name in FILTERS
    }


def test_a_rate_with_few_events_is_a_limit():
    row = {
        "accepted_fraction": 0.1,
        "accepted_fraction_interval": (0.0, 0.2),
        "emulated_fraction": 0.1,
        "paper_4_epsilon": 0.4,
    }
    assert rated(TotalRow(**row, hz=2000.0, hz_upper_limit=None)) == "2\u202fkHz"
    assert rated(TotalRow(**row, hz=2000.0)) == "2\u202fkHz"
    assert rated(TotalRow(**row, hz=None, hz_upper_limit=2000.0)) == "< 2\u202fkHz"
    assert rated(TotalRow(**row, hz=None)) == "–"
