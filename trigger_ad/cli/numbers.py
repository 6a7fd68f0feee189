"""Numbers in options: finite, and within what has a meaning."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import click

from trigger_ad.errors import ConfigError

__all__ = ["EVENTS", "RATE_HZ", "SEED", "WORKERS", "Number", "Whole"]


class Number(click.FloatRange):
    """A finite number within two ends.

    Parameters
    ----------
    low, high : float
        Both belong to it.
    above : bool
        Whether the lower one does not.
    """

    def __init__(self, low: float, high: float, *, above: bool = False) -> None:
        super().__init__(low, high, min_open=above)
        self.rule = f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> float:
        """Refuse what lies outside, and NaN, which is neither below nor above anything."""
        found = math.nan
        with contextlib.suppress(ValueError):
            found = float(value)
        low, high = float(self.min or 0), float(self.max or 0)
        if not low <= found <= high or (self.min_open and found == low):
            raise _outside(param, f"a number {self.rule}", value)
        return found


class Whole(click.IntRange):
    """A whole number within two ends, which both belong to it."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high)

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> int:
        """Refuse what lies outside, and what is no whole number."""
        low, high = int(self.min or 0), int(self.max or 0)
        with contextlib.suppress(ValueError):
            found = int(value)
            if low <= found <= high:
                return found
        raise _outside(param, f"a whole number from {low} to {high}", value)


def _outside(param: click.Parameter | None, rule: str, value: object) -> ConfigError:
    name = param.opts[0] if param is not None else "an option"
    return ConfigError(name, f"must be {rule}", value or "nothing", "give such a number")


#: Events that a disk can hold, and workers that a machine can have.
EVENTS = Whole(1, 10**9)
WORKERS = Whole(1, 1024)

SEED = Whole(0, 2**63 - 1)

#: Far above the rate of all collisions.
RATE_HZ = Number(0, 1e12, above=True)
