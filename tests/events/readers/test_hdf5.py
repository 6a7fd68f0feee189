"""What h5py meets in event files: attributes, links, filters, heaps, numbers of other types."""

import builtins
import os
import sys

import h5py
import numpy as np
import pytest

from tests.events.readers import odd
from tests.events.readers.test_adc2021 import ORIGIN, N, objects, own, save, sentence
from trigger_ad.errors import EventFileError
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021


@pytest.fixture
def values(rng):
    return objects(rng)


@pytest.fixture
def particles(values):
    return Particles(values, np.zeros(N, np.uint8), np.arange(N))


def attribute(particles, tmp_path, name, value):
    path, file = own(particles, tmp_path)
    with file:
        del file.attrs[name]
        file.attrs[name] = value
    return path


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.arange(3), "an array of int64 of shape (3,)"),
        (np.array(["a", "b"], object), "an array of object of shape (2,)"),
        (np.float32(2.5), "float32 np.float32(2.5)"),
        (h5py.Empty("f4"), "an empty one"),
        (7, "int64 np.int64(7)"),
    ],
)
@pytest.mark.parametrize("name", ["schema", "origin"])
def test_attributes_that_are_no_text(particles, tmp_path, name, value, kind):
    path = attribute(particles, tmp_path, name, value)
    with pytest.raises(EventFileError) as caught:
        adc2021.read_origin(path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        f"own.h5:{name} must be an attribute of text, not {kind}: "
        "write it as a string, or delete the attribute if it is not trigger_ad's"
    )


def test_a_schema_that_is_no_utf8(particles, tmp_path):
    """It is of somebody else, and left alone."""
    path = attribute(particles, tmp_path, "schema", np.bytes_(b"\xff\xfe"))
    assert adc2021.read_origin(path).kind == "filtered"
    assert len(adc2021.read(path)) == N


@pytest.mark.parametrize("value", [np.nan, 2.5, -np.inf])
def test_identities_that_are_none(values, tmp_path, value):
    path = save(tmp_path / "x.h5", Particles=values, EvtId=np.full(N, value))
    assert sentence(path) == (
        "x.h5:EvtId must be a whole number from -9007199254740992 to 9007199254740992, "
        f"not {value} in event 0: write the number of each event as an integer, "
        "or leave the data set out"
    )


def test_a_data_set_without_data(tmp_path):
    path = save(tmp_path / "x.h5", Particles=h5py.Empty("f4"))
    assert sentence(path) == (
        "x.h5:Particles must have the shape (N, 19, 4), not (): "
        "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets"
    )


@pytest.mark.parametrize(
    ("link", "place"),
    [(h5py.SoftLink("/gone"), "/gone"), (h5py.ExternalLink("no.h5", "/x"), "no.h5:/x")],
)
def test_links_that_lead_nowhere(tmp_path, link, place):
    path = save(tmp_path / "x.h5", Particles=link)
    assert sentence(path) == (
        f"x.h5:Particles must lead to a data set, not a link to {place}, which is missing: "
        "put the data set where the link leads"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(values, tmp_path):
    path = save(tmp_path / "x.h5", Particles=values)
    path.chmod(0)
    assert sentence(path) == (
        "x.h5 must be a readable file, not permission denied: check the path and its permissions"
    )


@pytest.mark.parametrize(("code", "name"), [(32015, "zstd (32015)"), (40000, "number 40000")])
def test_filters_that_are_not_there(values, tmp_path, code, name):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        odd.with_filter(file.id, values, skipped=False, code=code)
    remedy = "pip install hdf5plugin, which is imported where it is there, or " * (code < 40000)
    assert sentence(tmp_path / "x.h5") == (
        f"x.h5:Particles must have filters that HDF5 knows here, not {name}: "
        f"{remedy}write it with gzip"
    )


def test_filters_of_a_package_that_is_there(values, tmp_path, monkeypatch):
    """It is imported before the file is opened."""
    (tmp_path / "hdf5plugin.py").write_text("import builtins\nbuiltins.plugin_was_here = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    adc2021.count(save(tmp_path / "x.h5", Particles=values))
    assert builtins.plugin_was_here
    del builtins.plugin_was_here
    monkeypatch.delitem(sys.modules, "hdf5plugin")


def test_a_heap_without_end(particles, tmp_path):
    """HDF5 would read it for ever."""
    path = tmp_path / "own.h5"
    adc2021.write(path, particles, ORIGIN)
    raw = bytearray(path.read_bytes())
    start = raw.index(b"GCOL")
    raw[start + 16 : start + 32] = bytes(16)
    path.write_bytes(raw)
    assert sentence(path) == (
        "own.h5 must be a whole HDF5 file, not one whose heap of text has no end: "
        "copy or download the file again"
    )


def test_numbers_beyond_float32(values, tmp_path):
    large = values.astype(np.float64)
    large[3, 0, 0] = 1e300
    assert sentence(save(tmp_path / "x.h5", Particles=large)) == (
        "x.h5:Particles must be finite, not inf in event 3, slot 0 (met 1): remove the event"
    )


def test_pileup_of_part_of_a_file(values, tmp_path):
    path = save(tmp_path / "x.h5", Particles=values, pileup=np.arange(N) - 1)
    assert adc2021.read_pileup(path).tolist() == list(range(-1, N - 1))
    assert adc2021.read_pileup(path, 2, 5).tolist() == [1, 2, 3]
    assert adc2021.read_pileup(save(tmp_path / "y.h5", Particles=values)) is None
