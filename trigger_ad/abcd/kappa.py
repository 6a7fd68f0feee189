"""Non-closure factor of the ABCD estimate, a record that outlives the events it was fitted to."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.storage.files import read_json

__all__ = ["KAPPA_SCHEMA", "Kappa"]

KAPPA_SCHEMA = "kappa/1"

_UNCERTAINTIES = ("value_error", "slope_error", "systematic")


@dataclass(frozen=True)
class Kappa:
    """Observed / (N_B N_C / N_D) of background, linear in pile-up.

    Parameters
    ----------
    value : float
        At the reference pile-up; above 0.
    slope : float
        Change for one more collision in a crossing.
    reference_pileup : float
        Where `value` and `slope` are not correlated.
    value_error, slope_error : float
        One standard deviation.
    systematic : float
        Relative uncertainty from validation regions.

    Raises
    ------
    ConfigError
        If a number is not finite, the value not above 0 or an error below 0.

    Examples
    --------
    >>> Kappa(1.02, 0.001, 50, 0.002, 0.0).at(60)
    (1.03, 0.002)
    """

    value: float = 1.0
    slope: float = 0.0
    reference_pileup: float = 0.0
    value_error: float = 0.0
    slope_error: float = 0.0
    systematic: float = 0.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value):
                raise _refused(f"kappa, {name}", "must be a finite number", repr(value))
            if name in _UNCERTAINTIES and value < 0:
                raise _refused(f"kappa, {name}", "must be at least 0", value)
        if self.value <= 0:
            raise _refused("kappa, value", "must be above 0", self.value)

    def at(self, pileup: float) -> tuple[float, float]:
        """Value and one standard deviation.

        Raises
        ------
        ConfigError
            If the line has fallen to 0 at this pile-up.
        """
        distance = pileup - self.reference_pileup
        value = self.value + self.slope * distance
        if value <= 0:
            raise _refused(f"kappa at pile-up {pileup:g}", "must be above 0", f"{value:g}")
        statistical = math.hypot(self.value_error, self.slope_error * distance)
        return value, math.hypot(statistical, self.systematic * value)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers, read back by `load`."""
        return {"schema": KAPPA_SCHEMA, **asdict(self)}

    @classmethod
    def load(cls, path: Path) -> Kappa:
        """Read a file; all keys must be there, and no others.

        Raises
        ------
        ConfigError, RunFolderError, SchemaError
            If it is unusable, unreadable or of another version.
        """
        record = read_json(path, KAPPA_SCHEMA)
        names = {field.name for field in fields(cls)}
        if set(record) - {"schema"} != names:
            raise _refused(
                str(path),
                f"must have the keys {', '.join(sorted(names))}",
                ", ".join(sorted(set(record) - {"schema"})),
            )
        return cls(**{name: record[name] for name in names})


def _refused(name: str, rule: str, value: object) -> ConfigError:
    return ConfigError(name, rule, value, "measure kappa in validation regions")
