"""What an autoregressive flow consists of and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.train.checkpoint import with_tuples

__all__ = ["TRIGGER_SIZED", "Settings"]


@dataclass(frozen=True)
class Settings:
    """A flow of layers, each a masked network that gives every input a spline.

    The defaults are those of Caron, Hendriks and Verheyen (arXiv:2106.10164), table 3; the paper
    names no box and no grid. Its flow starts from a uniform distribution and has an end; this one
    goes on outside the box, because an event out there must have a score.

    Parameters
    ----------
    layers : int
        Pairs of a permutation of the inputs and splines.
    hidden : tuple of int
        Widths of the hidden layers of each masked network.
    knots : int
        Of each spline, the two ends of the box included.
    box : float
        Half width of the part of an axis that a spline bends, in standard deviations of the
        input; outside it is the identity.
    lsb : float
        Step of the grid on which the inputs lie.
    epochs : int
    batch : int
        Events in a step; events left over after the last full batch wait for the next epoch.
    learning_rate : float
        Of Adam at the start; it falls along half a cosine.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    layers: int = 11
    hidden: tuple[int, ...] = (200,) * 7
    knots: int = 35
    box: float = 5.0
    lsb: float = 2.0**-4
    epochs: int = 100
    batch: int = 512
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        """Check all values."""
        if not self.hidden:
            raise ConfigError(
                "flow.hidden", "must not be empty", None, "give the width of each hidden layer"
            )
        for name in ("layers", "box", "lsb", "epochs", "batch", "learning_rate"):
            _above(name, getattr(self, name), 0)
        for width in self.hidden:
            _above("hidden", width, 0)
        _above("knots", self.knots, 2)
        if self.knots > LARGEST:
            raise ConfigError(
                "flow.knots", f"must be at most {LARGEST}", self.knots, "give a smaller number"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values, read back by `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Settings:
        """Rebuild from `to_json`."""
        return cls(**with_tuples(record))


#: Most knots of a spline: its narrowest bins (`spline.NARROWEST`) must fit into the box.
LARGEST = 500


def _above(name: str, value: float, limit: int) -> None:
    if not value > limit:
        raise ConfigError(f"flow.{name}", f"must be above {limit}", value, "give a larger number")


#: Trains in about two minutes on the events of a demo and two cores. Nothing of a flow becomes
#: firmware: what is sized for a trigger is the student that learns its score.
TRIGGER_SIZED = Settings(
    layers=3, hidden=(64, 64), knots=9, epochs=10, batch=1024, learning_rate=3e-3
)
