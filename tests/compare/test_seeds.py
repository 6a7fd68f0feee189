"""Means and spreads over seeds, intervals of one."""

import pytest

from trigger_ad.compare.seeds import over_seeds
from trigger_ad.statistics.intervals import Interval

ONE = Interval(1.0, 0.5, 2.0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([ONE], (1.0, None, 0.5, 2.0, [1.0])),
        ([3.0], (3.0, None, None, None, [3.0])),
        ([ONE, Interval(3.0, 2.0, 4.0)], (2.0, 2**0.5, None, None, [1.0, 3.0])),
        ([1, 2, 6], (3.0, 7**0.5, None, None, [1, 2, 6])),
        ([ONE, None], (None, None, None, None, [1.0, None])),
        ([None], (None, None, None, None, [None])),
        ([], (None, None, None, None, [])),
    ],
)
def test_a_figure_over_seeds(figures, expected):
    found = over_seeds(figures)
    assert (found.low, found.high, list(found.values)) == expected[2:]
    assert found.mean == expected[0]
    assert found.spread == pytest.approx(expected[1])
