"""Which seeds fire in each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import Bit, Cut, IntegerMenu, JetSum, Leading, Quantity, ScoreValue
from trigger_ad.menu.patterns import Patterns

__all__ = ["fires", "quantities", "quantity"]

#: Events in a block whose columns stay in the cache.
BLOCK = 8192

#: By which a fire becomes a bit of its octet.
SHIFTS = tuple(np.arange(8, dtype=np.uint8))

Words = NDArray[Any]
Bits = Mapping[str, NDArray[np.bool_]]


def fires(
    words: Words,
    menu: IntegerMenu,
    scores: Mapping[str, NDArray[Any]] | None = None,
    bits: Bits | None = None,
) -> Patterns:
    """Pattern of seeds that fire, before prescale.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
        Hardware words of the menu's layout.
    menu : IntegerMenu
    scores : mapping of str to ndarray (n_events,) of integers, optional
        Those that the anomaly seeds cut on.
    bits : mapping of str to ndarray (n_events,) of bool, optional
        Trigger bits of the event file.

    Returns
    -------
    ndarray (n_events, words) of uint64
        Bit i of word j is set where seed 64 j + i fires.

    Raises
    ------
    ConfigError
        If words have another shape, or a score or a bit is missing or of another length.
    """
    found, recorded = dict(scores or {}), dict(bits or {})
    _check(words, menu, found)
    _check_bits(len(words), menu, recorded)
    result = np.zeros((len(words), 8 * menu.words), dtype=np.uint8)
    for start in range(0, len(words), BLOCK):
        block = slice(start, start + BLOCK)
        columns = _Columns(
            words[block],
            {name: values[block] for name, values in found.items()},
            menu,
            bits={name: values[block] for name, values in recorded.items()},
        )
        octets = np.zeros((result.shape[1], columns.events), dtype=np.uint8)
        for place, octet in enumerate(octets):
            for shift, seed in zip(SHIFTS, menu.seeds[8 * place : 8 * place + 8], strict=False):
                fired = columns.fired(seed.cuts).view(np.uint8)
                np.bitwise_or(octet, fired << shift, out=octet)
        result[block] = octets.T
    return result.view("<u8").astype(np.uint64, copy=False)


def quantity(words: Words, menu: IntegerMenu, what: Leading | JetSum) -> NDArray[np.int32]:
    """Value of one quantity that seeds cut on: (n_events,) of int32; see `quantities`."""
    return quantities(words, menu, (what,))[what]


def quantities(
    words: Words, menu: IntegerMenu, whats: Sequence[Leading | JetSum]
) -> dict[Leading | JetSum, NDArray[np.int32]]:
    """Values of quantities that seeds cut on: (n_events,) of int32 each.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
    menu : IntegerMenu
        Its layout says where objects are.
    whats : sequence of Leading or JetSum
    """
    columns = _Columns(words, {}, menu, whats)
    return {what: columns.value(what).astype(np.int32) for what in whats}


def _check(words: Words, menu: IntegerMenu, scores: Mapping[str, NDArray[Any]]) -> None:
    ports = len(menu.layout.fields)
    if words.ndim != 2 or words.shape[1] != ports or words.dtype.kind not in "iu":
        raise ConfigError(
            "hardware words",
            f"must be integers of shape (n_events, {ports})",
            f"{words.dtype} of shape {words.shape}",
            "make them with features.words",
        )
    for seed in menu.seeds:
        for cut in seed.cuts:
            if isinstance(cut.quantity, ScoreValue):
                values = scores.get(cut.quantity.name)
                if values is None or values.shape != (len(words),) or values.dtype.kind not in "iu":
                    raise ConfigError(
                        f"{cut.quantity.name} of seed {seed.name}",
                        f"must be {len(words)} integers",
                        "missing" if values is None else f"{values.dtype} of shape {values.shape}",
                        "score the same events",
                    )


def _check_bits(events: int, menu: IntegerMenu, bits: Bits) -> None:
    for name in menu.bits:
        values = bits.get(name)
        if values is None or values.shape != (events,) or values.dtype != np.bool_:
            raise ConfigError(
                f"the trigger bit {name} of menu {menu.name}",
                f"must be {events} booleans",
                "missing" if values is None else f"{values.dtype} of shape {values.shape}",
                "read it with the events, see events.readers.source.read_range",
            )


class _Columns:
    """A block of events by column; each quantity is computed once."""

    def __init__(
        self,
        words: Words,
        scores: Mapping[str, NDArray[Any]],
        menu: IntegerMenu,
        extra: Sequence[Quantity] = (),
        bits: Bits | None = None,
    ) -> None:
        self.events, self.scores, self.bits = len(words), scores, bits or {}
        wide = max(field.width for field in menu.layout.fields) > 15
        kind: type[np.signedinteger[Any]] = np.int32 if wide else np.int16
        self.columns = np.empty((words.shape[1], len(words)), dtype=kind)
        self.columns[:] = words.astype(kind, copy=False).T  # narrow first: half the way
        self.layout = menu.layout
        wanted = [cut.quantity for seed in menu.seeds for cut in seed.cuts]
        self.ranks: dict[tuple[str, int | None], int] = {}
        for what in (*wanted, *extra):
            if isinstance(what, Leading):
                key = (what.kind, what.eta)
                self.ranks[key] = max(self.ranks.get(key, 0), what.rank)
        self.memory: dict[Quantity, NDArray[Any]] = {}
        self.inside: dict[tuple[str, int | None], list[NDArray[Any]]] = {}

    def fired(self, cuts: tuple[Cut, ...]) -> NDArray[np.bool_]:
        """Events in which all cuts hold."""
        result: NDArray[np.bool_] | None = None
        for cut in cuts:
            holds = self._holds(cut)
            result = holds if result is None else np.logical_and(result, holds)
        return np.ones(self.events, dtype=np.bool_) if result is None else result

    def _holds(self, cut: Cut) -> NDArray[np.bool_]:
        if isinstance(cut.quantity, Bit):
            fired = self.bits[cut.quantity.name]
            return fired if cut.passes else ~fired
        values = self.value(cut.quantity)
        return values >= cut.threshold if cut.passes else values < cut.threshold

    def value(self, what: Leading | JetSum | ScoreValue) -> NDArray[Any]:
        """Quantity of each event."""
        if isinstance(what, ScoreValue):
            return self.scores[what.name]
        if what not in self.memory:
            if isinstance(what, JetSum):
                self.memory[what] = self._sum(what)
            else:
                self._leading(what.kind, what.eta)
        return self.memory[what]

    def _momenta(self, kind: str, eta: int | None) -> list[NDArray[Any]]:
        """Momenta of the slots of a kind, 0 outside the eta cut."""
        if (kind, eta) not in self.inside:
            found = [self.columns[i] for i in self.layout.columns("pt", kind)]
            if eta is not None:
                angles = (self.columns[i] for i in self.layout.columns("eta", kind))
                pairs = zip(found, angles, strict=True)
                found = [pt * (np.abs(angle) <= eta) for pt, angle in pairs]
            self.inside[kind, eta] = found
        return self.inside[kind, eta]

    def _leading(self, kind: str, eta: int | None) -> None:
        """Keep the hardest momenta in order: each slot is inserted where it belongs."""
        top = [
            np.zeros(self.events, dtype=self.columns.dtype) for _ in range(self.ranks[kind, eta])
        ]
        for momentum in self._momenta(kind, eta):
            rest = momentum
            for place, held in enumerate(top):
                top[place], rest = np.maximum(held, rest), np.minimum(held, rest)
        for rank, values in enumerate(top, 1):
            self.memory[Leading(kind, rank, eta)] = values

    def _sum(self, what: JetSum) -> NDArray[np.int32]:
        total = np.zeros(self.events, dtype=np.int32)
        for momentum in self._momenta("jet", what.eta):
            total += momentum * (momentum >= what.minimum)
        return total
