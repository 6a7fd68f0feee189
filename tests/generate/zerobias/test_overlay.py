"""A crossing is the sum of its collisions."""

import numpy as np

from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.grid import towers
from trigger_ad.generate.zerobias.overlay import overlay


def test_sums(library):
    draws = Draws(np.array([3, 0, 1, 2]), np.array([5, 5, 60, 7, 2, 8]))
    found, muon_crossing, muons = overlay(library, draws)
    em, had = library.em.toarray(), library.had.toarray()
    start = 0
    for i, n in enumerate(draws.collisions):
        events = draws.events[start : start + n]
        start += n
        alone = towers(*(part[events].sum(axis=0, keepdims=True) for part in (em, had)))
        for name in ("total", "em", "had"):
            np.testing.assert_array_equal(getattr(found, name)[i], getattr(alone, name)[0])
        offsets = library.muon_offsets
        expected = [library.muons[offsets[e] : offsets[e + 1]] for e in events]
        np.testing.assert_array_equal(
            muons[muon_crossing == i], np.concatenate([np.zeros((0, 3)), *expected])
        )
    assert len(muons) > 0
    assert found.total[1].sum() == 0
