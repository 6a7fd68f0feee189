"""A sample in strata whose events count whole numbers, and the events that they stand for."""

import numpy as np

from trigger_ad.statistics.strata import Stratified


def sample(seed=3, soft=384, hard=512, times=4):
    """Two scores with ties, a signal, how events were drawn, and the place of each repetition."""
    draw = np.random.default_rng(seed)
    places = np.repeat([0, 1], [soft, hard])
    draw.shuffle(places)
    first, second = (
        (draw.exponential(10, soft + hard) * (1 + places)).astype(np.int64) for _ in range(2)
    )
    signal = draw.exponential(25, 150).astype(np.int64)
    parts = np.array([times * soft, hard]) / (times * soft + hard)
    of = Stratified.of(places, tuple(parts.tolist()))
    return first, second, signal, of, np.repeat(np.arange(soft + hard), np.where(places, 1, times))
