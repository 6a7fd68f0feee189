import numpy as np
import pytest

from trigger_ad.errors import SchemaError
from trigger_ad.storage import arrays


def test_round_trip_and_the_same_bytes(tmp_path):
    values = {"a.b": np.arange(5), "c/d": np.eye(2, dtype=np.float32)}
    for name in ("one.npz", "two.npz"):
        arrays.save(tmp_path / name, "x/1", {"k": [1, "é"]}, values)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    header, found = arrays.load(tmp_path / "one.npz", "x/1")
    assert header == {"schema": "x/1", "k": [1, "é"]}
    assert set(found) == set(values)
    assert found["c/d"].dtype == np.float32
    assert arrays.load_header(tmp_path / "one.npz", "x/1") == header
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["one.npz", "two.npz"]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    with pytest.raises(SchemaError, match=r"a.npz must have schema x/1, not a missing file"):
        arrays.load(path, "x/1")
    arrays.save(path, "x/2", {}, {})
    with pytest.raises(SchemaError, match=r"must have schema x/1, not x/2: write it again with"):
        arrays.load(path, "x/1")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(SchemaError, match="not a broken file"):
        arrays.load(path, "x/2")


def test_pickles_are_never_opened(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, header=np.array({"schema": "x/1"}, dtype=object))
    with pytest.raises(SchemaError, match="not a broken file"):
        arrays.load(path, "x/1")
