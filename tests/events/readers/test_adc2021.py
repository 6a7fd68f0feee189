"""Event files: three forms, in pieces, and one sentence for whatever is wrong with them."""

import time

import h5py
import numpy as np
import pytest

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.events.particles import PROCESSES, SLOTS, Particles
from trigger_ad.events.readers import adc2021

N = 50
ORIGIN = Origin(
    "filtered", "a lepton", 3, {"pythia8mc": "8"}, (ProcessOrigin("qcd", 2e6, 1e3, 9, 5, 7, 2),)
)


def objects(rng, n=N):
    """Events with sorted objects in every kind, some slots empty."""
    values = np.zeros((n, 19, 4), np.float32)
    for code, kind in enumerate(SLOTS.values(), 1):
        size = kind.stop - kind.start
        pt = -np.sort(-rng.uniform(1, 100, (n, size)).astype(np.float32), axis=1)
        least = 1 if kind.start in (0, 1) else 0
        present = np.arange(size) < rng.integers(least, size + 1, (n, 1))
        values[:, kind, 0] = pt
        values[:, kind, 1] = rng.uniform(-2, 2, (n, size)) if kind.start else 0
        values[:, kind, 2] = rng.uniform(-3, 3, (n, size))
        values[:, kind, 3] = code
        values[:, kind][~present] = 0
    return values


@pytest.fixture
def values(rng):
    return objects(rng)


@pytest.fixture
def particles(values, rng):
    process = rng.integers(1, len(PROCESSES), N).astype(np.uint8)
    return Particles(values, process, np.arange(N) // 2)


def save(path, **datasets):
    with h5py.File(path, "w") as file:
        for name, data in datasets.items():
            file[name] = data
    return path


def same(one, two):
    for name in ("values", "process", "parton_event"):
        a, b = getattr(one, name), getattr(two, name)
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def sentence(path, error=EventFileError):
    with pytest.raises(error) as caught:
        for _ in adc2021.read_chunks(path):
            pass
    return str(caught.value).replace(f"{path.parent}/", "")


def test_round_trip(particles, tmp_path):
    path = tmp_path / "own.h5"
    adc2021.write(path, particles, ORIGIN)
    same(adc2021.read(path), particles)
    assert adc2021.read_origin(path) == ORIGIN
    assert adc2021.count(path) == N
    assert [p.name for p in tmp_path.iterdir()] == ["own.h5"]


@pytest.mark.parametrize("size", [1, 7, N, 10 * N])
def test_pieces_are_the_whole(particles, tmp_path, size):
    path = tmp_path / "own.h5"
    adc2021.write(path, particles, ORIGIN)
    pieces = list(adc2021.read_chunks(path, size))
    assert max(map(len, pieces)) == min(size, N)
    for name in ("values", "process", "parton_event"):
        whole = np.concatenate([getattr(p, name) for p in pieces])
        np.testing.assert_array_equal(whole, getattr(particles, name))


@pytest.mark.parametrize("most", [1, 30, N, 2 * N])
def test_first_events(particles, tmp_path, most):
    path = tmp_path / "own.h5"
    adc2021.write(path, particles, ORIGIN)
    same(adc2021.read(path, most), particles[:most])


def test_writing_twice_gives_the_same_bytes(particles, tmp_path):
    adc2021.write(tmp_path / "a.h5", particles, ORIGIN)
    time.sleep(1.1)  # a time stamp in the file would have seconds
    adc2021.write(tmp_path / "b.h5", particles, ORIGIN)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_failed_write_leaves_the_old_file(particles, tmp_path):
    path = tmp_path / "own.h5"
    adc2021.write(path, particles, ORIGIN)
    broken = Particles(particles.values, particles.process, None)
    with pytest.raises(TypeError):
        adc2021.write(path, broken, ORIGIN)
    same(adc2021.read(path), particles)
    assert [p.name for p in tmp_path.iterdir()] == ["own.h5"]


def test_original_form(values, tmp_path):
    path = save(tmp_path / "original.h5", Particles=values.astype(np.float64))
    same(adc2021.read(path), Particles(values, np.zeros(N, np.uint8), np.arange(N)))
    assert adc2021.read_origin(path).kind == "filtered"


@pytest.mark.parametrize("shape", [(N,), (N, 1)])
def test_black_box(values, tmp_path, shape):
    identity = np.arange(N)[::-1] * 3
    path = save(tmp_path / "box.h5", Particles=values, EvtId=identity.reshape(shape))
    np.testing.assert_array_equal(adc2021.read(path).parton_event, identity)


@pytest.mark.parametrize("shape", [(57,), (19, 3), (19, 3, 1)])
def test_prepared_form(values, tmp_path, shape):
    path = save(tmp_path / "prepared.h5", Data=values[..., :3].reshape(N, *shape))
    same(adc2021.read(path), Particles(values, np.zeros(N, np.uint8), np.arange(N)))


def test_prepared_splits_follow_each_other(values, tmp_path):
    flat = values[..., :3].reshape(N, 57)
    path = save(tmp_path / "p.h5", X_test=flat[40:], X_train=flat[:30], X_val=flat[30:40])
    assert adc2021.count(path) == N
    same(adc2021.read(path), Particles(values, np.zeros(N, np.uint8), np.arange(N)))


@pytest.mark.parametrize("form", ["original", "prepared"])
def test_forward_jets_are_empty_slots(values, tmp_path, form):
    """ADC2021 zeroes pT and eta of jets beyond abs(eta) 4, but not phi and class."""
    values[5, 9:13] = [(40, 1, 1, 4), (0, 0, 2.5, 4), (20, 1, 1, 4), (0, 0, -1, 4)]
    values[5, 13:] = 0
    data = {"Particles": values} if form == "original" else {"Data": values[..., :3]}
    read = adc2021.read(save(tmp_path / "trap.h5", **data))
    assert read.present[5, 9:13].tolist() == [True, False, True, False]
    assert not read.values[5, [10, 12]].any()


MISTAKES = {
    "nan": (
        {(3, 9, 2): np.nan},
        "must be finite, not nan in event 3, slot 9 (jet 1): remove the event",
    ),
    "infinity": (
        {(7, 1, 0): -np.inf, (7, 1, 1): np.inf},
        "must be finite, not -inf in event 7, slot 1 (egamma 1): remove the event",
    ),
    "negative": (
        {(4, 5, 0): -2.5, (9, 5, 0): -1},
        (
            "must have pT >= 0, not -2.5 GeV in event 4, slot 5 (muon 1): "
            "give pT in GeV, not scaled or shifted"
        ),
    ),
    "unsorted": (
        {(6, 9, 0): 10, (6, 10, 0): 12},
        (
            "must be ordered in falling pT within a kind, not 12 GeV in event 6, slot 10 (jet 2): "
            "sort the objects of each event"
        ),
    ),
    "unsorted over a gap": (
        {(6, 9, 0): 10, (6, 10, 0): 0, (6, 11, 0): 12},
        (
            "must be ordered in falling pT within a kind, not 12 GeV in event 6, slot 11 (jet 3): "
            "sort the objects of each event"
        ),
    ),
    "nothing": (
        {(8, slot, 0): 0 for slot in range(19)},
        "must have an object in every event, not none in event 8: remove the event",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("form", ["Particles", "Data"])
def test_impossible_objects(values, tmp_path, mistake, form):
    changes, message = MISTAKES[mistake]
    values[6, 9:] = 0
    for place, value in changes.items():
        values[place] = value
        values[*place[:2], 3] = next(
            k for k, s in enumerate(SLOTS.values(), 1) if s.start <= place[1] < s.stop
        )
    data = values if form == "Particles" else values[..., :3]
    path = save(tmp_path / "bad.h5", **{form: data})
    assert sentence(path) == f"bad.h5:{form} {message}"


def test_later_pieces_name_the_event_of_the_file(values, tmp_path):
    values[41, 0, 0] = -1
    path = save(tmp_path / "bad.h5", Particles=values)
    pieces = adc2021.read_chunks(path, 20)
    assert len(next(pieces)) == len(next(pieces)) == 20
    with pytest.raises(EventFileError, match="in event 41"):
        next(pieces)


def test_objects_in_the_wrong_slots(values, tmp_path):
    values[2, 5] = (30, 0, 0, 2)
    assert sentence(save(tmp_path / "bad.h5", Particles=values)) == (
        "bad.h5:Particles must have the class of its slot (1 MET, 2 e/gamma, 3 muon, 4 jet), "
        "not 2 in event 2, slot 5 (muon 1): put the objects into their slots"
    )


def test_missing_file(tmp_path):
    assert sentence(tmp_path / "none.h5") == (
        "none.h5 must be an event file, not missing: give the path of an HDF5 file"
    )


def test_folder(tmp_path):
    (tmp_path / "f").mkdir()
    assert sentence(tmp_path / "f") == (
        "f must be an event file, not a folder: give the path of an HDF5 file"
    )


@pytest.mark.parametrize(
    ("text", "kind"), [("", "an empty file"), ("pt,eta,phi\n1,2,3\n", "a file of another kind")]
)
def test_other_kind_of_file(tmp_path, text, kind):
    path = tmp_path / "events.csv"
    path.write_text(text)
    assert sentence(path) == (
        f"events.csv must be an HDF5 file, not {kind}: give the path of an HDF5 file"
    )


@pytest.mark.parametrize("left", [10, 600, 1500])
def test_truncated_file(particles, tmp_path, left):
    path = tmp_path / "cut.h5"
    adc2021.write(path, particles, ORIGIN)
    path.write_bytes(path.read_bytes()[:left])
    assert sentence(path) == (
        f"cut.h5 must be a whole HDF5 file, not {left} bytes that HDF5 cannot read: "
        "copy or download the file again"
    )


def test_damaged_data(particles, tmp_path):
    """Bytes in the middle of compressed data are only seen when they are read."""
    path = tmp_path / "damaged.h5"
    adc2021.write(path, particles, ORIGIN)
    with h5py.File(path) as file:
        chunk = file["Particles"].id.get_chunk_info(0)
    raw = bytearray(path.read_bytes())
    raw[chunk.byte_offset : chunk.byte_offset + chunk.size] = b"\xff" * chunk.size
    path.write_bytes(raw)
    assert sentence(path) == (
        f"damaged.h5 must be a whole HDF5 file, not {len(raw)} bytes that HDF5 cannot read: "
        "copy or download the file again"
    )


@pytest.mark.parametrize(
    ("datasets", "message"),
    [
        (
            {"jets": [1], "Events": [2]},
            (
                "x.h5 must hold Particles, X_train, X_val, X_test or Data, not Events, jets: "
                "rename the data set or convert the file"
            ),
        ),
        (
            {},
            (
                "x.h5 must hold Particles, X_train, X_val, X_test or Data, not an empty file: "
                "rename the data set or convert the file"
            ),
        ),
        (
            {"Particles": np.ones((4, 18, 4))},
            (
                "x.h5:Particles must have the shape (N, 19, 4), not (4, 18, 4): "
                "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets"
            ),
        ),
        (
            {"Data": np.ones((4, 56))},
            (
                "x.h5:Data must have the shape (N, 57) or (N, 19, 3) or (N, 19, 3, 1), "
                "not (4, 56): "
                "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets"
            ),
        ),
        (
            {"Data": 1.0},
            (
                "x.h5:Data must have the shape (N, 57) or (N, 19, 3) or (N, 19, 3, 1), not (): "
                "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets"
            ),
        ),
        (
            {"X_val": np.array([b"a"])},
            (
                "x.h5:X_val must be a data set of numbers, not of type |S1: "
                "write the events as float32"
            ),
        ),
        (
            {"Data/more": [1]},
            "x.h5:Data must be a data set of numbers, not a group: write the events as float32",
        ),
        (
            {"Particles": np.ones((0, 19, 4))},
            "x.h5:Particles must hold events, not 0: give a file with events",
        ),
        (
            {"Data": np.ones((1, 57)), "X_test": np.ones((1, 57))},
            "x.h5 must hold events in one form, not X_test and Data: remove one of the two",
        ),
        (
            {"Particles": np.ones((4, 19, 4)), "EvtId": np.ones(3)},
            (
                "x.h5:EvtId must have one number for each of 4 events, not the shape (3,): "
                "write one number an event"
            ),
        ),
    ],
)
def test_unknown_forms(tmp_path, datasets, message):
    assert sentence(save(tmp_path / "x.h5", **datasets)) == message


def test_form_is_checked_before_the_first_event(tmp_path):
    with pytest.raises(EventFileError):
        adc2021.read_chunks(tmp_path / "none.h5")


def own(particles, tmp_path):
    adc2021.write(tmp_path / "own.h5", particles, ORIGIN)
    return tmp_path / "own.h5", h5py.File(tmp_path / "own.h5", "r+")


def test_later_schema(particles, tmp_path):
    path, file = own(particles, tmp_path)
    with file:
        file.attrs["schema"] = "adc2021/2"
    assert sentence(path, SchemaError) == (
        "own.h5 must have the schema 'adc2021/1', not 'adc2021/2': "
        "read it with the version of trigger_ad that wrote it"
    )


def test_own_form_without_identities(particles, tmp_path):
    path, file = own(particles, tmp_path)
    with file:
        del file["parton_event"]
    assert sentence(path) == (
        "own.h5:parton_event must be a data set of numbers, not missing: write one number an event"
    )


def test_unknown_process(particles, tmp_path):
    path, file = own(particles, tmp_path)
    with file:
        file["process"][7] = 200
    assert sentence(path) == (
        f"own.h5:process must be below {len(PROCESSES)}, not 200 in event 7: "
        "write the file again with this version"
    )


@pytest.mark.parametrize("text", ["{}", "[]", "not JSON", '{"kind": "x", "processes": []}'])
def test_broken_origin(particles, tmp_path, text):
    path, file = own(particles, tmp_path)
    with file:
        file.attrs["origin"] = text
    with pytest.raises(EventFileError, match="origin must be an origin record, not broken"):
        adc2021.read_origin(path)
