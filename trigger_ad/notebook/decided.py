"""What a trigger made of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.display import Displayed, Table
from trigger_ad.trigger.state import State

__all__ = ["Decided"]


@dataclass(frozen=True, repr=False, eq=False)
class Decided(Displayed):
    """Scores, regions and accepts of consecutive events.

    Parameters
    ----------
    scores : mapping of str to ndarray (n_events,) of int64
        By name, in counts.
    region : ndarray (n_events,) of uint8
        Code of the region of each event, an index into `regions`.
    accept : ndarray (n_events,) of bool
        After prescale.
    regions : tuple of str
        Names of the regions.
    state : State
        Of prescalers and counters after these events, from which the next ones go on.
    """

    scores: Mapping[str, NDArray[np.int64]]
    region: NDArray[np.uint8]
    accept: NDArray[np.bool_]
    regions: tuple[str, ...]
    state: State

    def __len__(self) -> int:
        return len(self.region)

    @property
    def fires(self) -> dict[str, int]:
        """Events in each region, before prescale."""
        return self._counts(self.region)

    @property
    def accepts(self) -> dict[str, int]:
        """Events that are kept, by region."""
        return self._counts(self.region[self.accept])

    def _counts(self, codes: NDArray[np.uint8]) -> dict[str, int]:
        found = np.bincount(codes, minlength=len(self.regions))
        return dict(zip(self.regions, map(int, found), strict=True))

    def _display(self) -> Table:
        accepts = self.accepts
        rows = [(name, str(fires), str(accepts[name])) for name, fires in self.fires.items()]
        rows.append(("total", str(len(self)), str(sum(accepts.values()))))
        return Table(f"decisions on {len(self):,} events", ("region", "fires", "kept"), tuple(rows))
