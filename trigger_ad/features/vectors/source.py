"""Words of a layout by object, as the quantities of a vector read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Field, Ports
from trigger_ad.ir.expression import Expression, constant, port
from trigger_ad.ir.operations.gather import join, take
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.program import WORDS
from trigger_ad.ir.typed import PortType, Typed

__all__ = ["Numbers", "Source", "joined"]


class Numbers(NamedTuple):
    """What a quantity gives.

    Parameters
    ----------
    values : Expression
    there : Expression
        1 for each of them whose object is there, else 0.
    """

    values: Expression
    there: Expression


@dataclass(frozen=True)
class Source:
    """Words of a layout, read by kind of object.

    Parameters
    ----------
    layout : Ports
    words : PortType
        Of all words, see `trigger_ad.features.words.port_types`.
    title : str
        Of the entry, for errors.
    """

    layout: Ports
    words: PortType
    title: str

    @cached_property
    def typed(self) -> Typed:
        """Intervals of expressions over the words."""
        return Typed(self.title, {WORDS: self.words})

    def signal(self, expression: Expression) -> Signal:
        """Interval of an expression."""
        return self.typed.signal(expression)

    def places(self, kind: str, quantity: str, slots: Sequence[int] | None = None) -> list[int]:
        """Places of the words of a quantity, of some slots of a kind or of all.

        Raises
        ------
        ConfigError
            If there is no such kind, quantity or slot.
        """
        kinds = dict.fromkeys(f.kind for f in self.layout.fields if f.quantity == "pt")
        if kind not in kinds:
            raise self.error("must be of a kind of object with a momentum", kind, kinds)
        found = [i for i in self.layout.columns(quantity, kind) if self.layout.fields[i].width]
        if not found:
            raise self.error(f"must be of a kind with {quantity}", kind, kinds)
        chosen = range(len(found)) if slots is None else slots
        outside = [slot for slot in chosen if not 0 <= slot < len(found)]
        if outside:
            raise self.error(f"must take slots of {kind}", outside[0], map(str, range(len(found))))
        return [found[slot] for slot in chosen]

    def error(self, rule: str, value: object, choices: object) -> ConfigError:
        """Refusal of what the layout does not have."""
        names = ", ".join(map(str, choices)) if isinstance(choices, (dict, map)) else choices
        return ConfigError(self.title, rule, value, f"choose from {names}")

    def take(self, kind: str, quantity: str, slots: Sequence[int] | None = None) -> Expression:
        """Raw words of a quantity."""
        return take(port(WORDS), self.places(kind, quantity, slots))

    def there(self, kind: str, slots: Sequence[int] | None = None) -> Expression:
        """1 for each slot whose object is there."""
        return filled(self.take(kind, "pt", slots))

    def field(self, kind: str, quantity: str) -> Field:
        """First field of a quantity of a kind."""
        return self.layout.fields[self.places(kind, quantity)[0]]

    def momenta(self, kind: str, slots: Sequence[int] | None = None) -> Expression:
        """Momenta in LSB without an offset: 0 for an empty slot."""
        words, offset = self.take(kind, "pt", slots), self.field(kind, "pt").offset
        if not offset:
            return words
        return self.positive(words.offset(-offset))

    def lsb(self, kinds: Sequence[str]) -> float:
        """GeV of one count of the momenta of some kinds.

        Raises
        ------
        ConfigError
            If they do not have the same.
        """
        found = {kind: self.field(kind, "pt").lsb for kind in kinds}
        if len({*found.values()}) > 1:
            listed = ", ".join(f"{lsb:g} GeV of {kind}" for kind, lsb in found.items())
            rule = "must be of kinds whose momenta have one LSB"
            raise ConfigError(self.title, rule, listed, "take them one by one")
        return next(iter(found.values()))

    def code(self, gev: float, lsb: float, most: int) -> int:
        """Smallest count whose momentum is at or above a threshold, as in menus.

        Raises
        ------
        ConfigError
            If it always holds, or what is counted never gets there.
        """
        counts = math.ceil(gev / lsb)
        if not 1 <= counts <= most:
            rule = f"must have thresholds from 1 to {most} counts of {lsb:g} GeV"
            raise ConfigError(self.title, rule, counts, "choose what can be reached")
        return counts

    def at_least(self, values: Expression, threshold: int) -> Expression:
        """1 for each integer at or above a threshold, else 0: the sign of a difference."""
        above = values.offset(-threshold)
        signal = self.signal(above)
        if signal.low >= 0 or signal.high < 0:
            return constant((int(signal.low >= 0),) * signal.size)
        bits = max(-1 - signal.low, signal.high).bit_length()
        return units(above.shorten(bits), bits).offset(1)

    def positive(self, values: Expression) -> Expression:
        """Each number, or 0 where it is negative."""
        return values.maximum(constant((0,) * self.signal(values).size))

    def shorter(self, values: Expression, bits: int) -> Expression:
        """Integers without their low bits, again integers."""
        return units(values.shorten(bits), bits) if bits else values


def units(values: Expression, bits: int) -> Expression:
    """The same raw numbers with a binary point so many places further to the left."""
    return values.multiply(constant((1,), bits))


def joined(parts: Sequence[Expression]) -> Expression:
    """Vectors one behind the other."""
    return reduce(join, parts)
