"""A library comes back as it was, or is refused."""

import json

import numpy as np
import pytest

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.generate.zerobias.library import SCHEMA, load, stream


def test_round_trip(library, library_path):
    found = load(library_path)
    assert found.composition == library.composition
    assert found.stream == library.stream
    assert len(found.digest) == 64
    for name in ("em", "had"):
        assert (getattr(found, name) != getattr(library, name)).nnz == 0
        assert getattr(found, name).dtype == np.int32
    for name in ("muons", "muon_offsets", "pthat", "cross_section_pb", "error_pb", "tried"):
        np.testing.assert_array_equal(getattr(found, name), getattr(library, name))


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"PK\x03\x04broken"])
def test_no_library(tmp_path, content):
    path = tmp_path / "library.npz"
    path.write_bytes(content)
    with pytest.raises(EventFileError) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path} must be a library of collisions, not something else: "
        "give another path, and a library is made there"
    )


@pytest.mark.parametrize(
    ("name", "value"), [("schema", "zero_bias_library/9"), ("settings", "0" * 64)]
)
def test_library_of_another_version(library_path, tmp_path, name, value):
    with np.load(library_path) as file:
        data = {k: file[k] for k in file.files}
    data["stream"] = np.array(json.dumps({**stream(3), name: value}))
    path = tmp_path / "library.npz"
    np.savez(path, **data)
    with pytest.raises(SchemaError) as caught:
        load(path)
    wanted = SCHEMA if name == "schema" else stream(0)["settings"][:20]
    assert str(caught.value) == (
        f"{path} must be a library with {name} {wanted}, not {value[:20]}: "
        "give another path, and a library of this version is made there"
    )
