"""Which seeds fire in each event, as one bit for each seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import Cut, IntegerMenu, JetSum, Leading, Quantity, ScoreValue

__all__ = ["fires", "quantity", "unpack"]

#: Events in a block whose columns stay in the cache.
BLOCK = 8192

Words = NDArray[Any]
Patterns = NDArray[np.uint64]


def fires(
    words: Words, menu: IntegerMenu, scores: Mapping[str, NDArray[Any]] | None = None
) -> Patterns:
    """Pattern of seeds that fire, before prescale.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
        Hardware words of the menu's layout.
    menu : IntegerMenu
    scores : mapping of str to ndarray (n_events,) of integers, optional
        Those that the anomaly seeds cut on.

    Returns
    -------
    ndarray (n_events,) of uint64
        Bit i is set where seed i fires.

    Raises
    ------
    ConfigError
        If words have another shape, or a score is missing or of another length.
    """
    found = dict(scores or {})
    _check(words, menu, found)
    result = np.zeros((len(words), 8), dtype=np.uint8)
    for start in range(0, len(words), BLOCK):
        block = slice(start, start + BLOCK)
        columns = _Columns(words[block], {k: v[block] for k, v in found.items()}, menu)
        for byte in range(0, len(menu.seeds), 8):
            bits = np.zeros(columns.events, dtype=np.uint8)
            for position, seed in enumerate(menu.seeds[byte : byte + 8]):
                bits |= columns.fired(seed.cuts).view(np.uint8) << np.uint8(position)
            result[block, byte // 8] = bits
    return result.view("<u8")[:, 0].astype(np.uint64, copy=False)


def unpack(patterns: Patterns, seeds: int) -> NDArray[np.bool_]:
    """Fires by seed: (n, seeds) of bool from patterns (n,) of uint64."""
    bits = np.arange(seeds, dtype=np.uint64)
    return ((patterns[:, None] >> bits) & np.uint64(1)).astype(np.bool_)


def quantity(words: Words, menu: IntegerMenu, what: Quantity) -> NDArray[np.int32]:
    """Value of one quantity that seeds cut on: (n_events,) of int32.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
    menu : IntegerMenu
        Its layout says where objects are.
    what : Leading or JetSum
    """
    return _Columns(words, {}, menu, what).value(what).astype(np.int32)


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


class _Columns:
    """A block of events by column; each quantity is computed once."""

    def __init__(
        self,
        words: Words,
        scores: Mapping[str, NDArray[Any]],
        menu: IntegerMenu,
        extra: Quantity | None = None,
    ) -> None:
        self.events, self.scores = len(words), scores
        self.columns = np.empty((words.shape[1], len(words)), dtype=np.int16)
        self.columns[:] = words.astype(np.int16, copy=False).T  # narrow first: half the way
        self.layout = menu.layout
        wanted = [cut.quantity for seed in menu.seeds for cut in seed.cuts]
        self.ranks: dict[tuple[str, int | None], int] = {}
        for what in (*wanted, extra):
            if isinstance(what, Leading):
                key = (what.kind, what.eta)
                self.ranks[key] = max(self.ranks.get(key, 0), what.rank)
        self.memory: dict[Quantity, NDArray[Any]] = {}
        self.inside: dict[tuple[str, int | None], list[NDArray[np.int16]]] = {}

    def fired(self, cuts: tuple[Cut, ...]) -> NDArray[np.bool_]:
        """Events in which all cuts hold."""
        result: NDArray[np.bool_] | None = None
        for cut in cuts:
            values = self.value(cut.quantity)
            holds = values >= cut.threshold if cut.passes else values < cut.threshold
            result = holds if result is None else np.logical_and(result, holds, out=result)
        return np.ones(self.events, dtype=np.bool_) if result is None else result

    def value(self, what: Quantity) -> NDArray[Any]:
        """Quantity of each event."""
        if isinstance(what, ScoreValue):
            return self.scores[what.name]
        if what not in self.memory:
            if isinstance(what, JetSum):
                self.memory[what] = self._sum(what)
            else:
                self._leading(what.kind, what.eta)
        return self.memory[what]

    def _momenta(self, kind: str, eta: int | None) -> list[NDArray[np.int16]]:
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
        top = [np.zeros(self.events, dtype=np.int16) for _ in range(self.ranks[kind, eta])]
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
