"""Time at the LHC: crossings, orbits, luminosity sections, live time; exact as fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "BUNCHES_PER_ORBIT",
    "CLOCK_HZ",
    "ORBITS_PER_SECTION",
    "ORBIT_HZ",
    "SECTION_SECONDS",
    "Crossing",
    "colliding_rate_hz",
    "live_seconds",
    "period_ns",
]

#: Bunch crossings in a second.
CLOCK_HZ = 40_078_900

#: Places for a bunch in one orbit, filled or not.
BUNCHES_PER_ORBIT = 3564

#: Orbits in one luminosity section of CMS.
ORBITS_PER_SECTION = 2**18

#: Revolutions in a second, about 11245.5.
ORBIT_HZ = Fraction(CLOCK_HZ, BUNCHES_PER_ORBIT)

#: Length of a luminosity section, about 23.31 s.
SECTION_SECONDS = ORBITS_PER_SECTION / ORBIT_HZ


@dataclass(frozen=True, order=True)
class Crossing:
    """A bunch crossing of a run; crossings are ordered in time.

    Parameters
    ----------
    orbit : int
        Counted from 0 at the start of the run.
    bunch : int
        Place in the orbit, 0 to 3563.

    Examples
    --------
    >>> Crossing.from_index(2**18 * 3564 + 5)
    Crossing(orbit=262144, bunch=5)
    >>> Crossing.from_index(2**18 * 3564 + 5).section
    1
    """

    orbit: int
    bunch: int

    @classmethod
    def from_index(cls, index: int) -> Crossing:
        """Crossing number `index` of the run, counted from 0."""
        return cls(*divmod(index, BUNCHES_PER_ORBIT))

    @property
    def index(self) -> int:
        """Number of crossings before this one in the run."""
        return self.orbit * BUNCHES_PER_ORBIT + self.bunch

    @property
    def section(self) -> int:
        """Luminosity section, counted from 0."""
        return self.orbit // ORBITS_PER_SECTION

    @property
    def seconds(self) -> Fraction:
        """Time since the start of the run, in s."""
        return Fraction(self.index, CLOCK_HZ)


def colliding_rate_hz(colliding_bunches: int) -> Fraction:
    """Crossings with collisions in a second.

    Parameters
    ----------
    colliding_bunches : int
        Pairs that collide at the interaction point, in one orbit; it differs from fill to
        fill, so there is no default.
    """
    return ORBIT_HZ * colliding_bunches


def period_ns(clock_mhz: int) -> float:
    """Period of a clock that is named after a multiple of 40 MHz, in ns, rounded down to 1 ps.

    The one place that says how long a clock of a core is, in HLS as in constraints.

    Examples
    --------
    >>> period_ns(240)
    4.158
    """
    return 40 * 10**12 // (CLOCK_HZ * clock_mhz) / 1000


def live_seconds(sections: int, dead_crossings: int = 0) -> Fraction:
    """Live time of whole luminosity sections, in s.

    Parameters
    ----------
    sections : int
    dead_crossings : int
        Crossings in them during which the trigger was inhibited.
    """
    return sections * SECTION_SECONDS - Fraction(dead_crossings, CLOCK_HZ)
