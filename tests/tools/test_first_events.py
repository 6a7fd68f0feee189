"""The small sample is the first part of the large one."""

import h5py
import numpy as np

from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.zerobias.recover import identities, recipe


def test_the_sample_of_the_main_wheel_is_the_first_part_of_zero_bias():
    whole, part = packaged("zero_bias"), packaged(START)
    assert adc2021.count(part) == 30_000
    assert adc2021.read_origin(part) == adc2021.read_origin(whole)
    assert recipe(part) == recipe(whole)
    with h5py.File(whole) as first, h5py.File(part) as second:
        assert set(first) == set(second)
        for name in ("Particles", "process", "parton_event", "pileup"):
            np.testing.assert_array_equal(first[name][:30_000], second[name][:])


def test_its_collisions_are_known(rng):
    draws = [identities(packaged(name), 100, 120) for name in ("zero_bias", START)]
    for mine, its in zip(vars(draws[0]).values(), vars(draws[1]).values(), strict=True):
        np.testing.assert_array_equal(mine, its)
