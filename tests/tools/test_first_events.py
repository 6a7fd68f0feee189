"""The small sample is the first part of the large one."""

from dataclasses import replace

import h5py
import numpy as np

from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.sample import opened
from trigger_ad.generate.zerobias.recover import recipe


def test_the_sample_of_the_main_wheel_is_the_first_part_of_zero_bias():
    whole, part = packaged("zero_bias"), packaged(START)
    assert adc2021.count(part) == 30_000
    origins = [adc2021.read_origin(path) for path in (whole, part)]
    drawn = tuple(np.bincount(next(opened(part).blocks(30_000)).stratum).tolist())
    assert origins[1].strata.drawn == drawn
    assert sum(drawn) == 30_000
    plain = [replace(origin, strata=replace(origin.strata, drawn=())) for origin in origins]
    assert plain[0] == plain[1]
    assert recipe(part) == recipe(whole)
    with h5py.File(whole) as first, h5py.File(part) as second:
        assert set(first) == set(second)
        for name in ("Particles", "process", "parton_event", "pileup", "stratum"):
            np.testing.assert_array_equal(first[name][:30_000], second[name][:])
