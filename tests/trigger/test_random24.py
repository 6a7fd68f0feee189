"""The pseudo-random register: its period, and leaps equal to single shifts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.trigger.random24 import BITS, LEAP, TAPS, after, following, sequence

PERIOD = 2**BITS - 1
PRIMES = (3, 5, 7, 13, 17, 241)


def test_the_primes_are_those_of_the_period():
    assert 3 * np.prod(PRIMES) == PERIOD
    assert np.gcd(LEAP, PERIOD) == 1


def test_the_period_is_maximal():
    """The order of the map divides 2^24 - 1 and none of its largest divisors."""
    assert after(1, PERIOD) == 1
    assert all(after(1, PERIOD // prime) != 1 for prime in PRIMES)


@given(st.integers(1, PERIOD))
def test_a_leap_is_as_many_single_shifts(number):
    shifted = number
    for _ in range(LEAP):
        feedback = sum(shifted >> (tap - 1) for tap in TAPS) & 1
        shifted = shifted << 1 & PERIOD | feedback
    assert following(number) == shifted


@given(st.integers(1, PERIOD), st.integers(0, 70))
def test_a_sequence_is_one_number_after_another(first, count):
    number, numbers = first, []
    for _ in range(count):
        numbers.append(number)
        number = following(number)
    assert sequence(first, count).tolist() == numbers
    assert after(first, count) == number


def test_no_number_is_zero_and_none_repeats():
    numbers = sequence(77, 200_000)
    assert numbers.min() > 0
    assert len(np.unique(numbers)) == len(numbers)


@pytest.mark.parametrize("lag", [1, 2, 24])
def test_neighbours_are_not_correlated(lag):
    numbers = sequence(5, 100_000) / 2**BITS
    assert abs(np.corrcoef(numbers[lag:], numbers[:-lag])[0, 1]) < 4 / np.sqrt(100_000)
