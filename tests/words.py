"""Random hardware words of any layout."""

import numpy as np

from trigger_ad.features.layout import Layout


def full_range(layout: Layout, events: int, rng: np.random.Generator) -> np.ndarray:
    """Words over the whole ports; in empty slots angles stay, and must not matter."""
    shape = (events, len(layout.fields))
    found = rng.integers(layout.minimum, layout.maximum, size=shape, endpoint=True)
    empty = np.repeat(rng.random((events, shape[1] // 3)) < 0.3, 3, axis=1)
    found[empty & (np.arange(shape[1]) % 3 == 0)] = 0
    return found.astype(np.int32)


def bulk(layout: Layout, events: int, rng: np.random.Generator) -> np.ndarray:
    """Words in the lowest eighth of the ports, as most events have them, half the slots empty."""
    shape = (events, len(layout.fields))
    found = rng.integers(layout.minimum // 8, layout.maximum // 8 + 1, size=shape)
    found[np.repeat(rng.random((events, shape[1] // 3)) < 0.5, 3, axis=1)] = 0
    return found.astype(np.int32)
