"""Trigger bits of event files: the same from HDF5 and NanoAOD, or refused."""

import numpy as np
import pytest
from h5py import File

from tests.events.readers.nano import N, branches, save
from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021, source

BITS = {f"L1_{i}": np.random.default_rng(i).random(N) < 0.4 for i in range(3)}


def hdf5(path, columns):
    values = np.zeros((N, 19, 4), np.float32)
    values[:, 0] = 30, 0, 0, 1
    particles = Particles(values, np.zeros(N, np.uint8), np.arange(N, dtype=np.int64))
    adc2021.write(path, particles, Origin("zero_bias"), columns)
    return path


@pytest.fixture
def files(tmp_path):
    nano = save(tmp_path / "n.root", branches(np.random.default_rng(1)) | BITS)
    own = hdf5(tmp_path / "h.h5", {f"bits/{name}": values for name, values in BITS.items()})
    numbers = {f"bits/{name}": v.astype(np.uint8) for name, v in BITS.items()}
    return nano, own, hdf5(tmp_path / "i.h5", numbers)


def test_bits_are_read_by_name_and_range(files):
    for path in files:
        source.check_bits(path, ("L1_2", "L1_0"))
        events = source.read_range(path, 5, 30, trigger_bits=("L1_2", "L1_0"))
        assert list(events.bits) == ["L1_2", "L1_0"]
        for name, values in events.bits.items():
            assert values.dtype == np.bool_
            assert (values == BITS[name][5:30]).all()
        assert source.read_range(path, 5, 30).bits == {}


def test_a_file_without_the_bit_is_refused(files, tmp_path):
    for path in (*files, hdf5(tmp_path / "none.h5", {})):
        with pytest.raises(EventFileError) as caught:
            source.check_bits(path, ("L1_9",))
        assert str(caught.value) == (
            f"{path} must have the trigger bit L1_9: give other files, or mark the seeds in the "
            "menu with simulated: false, which lists them and leaves them out of the total"
        )


def test_what_is_no_bit_is_refused(tmp_path):
    two = hdf5(tmp_path / "two.h5", {"bits/x": np.arange(N) % 3})
    with pytest.raises(EventFileError) as caught:
        source.read_range(two, 0, N, trigger_bits=("x",))
    assert str(caught.value) == (
        f"{two}:bits/x must be a whole number from 0 to 1, not 2 in event 2: write the number of "
        "each event as an integer, or leave the data set out"
    )
    short = hdf5(tmp_path / "short.h5", {})
    with File(short, "a") as file:
        file["bits/x"] = np.ones(N - 1, np.bool_)
    with pytest.raises(EventFileError) as caught:
        source.check_bits(short, ("x",))
    assert str(caught.value) == (
        f"{short}:bits/x must be a boolean, 0 or 1 for each of {N} events, not bool of shape "
        f"({N - 1},): write the bit of each event"
    )
    group = hdf5(tmp_path / "group.h5", {})
    with File(group, "a") as file:
        file.create_group("bits/x")
    with pytest.raises(EventFileError, match=r"must be a boolean, 0 or 1 .* not a group"):
        source.check_bits(group, ("x",))
    tables = branches(np.random.default_rng(1))
    listed = save(tmp_path / "l.root", tables | {"L1_X": tables["L1EG_bx"] > 0})
    with pytest.raises(EventFileError, match="L1_X must be a boolean, 0 or 1 for each of 1 events"):
        source.check_bits(listed, ("L1_X",))
    real = save(tmp_path / "r.root", tables | {"L1_X": np.ones(N, np.float32)})
    with pytest.raises(EventFileError, match="L1_X must be a branch of"):
        source.check_bits(real, ("L1_X",))
