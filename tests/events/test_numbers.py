"""Numbers of users: in range, unknown or refused."""

import numpy as np
import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.numbers import MOST_PILEUP, known_pileup, whole_numbers


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0, 7, MOST_PILEUP, MOST_PILEUP + 1], np.int64), [0, 7, MOST_PILEUP, -1]),
        (np.array([2**40, -1, -(2**63)], np.int64), [-1, -1, -1]),
        (np.array([2**64 - 1, 3], np.uint64), [-1, 3]),
        (np.array([2**32 - 1, 60], np.uint32), [-1, 60]),
        (np.array([255, 0], np.uint8), [255, 0]),
        (np.array([np.nan, np.inf, -np.inf, -0.4, 1e300]), [-1, -1, -1, -1, -1]),
        (np.array([0.4, 0.6, 59.5, 60.5, 61.51], np.float32), [0, 1, 60, 60, 62]),
        (np.array([np.nan, 55.25], np.float16), [-1, 55]),
        (np.array([40, -1], ">i2"), [40, -1]),
    ],
)
def test_pileup(values, expected):
    found = known_pileup(values)
    assert found.dtype == np.int32
    assert found.tolist() == expected


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "i8", "u8", ">i4", "f2", "f4", "f8", ">f8"])
def test_whole_numbers_of_any_type(dtype):
    found = whole_numbers(np.array([0, 1, 100], dtype), "x", 0, 0, 100)
    assert found.dtype == np.int64
    assert found.tolist() == [0, 1, 100]


@pytest.mark.parametrize(
    ("value", "dtype", "shown", "low", "high"),
    [
        (np.nan, "f4", "nan", -(2**24), 2**24),
        (2**24 + 2, "f4", "16777218.0", -(2**24), 2**24),
        (np.inf, "f2", "inf", -(2**11), 2**11),
        (np.inf, "f8", "inf", -(2**53), 2**53),
        (2.5, "f8", "2.5", -(2**53), 2**53),
        (1e20, "f8", "1e+20", -(2**53), 2**53),
        (2**63, "u8", str(2**63), -(2**63), 2**63 - 1),
    ],
)
def test_numbers_that_are_no_identity(value, dtype, shown, low, high):
    values = np.array([1, 2, value, value], dtype)
    with pytest.raises(EventFileError) as caught:
        whole_numbers(values, "a.h5:EvtId", 10, -(2**63), 2**63 - 1)
    assert str(caught.value) == (
        f"a.h5:EvtId must be a whole number from {low} to {high}, not {shown} in event 12: "
        "write the number of each event as an integer, or leave the data set out"
    )


def test_large_identities_are_exact():
    values = np.array([2**63 - 1, -(2**63)], np.int64)
    assert whole_numbers(values, "x", 0, -(2**63), 2**63 - 1).tolist() == values.tolist()
