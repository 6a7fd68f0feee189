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


def sentence(path, *bits):
    with pytest.raises(EventFileError) as caught:
        read(path, *bits)
    return str(caught.value).replace(f"{path.parent}/", "")


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


def test_bits_that_are_none(tmp_path):
    columns = {"L1_Count": np.arange(N, dtype=np.int32), "L1_Real": np.ones(N, np.float32)}
    path = odd_root.save_root(tmp_path / "e.root", odd_root.TABLES | columns)
    assert sentence(path, "L1_None").startswith("e.root:Events must have the branch L1_None, not ")
    assert sentence(path, "L1_None").endswith("leave the bit out, or give a file that has it")
    assert sentence(path, "L1_Count").startswith(
        "e.root:L1_Count must be a whole number from 0 to 1, not 2 in event 2: "
    )
    assert sentence(path, "L1_Real").startswith("e.root:L1_Real must be a branch of numbers")
    assert sentence(path, "L1Jet_hwPt").startswith("e.root:L1Jet_hwPt must have one number for")


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
