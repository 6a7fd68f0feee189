"""What a closure says: by its whole interval, and only with events enough."""

import pytest

from trigger_ad.abcd.verdict import Verdict, verdict


@pytest.mark.parametrize(
    ("interval", "effective", "found"),
    [
        ((0.90, 1.10), 100.0, Verdict.HOLDS),
        ((0.944, 1.042), 1794.1, Verdict.HOLDS),
        ((0.899, 1.05), 2000.0, Verdict.UNDECIDED),
        ((0.95, 1.101), 2000.0, Verdict.UNDECIDED),
        ((0.5, 2.0), 2000.0, Verdict.UNDECIDED),
        ((0.448, 0.494), 2122.5, Verdict.FAILS),
        ((0.7, 0.899), 2122.5, Verdict.FAILS),
        ((0.7, 0.9), 2122.5, Verdict.UNDECIDED),
        ((1.101, 1.3), 2122.5, Verdict.FAILS),
        ((0.95, 1.05), 99.9, Verdict.UNDECIDED),
        ((0.1, 0.2), 99.9, Verdict.UNDECIDED),
        ((float("nan"), float("nan")), 500.0, Verdict.UNDECIDED),
        ((0.95, float("inf")), 500.0, Verdict.UNDECIDED),
    ],
)
def test_verdict(interval, effective, found):
    assert verdict(interval, effective) is found
