from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.lhc import orbit


def test_known_figures():
    assert float(orbit.ORBIT_HZ) == pytest.approx(11245.5, abs=0.05)
    assert float(orbit.SECTION_SECONDS) == pytest.approx(23.31, abs=0.005)
    assert float(orbit.colliding_rate_hz(2748)) == pytest.approx(30.9e6, abs=0.05e6)
    assert orbit.colliding_rate_hz(3564) == 40_078_900


def test_no_period_is_longer_than_the_clock_has():
    """Of clocks that are named after multiples of 40 MHz, to 1 ps."""
    for clock_mhz in (40, 240, 320, 360):
        real = Fraction(40 * 10**9, orbit.CLOCK_HZ * clock_mhz)
        assert real - Fraction(1, 1000) < Fraction(str(orbit.period_ns(clock_mhz))) <= real


def test_sections_are_whole_orbits():
    first = orbit.Crossing(orbit.ORBITS_PER_SECTION, 0)
    assert first.section == 1
    assert orbit.Crossing.from_index(first.index - 1) == orbit.Crossing(
        orbit.ORBITS_PER_SECTION - 1, 3563
    )
    assert orbit.Crossing.from_index(first.index - 1).section == 0
    assert first.seconds == orbit.SECTION_SECONDS == orbit.live_seconds(1)


@given(st.integers(0, 2**60))
def test_index_round_trip(index):
    crossing = orbit.Crossing.from_index(index)
    assert crossing.index == index
    assert crossing < orbit.Crossing.from_index(index + 1)


def test_live_time_is_exact():
    assert orbit.live_seconds(3, 40_078_900) == 3 * orbit.SECTION_SECONDS - 1
    assert isinstance(orbit.live_seconds(500), Fraction)
