"""Undamaged files of every form give the words and scores of the plain file."""

from pathlib import Path

import h5py
import numpy as np
import pytest

import trigger_ad
from tests.events.readers import odd, odd_root
from trigger_ad.events.readers.sample import opened
from trigger_ad.features.blocks import words_of_block
from trigger_ad.run.folder.trigger import load_trigger

MODEL = Path(trigger_ad.__file__).parents[1] / "models/double_ae"


def test_there_are_enough():
    assert len(odd.HDF5) + len(odd.PREPARED) + len(odd_root.ROOT) >= 40


@pytest.fixture(scope="module")
def trigger():
    return load_trigger(MODEL)


@pytest.fixture(scope="module")
def scored(trigger):
    """All that a file gives: words, scores, identities and pile-up."""

    def read(path):
        sample = opened(str(path))
        assert sample.count == odd.N
        (block,) = sample.blocks()
        words = words_of_block(block, trigger.layout).values
        scores = trigger.scores_of_words(words)
        found = {"words": words, **scores, "pileup": block.pileup}
        return found | {"identity": block.identity}

    return read


@pytest.fixture(scope="module")
def plain(scored, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    found = {
        "HDF5": scored(odd.save(folder / "plain.h5")),
        "ROOT": scored(odd_root.save_root(folder / "plain.root")),
    }
    for both in found.values():
        assert np.count_nonzero(both["words"]) > 10 * odd.N
        assert len(set(both["score1"].tolist())) > odd.N // 2
        assert both["pileup"].tolist() == odd.PILEUP.tolist()
    assert found["HDF5"]["identity"].tolist() == odd.IDENTITY.tolist()
    return found


def same(found, plain, but=()):
    for name in plain.keys() - {*but}:
        np.testing.assert_array_equal(found[name], plain[name], err_msg=name)


@pytest.mark.parametrize("form", odd.HDF5)
def test_hdf5(scored, plain, tmp_path, form):
    same(scored(odd.HDF5[form](tmp_path)), plain["HDF5"])


@pytest.mark.parametrize("options", [{"scaleoffset": 3, "chunks": (10, 19, 4)}, {"dtype": "f2"}])
def test_loss_is_that_of_the_file(scored, plain, tmp_path, options):
    """What a lossy form holds is read as the plain file of the same numbers."""
    values = odd.VALUES.copy()
    values[..., 1:3] *= np.float32(0.9)
    path = odd.save(tmp_path / "lossy.h5", options, values)
    with h5py.File(path) as file:
        left = file["Particles"][:].astype(np.float32)
    assert np.count_nonzero(left != values) > odd.N
    left[..., 3] = values[..., 3]
    same(scored(path), scored(odd.save(tmp_path / "plain.h5", values=left)))


@pytest.mark.parametrize("form", odd.PREPARED)
def test_prepared(scored, plain, tmp_path, form):
    found = scored(odd.PREPARED[form](tmp_path))
    same(found, plain["HDF5"], but=["identity"])
    assert found["identity"].tolist() == list(range(odd.N))


@pytest.mark.parametrize("form", odd_root.ROOT)
def test_root(scored, plain, tmp_path, form):
    same(scored(odd_root.ROOT[form](tmp_path)), plain["ROOT"])
