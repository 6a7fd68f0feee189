"""Odd but valid HDF5 files: one set of events, written in every way that is allowed."""

import h5py
import numpy as np

from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import SLOTS
from trigger_ad.events.readers.forms import SCHEMA

N = 30
IDENTITY = np.arange(N) * 3 + 1
PILEUP = np.arange(N) % 13 + 40

#: By name: takes a folder, writes a file there and gives its path.
HDF5 = {}


def objects():
    """Events whose numbers are exact in 16 bits; phi keeps away from the edges of codes."""
    rng = np.random.default_rng(20)
    values = np.zeros((N, 19, 4), np.float32)
    for code, kind in enumerate(SLOTS.values(), 1):
        size = kind.stop - kind.start
        pt = -np.sort(-rng.integers(16, 1600, (N, size)), axis=1) / 16
        present = np.arange(size) < rng.integers(kind.start in (0, 1), size + 1, (N, 1))
        values[:, kind, 0] = np.where(present, pt, 0)
        values[:, kind, 1] = np.where(present & (kind.start > 0), _exact(rng, size, 2), 0)
        values[:, kind, 2] = np.where(present, _exact(rng, size, 3), 0)
        values[:, kind, 3] = np.where(present, code, 0)
    return values


def _exact(rng, size, limit):
    return rng.integers(-limit * 512, limit * 512, (N, size)) / 512


VALUES = objects()


def hdf5(maker):
    HDF5[maker.__name__] = maker
    return maker


def save(path, options=None, values=VALUES, identity=IDENTITY, pileup=PILEUP, **how):
    """An original file; options are those of the data set of objects, the rest of the file."""
    with h5py.File(path, "w", **how) as file:
        file.create_dataset("Particles", data=values, **(options or {}))
        file["EvtId"] = identity
        file["pileup"] = pileup
    return path


def _of_type(dtype):
    return lambda folder: save(folder / "e.h5", values=VALUES.astype(dtype))


for _dtype in (">f4", ">f8", "f8", "f2", ">f2"):
    HDF5[f"objects as {_dtype}"] = _of_type(_dtype)


def _stored(**options):
    return lambda folder: save(folder / "e.h5", options)


HDF5 |= {
    "lzf": _stored(compression="lzf"),
    "gzip 1": _stored(compression="gzip", compression_opts=1),
    "gzip 9 and shuffle": _stored(compression="gzip", compression_opts=9, shuffle=True),
    "fletcher32": _stored(fletcher32=True),
    "all filters": _stored(compression="lzf", shuffle=True, fletcher32=True, chunks=(7, 19, 2)),
    "a chunk for each event": _stored(chunks=(1, 19, 4)),
    "a chunk for each column": _stored(chunks=(N, 1, 1)),
    "chunks beyond the end": _stored(chunks=(64, 19, 4), maxshape=(None, 19, 4)),
    "extensible": _stored(maxshape=(None, None, None)),
    "times": _stored(track_times=True),
    "a fill value": _stored(fillvalue=np.nan, chunks=(4, 19, 4)),
}


def _in_format(**how):
    return lambda folder: save(folder / "e.h5", **how)


HDF5 |= {
    "latest format": _in_format(libver="latest"),
    "format 1.8": _in_format(libver=("earliest", "v108")),
    "format 1.10": _in_format(libver=("v110", "v110")),
    "user block of 512": _in_format(userblock_size=512),
    "user block of 4096": _in_format(userblock_size=4096),
    "order of creation": _in_format(track_order=True),
    "paged file": _in_format(fs_strategy="page", fs_page_size=4096),
}


def _numbers(**columns):
    return lambda folder: save(folder / "e.h5", **columns)


HDF5 |= {
    "EvtId in a column": _numbers(identity=IDENTITY.reshape(N, 1).astype(np.uint32)),
    "EvtId as float64": _numbers(identity=IDENTITY.astype(np.float64)),
    "EvtId as >i2": _numbers(identity=IDENTITY.astype(">i2")),
    "EvtId as uint8": _numbers(identity=IDENTITY.astype(np.uint8)),
    "pile-up as uint8": _numbers(pileup=PILEUP.astype(np.uint8)),
    "pile-up as >u8": _numbers(pileup=PILEUP.astype(">u8")),
    "pile-up in a column": _numbers(pileup=PILEUP.reshape(N, 1)),
}


@hdf5
def integers_with_scale_and_offset(folder):
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        for name in ("EvtId", "pileup"):
            data = file[name][:]
            del file[name]
            file.create_dataset(name, data=data, scaleoffset=0, chunks=(7,))
    return path


@hdf5
def compact_layout(folder):
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        del file["Particles"]
        settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        settings.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(VALUES.shape)
        data = h5py.h5d.create(file.id, b"Particles", h5py.h5t.IEEE_F32LE, space, settings)
        data.write(h5py.h5s.ALL, h5py.h5s.ALL, VALUES)
    return path


@hdf5
def a_filter_that_no_chunk_used(folder):
    """It is not needed, though nobody has it."""
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        del file["Particles"]
        with_filter(file.id, VALUES, skipped=True)
    return path


def with_filter(place, values, *, skipped, code=32001):
    """A data set with a filter that is not there, its chunk filtered or not."""
    settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    settings.set_chunk(values.shape)
    settings.set_filter(code, h5py.h5z.FLAG_OPTIONAL, (2, 2, 4, values.nbytes, 5, 1, 1))
    space = h5py.h5s.create_simple(values.shape)
    data = h5py.h5d.create(place, b"Particles", h5py.h5t.IEEE_F32LE, space, settings)
    h5py.Dataset(data).id.write_direct_chunk((0, 0, 0), values.tobytes(), int(skipped))


@hdf5
def soft_link(folder):
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        file.move("Particles", "deep/inside")
        file["Particles"] = h5py.SoftLink("/deep/inside")
    return path


@hdf5
def external_link(folder):
    save(folder / "other.h5")
    with h5py.File(folder / "e.h5", "w") as file:
        for name in ("Particles", "EvtId", "pileup"):
            file[name] = h5py.ExternalLink("other.h5", name)
    return folder / "e.h5"


@hdf5
def virtual(folder):
    save(folder / "other.h5")
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        del file["Particles"]
        layout = h5py.VirtualLayout(VALUES.shape, VALUES.dtype)
        source = h5py.VirtualSource(str(folder / "other.h5"), "Particles", VALUES.shape)
        layout[:11], layout[11:] = source[:11], source[11:]
        file.create_virtual_dataset("Particles", layout)
    return path


@hdf5
def external_storage(folder):
    return save(folder / "e.h5", {"external": str(folder / "e.bin")})


@hdf5
def more_than_is_read(folder):
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        file["Jets"], file["names"] = [1, 2], np.array([b"a"])
        file["group/Particles"] = np.zeros(3)
        file["broken"] = h5py.SoftLink("/nowhere")
        file["type"] = np.dtype("f8")
    return path


@hdf5
def attributes_of_all_types(folder):
    path = save(folder / "e.h5")
    with h5py.File(path, "a") as file:
        for place in (file, file["Particles"]):
            place.attrs["bytes"] = np.bytes_(b"\xff\xfe")
            place.attrs["array"] = np.arange(6).reshape(2, 3)
            place.attrs["scalar"] = np.float32(2.5)
            place.attrs["empty"] = h5py.Empty("f4")
            place.attrs["reference"] = file["EvtId"].ref
            place.attrs["texts"] = ["a", "b"]
            kind = h5py.enum_dtype({"A": 0, "B": 1}, "i1")
            place.attrs.create("enum", 1, dtype=kind)
            place.attrs.create("record", np.zeros(2, [("x", "f4"), ("y", "i2")]))
    return path


def _own(schema, origin):
    def make(folder):
        path = save(folder / "e.h5", identity=IDENTITY)
        with h5py.File(path, "a") as file:
            file.move("EvtId", "parton_event")
            file["process"] = np.zeros(N, np.int64)
            file.attrs["schema"], file.attrs["origin"] = schema, origin
        return path

    return make


_ORIGIN = Origin("filtered").to_json()
HDF5 |= {
    "schema as text": _own(SCHEMA, _ORIGIN),
    "schema as bytes": _own(np.bytes_(SCHEMA), np.bytes_(_ORIGIN)),
    "schema as an array": _own(np.array([SCHEMA], object), [_ORIGIN]),
    "schema as an array of bytes": _own(np.array([[SCHEMA]], "S"), np.array([_ORIGIN], "S")),
}


def _prepared(shape, **pieces):
    def make(folder):
        values = VALUES[..., :3].reshape(N, *shape)
        with h5py.File(folder / "e.h5", "w") as file:
            for name, (start, stop) in pieces.items():
                file[name] = values[start:stop]
            file["pileup"] = PILEUP
        return folder / "e.h5"

    return make


#: Files of these forms have no identity but the row.
PREPARED = {
    "prepared, flat": _prepared((57,), Data=(0, N)),
    "prepared, in slots": _prepared((19, 3), Data=(0, N)),
    "prepared, as an image": _prepared((19, 3, 1), X_train=(0, N)),
    "prepared, in splits": _prepared((57,), X_test=(20, N), X_val=(13, 20), X_train=(0, 13)),
    "prepared, an empty split": _prepared((57,), X_train=(0, N), X_val=(0, 0)),
}


@hdf5
def azimuth_from_0_to_2_pi(folder):
    values = VALUES.copy()
    values[..., 2] %= np.float32(2 * np.pi)
    return save(folder / "e.h5", values=values)


@hdf5
def leftovers_in_empty_slots(folder):
    """ADC2021 keeps phi and class there."""
    values = VALUES.copy()
    empty = values[..., 0] == 0
    values[..., 2][empty], values[..., 3][empty] = 250, 4
    return save(folder / "e.h5", values=values)


def _named(name):
    return lambda folder: save(folder / name)


for _name in ("a b.h5", "événements π.h5", "e[1].h5", "e*.h5", "noending", "e.root", "-e.h5"):
    HDF5[f"named {_name}"] = _named(_name)


@hdf5
def behind_a_link(folder):
    (folder / "link.h5").symlink_to(save(folder / "e.h5"))
    return folder / "link.h5"


@hdf5
def read_only(folder):
    path = save(folder / "e.h5")
    path.chmod(0o400)
    return path
