"""Casts of a traced circuit equal those of FixedPoint, for every value that can come in."""

import numpy as np
import pytest
from alkaid.trace import FVariable, trace
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.rtl.cast import cast, floor, low_bits, saturate

TYPES = st.builds(
    FixedPoint,
    st.integers(1, 9),
    st.integers(-3, 8),
    st.booleans(),
    st.sampled_from(Rounding),
    st.sampled_from(Overflow),
)


def interval(draw):
    low = draw(st.integers(-300, 300))
    return low, low + draw(st.integers(0, 300)), draw(st.integers(-2, 6))


INTERVALS = st.composite(interval)()


def variable(low, high, fraction):
    lsb = 2.0**-fraction
    return FVariable(low * lsb, high * lsb, lsb, latency=0.0, hwconf=(1, 1, -1))


def values(source, result, low, high, fraction):
    """Results for every value of the interval."""
    raw = np.arange(low, high + 1)
    logic = trace([source], [result], keep_dead_inputs=True)
    return raw, logic.predict(np.ldexp(raw[:, None].astype(float), -fraction), n_threads=1)[:, 0]


@given(INTERVALS, TYPES, st.booleans())
def test_equals_fixed_point(bounds, kind, relu):
    low, high, fraction = bounds
    source = variable(low, high, fraction)
    raw, found = values(source, cast(source, kind, relu), low, high, fraction)
    expected = kind.cast(np.maximum(raw, 0) if relu else raw, fraction)
    np.testing.assert_array_equal(np.ldexp(found, kind.fraction), expected)


@given(INTERVALS, TYPES)
def test_of_a_difference(bounds, kind):
    """A negated variable has the bits of its positive form."""
    low, high, fraction = bounds
    source = variable(low, high, fraction)
    raw, found = values(source, cast(-source, kind), low, high, fraction)
    np.testing.assert_array_equal(np.ldexp(found, kind.fraction), kind.cast(-raw, fraction))


@pytest.mark.parametrize("fraction", [-9, -4, 0, 3, 6])
@pytest.mark.parametrize(("low", "high"), [(-37, 90), (-5, -1), (3, 77), (-8, 7)])
def test_floor_goes_down(low, high, fraction):
    source = variable(low, high, 3)
    raw, found = values(source, floor(source, fraction), low, high, 3)
    lsb = 2.0**-fraction
    expected = raw / 8 if fraction >= 3 else np.floor(raw / 8 / lsb) * lsb
    np.testing.assert_array_equal(found, expected)


def test_low_bits_of_a_constant_stay_below():
    """A constant is not reduced to twice its range."""
    assert low_bits(FVariable.from_const(-0.25, (1, 1, -1)), 1, 2).low == 1.75


def test_no_comparison_where_it_cannot_overflow():
    source = variable(-100, 100, 4)
    kind = FixedPoint(8, 4, overflow=Overflow.SATURATE)
    assert cast(source, kind) is source


def test_saturation_of_a_constant():
    kind = FixedPoint(4, 4)
    assert saturate(FVariable.from_const(99.0, (1, 1, -1)), kind).low == 7
    assert saturate(FVariable.from_const(-99.0, (1, 1, -1)), kind).low == -8


@pytest.mark.parametrize("overflow", Overflow)
@pytest.mark.parametrize("fraction", [40, 20, 3])
def test_constant_of_more_bits_than_single_precision(overflow, fraction):
    """Its LSB is known in single precision only, and must not be relied on."""
    raw = 5 * 2**33 - 3
    constant = FVariable.from_const(raw * 2.0**-20, (1, 1, -1))
    kind = FixedPoint(40 + fraction - 20, 20, rounding=Rounding.HALF_EVEN, overflow=overflow)
    found = cast(constant, kind)
    assert found.low == found.high == kind.decode(kind.cast(raw, 20))
