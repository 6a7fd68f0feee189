"""CMS Level-1 NanoAOD through the door: recorded decisions and identities."""

import numpy as np
import pytest

from tests.events.readers import odd, odd_root
from trigger_ad.errors import EventFileError
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import opened

N = odd.N
BITS = {
    "L1_SingleMu22": np.arange(N) % 5 == 0,
    "L1_ZeroBias": np.ones(N, np.uint8),
    "L1_Never": np.zeros(N, np.int32),
}


def read(path, *bits, size=N):
    return list(opened(path, Settings(bits=bits)).blocks(size))


@pytest.mark.parametrize("size", [N, 7])
def test_bits(tmp_path, size):
    path = odd_root.save_root(tmp_path / "e.root", odd_root.TABLES | BITS)
    blocks = read(path, "L1_Never", "L1_SingleMu22", "L1_ZeroBias", size=size)
    for name, values in BITS.items():
        found = np.concatenate([block.bits[name] for block in blocks])
        assert found.dtype == np.bool_
        assert found.tolist() == values.astype(np.bool_).tolist()
    assert list(read(path, "L1_Never")[0].bits) == ["L1_Never"]
    assert read(path)[0].bits == {}


def test_a_missing_bit_is_refused_before_anything_is_read(tmp_path):
    path = odd_root.save_root(tmp_path / "e.root", odd_root.TABLES | BITS)
    with pytest.raises(EventFileError) as caught:
        opened(path, Settings(bits=("L1_ZeroBias", "L1_None"))).check()
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "e.root must have the trigger bit L1_None: give other files, or mark the seeds in the menu "
        "with simulated: false, which lists them and leaves them out of the total"
    )


@pytest.mark.parametrize("left_out", [(), ("run",), ("event",)])
def test_identity(tmp_path, left_out):
    """Of run and event, or the place in the sample."""
    tables = {name: v for name, v in odd_root.TABLES.items() if name not in left_out}
    path = odd_root.save_root(tmp_path / "e.root", tables)
    (block,) = read(path)
    known = (370_000 << 40) + odd.IDENTITY
    assert block.identity.tolist() == (list(range(N)) if left_out else known.tolist())
    assert (block.ids is None) == bool(left_out)
    assert block.pileup.tolist() == odd.PILEUP.tolist()
