"""What the monitor is told before it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import ConfigError
from trigger_ad.monitor.cusum import ALLOWANCES, threshold
from trigger_ad.trigger.regions import PAIR, region_names
from trigger_ad.trigger.rule import Rule

__all__ = ["Settings", "charts", "references"]

#: 95 % of a normal distribution lie within so many standard deviations.
_COVERED = 1.96


def charts(regions: int) -> tuple[str, ...]:
    """What has a chart: each region, and the rate of all events.

    Where two scores span the regions that of A is the pull of the prediction; all others are the
    share of their region among all events.
    """
    return (*region_names(regions), "rate")


def references(regions: int) -> tuple[str, ...]:
    """Charts with a reference that is learned: all but that of a pull."""
    return charts(regions)[regions == PAIR.regions :]


@cache
def _heights(quiet: float, walks: int) -> tuple[float, float]:
    slow, fast = (threshold(allowance, walks * quiet) for allowance in ALLOWANCES)
    return slow, fast


@dataclass(frozen=True)
class Settings:
    """Settings of the monitor.

    Parameters
    ----------
    kappa : Kappa
        Non-closure; 1 without error if not measured.
    rule : Rule
        Of the prescalers.
    learn : int
        Sections from which the references of a run are learned before they are used; they go
        on learning as long as nothing moves.
    quiet : float
        Mean number of sections between two false alarms of all charts together.
    window : float
        Length in sections of the exponential window of cumulated figures.
    tolerance : float
        Relative change of a share or rate that is of no interest.
    live_tolerance : float
        Change of the live fraction that is of no interest.
    dead : float
        Part of the expected rate below which the input is dead.
    minimum : int
        Events in B, C and D below which there is no prediction, and in a region that is empty.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    kappa: Kappa = field(default_factory=Kappa)
    rule: Rule = Rule.CMS_COUNTER
    learn: int = 30
    quiet: float = 25_000.0
    window: float = 100.0
    tolerance: float = 0.005
    live_tolerance: float = 0.02
    dead: float = 0.1
    minimum: int = 25

    def __post_init__(self) -> None:
        least = {"learn": 3, "quiet": 1, "window": 1, "minimum": 1}
        least |= dict.fromkeys(("tolerance", "live_tolerance", "dead"), 0)
        for name, low in least.items():
            value = getattr(self, name)
            if not value >= low:
                raise ConfigError(
                    f"monitor setting {name}",
                    f"must be at least {low}",
                    value,
                    "give a larger number",
                )

    def heights(self, number: int) -> tuple[float, float]:
        """Thresholds of every one of so many charts at its two scales.

        Each side of each scale of each chart is given the same part of the false alarms.
        """
        return _heights(self.quiet, 2 * len(ALLOWANCES) * number)

    def band(self, kappa_error: float) -> float:
        """Change of A that wrong kappa alone can make, at 95 %, in the unit of `kappa_error`."""
        return _COVERED * kappa_error
