"""Random hardware words of any layout."""

import numpy as np

from trigger_ad.features.layout import Layout


def full_range(layout: Layout, events: int, rng: np.random.Generator) -> np.ndarray:
    """Words over the whole ports; of absent objects other words stay, and must not matter."""
    shape = (events, len(layout.fields))
    found = rng.integers(layout.minimum, layout.maximum, size=shape, endpoint=True)
    for indices in layout.objects:
        found[rng.random(events) < 0.3, layout.fields[indices[0]].presence] = 0
    return found.astype(np.int32)


def bulk(layout: Layout, events: int, rng: np.random.Generator) -> np.ndarray:
    """Words in the lowest eighth of the ports, as most events have them, half the slots empty."""
    shape = (events, len(layout.fields))
    found = rng.integers(layout.minimum // 8, layout.maximum // 8 + 1, size=shape)
    for indices in layout.objects:
        found[np.ix_(rng.random(events) < 0.5, indices)] = 0
    return found.astype(np.int32)
