"""What a Deep SVDD ensemble consists of and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.train.checkpoint import with_tuples

__all__ = ["TRIGGER_SIZED", "Settings", "SvddMember"]


@dataclass(frozen=True)
class SvddMember:
    """One network of an ensemble.

    Parameters
    ----------
    dimension : int
        Number of outputs.
    target : float
        That every output is to have.
    """

    dimension: int
    target: float

    @property
    def name(self) -> str:
        """As in ``d5_c25``."""
        return f"d{self.dimension}_c{self.target:g}"


@dataclass(frozen=True)
class Settings:
    """An ensemble over all pairs of a dimension and a target.

    The defaults are those of Caron, Hendriks and Verheyen (arXiv:2106.10164), tables 1 and 2:
    63 members with biases and a linear last layer. The paper names no largest number of
    epochs. Ruff et al. (ICML 2018) train without biases and without target 0, so that no
    weights at all give the trivial solution; `TRIGGER_SIZED` does so.

    Parameters
    ----------
    dimensions : tuple of int
    targets : tuple of float
    hidden : tuple of int
        Widths of the hidden layers, the same in all members.
    activation : {"elu", "relu"}
        Of the hidden layers.
    bias : bool
        In all layers.
    epochs : int
        At most.
    batch : int
        Events in a step; events left over after the last full batch wait for the next epoch.
    learning_rate : float
        Of Adam at the start.
    halve_after : int
        Epochs without a lower loss after which a member's learning rate is halved.
    patience : int
        Epochs without a lower loss after which a member stops.

    Raises
    ------
    ConfigError
        If a value is out of range or repeated.
    """

    dimensions: tuple[int, ...] = (5, 8, 13, 21, 34, 55, 89, 144, 233)
    targets: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0, 4.0, 10.0, 25.0)
    hidden: tuple[int, ...] = (512, 256, 128)
    activation: str = "elu"
    bias: bool = True
    epochs: int = 1000
    batch: int = 10_000
    learning_rate: float = 1e-3
    halve_after: int = 5
    patience: int = 50

    def __post_init__(self) -> None:
        """Check all values."""
        for name in ("dimensions", "targets", "hidden"):
            if not getattr(self, name):
                raise ConfigError(
                    f"svdd.{name}", "must not be empty", None, "give one value or more"
                )
        for name in ("dimensions", "targets"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise ConfigError(
                    f"svdd.{name}",
                    "must be different from each other",
                    list(values),
                    "leave the repeated ones out",
                )
        for name in ("epochs", "batch", "learning_rate", "halve_after", "patience"):
            _positive(name, getattr(self, name))
        for name in ("dimensions", "hidden"):
            for value in getattr(self, name):
                _positive(name, value)
        if self.activation not in ("elu", "relu"):
            raise ConfigError(
                "svdd.activation",
                "must be elu or relu",
                repr(self.activation),
                "choose one of them",
            )

    @property
    def members(self) -> tuple[SvddMember, ...]:
        """All pairs, the targets of the first dimension first."""
        return tuple(SvddMember(d, float(c)) for d in self.dimensions for c in self.targets)

    def to_json(self) -> dict[str, Any]:
        """Plain values, read back by `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Settings:
        """Rebuild from `to_json`."""
        return cls(**with_tuples(record))


def _positive(name: str, value: float) -> None:
    if not value > 0:
        raise ConfigError(f"svdd.{name}", "must be above 0", value, "give a larger number")


#: Networks that fit beside a trigger's other logic. More outputs than the last hidden layer has
#: values add nothing to what the score can tell, so the dimensions stay near it.
TRIGGER_SIZED = Settings(
    dimensions=(5, 8, 13),
    targets=(1.0, 2.0, 3.0, 4.0, 10.0, 25.0),
    hidden=(16, 8),
    activation="relu",
    bias=False,
    epochs=100,
)
