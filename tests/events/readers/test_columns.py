"""What HDF5 files hold besides objects: read right in every form, or one sentence."""

import h5py
import numpy as np
import pytest

from tests.events.readers import odd
from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import SLOTS, Particles
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import opened

N = odd.N
RNG = np.random.default_rng(14)
COLUMNS = {
    "labels": np.arange(N) % 3 - 1,
    "nuisance": RNG.normal(size=N).astype(np.float32),
    "stratum": (np.arange(N) % 4).astype(np.uint8),
    "pileup": odd.PILEUP.astype(np.uint16),
}
HARDWARE = {
    kind: RNG.integers(-9, 500, (N, s.stop - s.start, 3), np.int32) for kind, s in SLOTS.items()
}
BITS = {"L1_SingleMu22": np.arange(N) % 5 == 0, "L1_ZeroBias": np.ones(N, np.bool_)}
ALL = (
    COLUMNS
    | {f"hardware_{kind}": codes for kind, codes in HARDWARE.items()}
    | {f"bits/{name}": values for name, values in BITS.items()}
)


def own(path, columns):
    events = Particles(odd.VALUES.copy(), np.ones(N, np.uint8), odd.IDENTITY)
    fits = {name: values for name, values in columns.items() if len(values) == N}
    adc2021.write(path, events, Origin("zero_bias"), fits)
    with h5py.File(path, "a") as file:
        for name in columns.keys() - fits.keys():
            file[name] = columns[name]
    return path


def prepared(path, columns):
    with h5py.File(path, "w") as file:
        file["X_train"], file["X_test"] = (part[..., :3] for part in np.split(odd.VALUES, [13]))
        for name, values in columns.items():
            file[name] = values
    return path


def read(path, size=N, bits=tuple(BITS)):
    return list(opened(path, Settings(bits=bits)).blocks(size))


@pytest.fixture(params=[own, prepared])
def form(request):
    return request.param


def sentence(path, **how):
    with pytest.raises(EventFileError) as caught:
        read(path, **how)
    return str(caught.value).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("size", [N, 7])
def test_all(form, tmp_path, size):
    blocks = read(form(tmp_path / "e.h5", ALL), size)
    assert [len(block) for block in blocks] == [min(size, N - i) for i in range(0, N, size)]
    for name, values in COLUMNS.items():
        found = np.concatenate([getattr(block, name) for block in blocks])
        assert found.tolist() == values.tolist()
    for kind, codes in HARDWARE.items():
        found = np.concatenate([block.hardware[kind] for block in blocks])
        np.testing.assert_array_equal(found, codes)
    for name, values in BITS.items():
        assert np.concatenate([block.bits[name] for block in blocks]).tolist() == values.tolist()


def test_none(form, tmp_path):
    (block,) = read(form(tmp_path / "e.h5", {}), bits=())
    assert block.labels is block.nuisance is block.pileup is None
    assert block.hardware == block.bits == {}
    assert block.identity.tolist() == (odd.IDENTITY.tolist() if form is own else list(range(N)))


def test_bits_are_read_when_they_are_wanted(form, tmp_path):
    path = form(tmp_path / "e.h5", ALL)
    (block,) = read(path, bits=("L1_ZeroBias",))
    assert list(block.bits) == ["L1_ZeroBias"]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64, ">i4"])
def test_other_types(form, tmp_path, dtype):
    columns = {name: ALL[name].astype(dtype) for name in ("stratum", "pileup")}
    columns["labels"] = np.abs(COLUMNS["labels"]).reshape(N, 1).astype(dtype)
    columns["nuisance"] = COLUMNS["stratum"].astype(dtype)
    (block,) = read(form(tmp_path / "e.h5", columns), bits=())
    assert block.labels.tolist() == np.abs(COLUMNS["labels"]).tolist()
    assert block.nuisance.tolist() == block.stratum.tolist() == COLUMNS["stratum"].tolist()


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("length", [N - 1, N + 1, 13])
def test_another_length(form, tmp_path, name, length):
    path = form(tmp_path / "e.h5", COLUMNS | {name: np.resize(COLUMNS[name], length)})
    assert sentence(path, bits=()) == (
        f"e.h5:{name} must have one number for each of {N} events, not the shape ({length},): "
        "write one number an event"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_a_nuisance_that_is_no_number(form, tmp_path, value):
    nuisance = COLUMNS["nuisance"].astype(np.float64)
    nuisance[17] = value
    shown = "nan" if np.isnan(value) else "inf"
    for size in (N, 7):
        assert sentence(form(tmp_path / f"{size}.h5", {"nuisance": nuisance}), size=size, bits=())[
            len(str(size)) :
        ] == (
            f".h5:nuisance must be a finite number for each event, not {shown} in event 17: "
            "remove the event, or the data set"
        )


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [("labels", np.nan, f"-{2**53} to {2**53}"), ("labels", 0.5, f"-{2**53} to {2**53}")]
    + [("stratum", value, "0 to 255") for value in (256, -1)],
)
def test_numbers_that_cannot_be(form, tmp_path, name, value, limits):
    values = COLUMNS[name].astype(type(value))
    values[4] = value
    assert sentence(form(tmp_path / "e.h5", {name: values}), bits=()) == (
        f"e.h5:{name} must be a whole number from {limits}, not {value} in event 4: "
        "write the number of each event as an integer, or leave the data set out"
    )


def test_text_is_no_label(form, tmp_path):
    path = form(tmp_path / "e.h5", {"labels": np.full(N, b"qcd", "S3")})
    assert sentence(path, bits=()) == (
        "e.h5:labels must be a data set of numbers, not of type |S3: write one number an event"
    )


def test_hardware_of_another_shape(form, tmp_path):
    path = form(tmp_path / "e.h5", {"hardware_jet": HARDWARE["jet"][:, :9]})
    assert sentence(path, bits=()) == (
        f"e.h5:hardware_jet must hold integers of the shape ({N}, 10, 3), not int32 of the shape "
        f"({N}, 9, 3): write pT, eta and phi of each slot as the hardware has them"
    )


def test_hardware_beyond_32_bits(form, tmp_path):
    codes = HARDWARE["met"].astype(np.int64)
    codes[5, 0, 2] = 2**32 + 1
    assert sentence(form(tmp_path / "e.h5", {"hardware_met": codes}), bits=()) == (
        "e.h5:hardware_met must hold integers of 32 bits, not 4294967297 in event 5: "
        "write pT, eta and phi of each slot as the hardware has them"
    )


def test_columns_of_another_length_are_not_written(tmp_path):
    own(tmp_path / "e.h5", {})
    events = Particles(odd.VALUES, np.zeros(N, np.uint8), odd.IDENTITY)
    with pytest.raises(EventFileError) as caught:
        adc2021.write(tmp_path / "f.h5", events, Origin("filtered"), {"labels": np.zeros(N - 1)})
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "f.h5:labels must have one entry for each of 30 events, not 29: write one for each event"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["e.h5"]
