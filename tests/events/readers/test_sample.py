"""Several files, of any formats, as one sample."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from tests.events.readers import odd, odd_root
from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.strata import Strata

N = odd.N


def original(path, identity):
    with h5py.File(path, "w") as file:
        file["Particles"] = odd.VALUES
        if identity:
            file["EvtId"] = odd.IDENTITY
    return path


@pytest.mark.parametrize("size", [7, N, 1000])
def test_files_one_after_the_other(tmp_path, size):
    """A file without identities counts its events on from the files before it."""
    for name, identity in (("a.h5", True), ("b.h5", False), ("c.h5", False)):
        original(tmp_path / name, identity)
    sample = opened(str(tmp_path / "*.h5"))
    assert sample.count == 3 * N
    assert [path.name for path in sample.paths] == ["a.h5", "b.h5", "c.h5"]
    blocks = list(sample.blocks(size))
    assert max(map(len, blocks)) == min(size, N)
    values = np.concatenate([block.particles for block in blocks])
    np.testing.assert_array_equal(values, np.tile(odd.VALUES, (3, 1, 1)))
    identity = np.concatenate([block.identity for block in blocks])
    assert identity.tolist() == [*odd.IDENTITY, *range(N, 3 * N)]
    assert [block.first for block in blocks] == [*range(0, N, size)] * 3


def test_the_name_of_a_file_gives_the_order(tmp_path):
    for name in ("b.h5", "a.h5"):
        original(tmp_path / name, False)
    found = opened([str(tmp_path / "b.h5"), str(tmp_path / "a.h5")])
    assert [path.name for path in found.paths] == ["a.h5", "b.h5"]


def test_files_of_two_formats(tmp_path):
    events = Particles(odd.VALUES.copy(), np.zeros(N, np.uint8), odd.IDENTITY)
    adc2021.write(tmp_path / "a.h5", events, Origin("zero_bias"))
    odd_root.save_root(tmp_path / "b.root")
    sample = opened(str(tmp_path / "*"))
    assert sample.origin.kind == "zero_bias"
    first, second = sample.blocks()
    assert first.hardware == {}
    assert second.hardware.keys() == {"met", "egamma", "muon", "jet"}
    assert second.identity.tolist() == ((370_000 << 40) + odd.IDENTITY).tolist()


def test_files_of_several_origins(tmp_path):
    original(tmp_path / "a.h5", True)
    odd_root.save_root(tmp_path / "b.root")
    with pytest.raises(ConfigError) as caught:
        opened(str(tmp_path / "*")).origin  # noqa: B018 - it is looked up
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "the inputs must have one origin, not filtered (a.h5), zero_bias (b.root): "
        "give them one after the other"
    )


def test_files_of_several_responses(tmp_path):
    events = Particles(odd.VALUES.copy(), np.zeros(N, np.uint8), odd.IDENTITY)
    for name, versions in (("a.h5", {}), ("b.h5", {"response": "2"}), ("c.h5", {"response": "2"})):
        adc2021.write(tmp_path / name, events, Origin("zero_bias", versions=versions))
    assert opened([str(tmp_path / "b.h5"), str(tmp_path / "c.h5")]).origin.response == "2"
    with pytest.raises(ConfigError) as caught:
        opened(str(tmp_path / "*")).origin  # noqa: B018 - it is looked up
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "the inputs must be simulated with one response of the detector, not an unknown one "
        "(a.h5), 2 (c.h5): make them anew, or give them one after the other"
    )


SOFT_AND_HARD = Strata(("soft", "hard"), (0.9, 0.1), (4, 4), (0.01, 0.02))


def stratified(path, strata=SOFT_AND_HARD, *, column=True):
    events = Particles(odd.VALUES.copy(), np.zeros(N, np.uint8), odd.IDENTITY)
    adc2021.write(path, events, Origin("zero_bias", strata=strata))
    if column:
        with h5py.File(path, "a") as file:
            file["stratum"] = np.arange(N, dtype=np.uint8) % 2
    return path


def test_files_of_the_same_strata_are_one_sample(tmp_path):
    sample = opened([stratified(tmp_path / "a.h5"), stratified(tmp_path / "b.h5")])
    assert sample.strata == replace(SOFT_AND_HARD, drawn=(8, 8))
    assert sum(int(block.stratum.sum()) for block in sample.blocks()) == 2 * (N // 2)


def test_strata_without_the_stratum_of_events_are_refused(tmp_path):
    """Beside a file that has it they would count as events of the first stratum."""
    paths = [stratified(tmp_path / "a.h5"), stratified(tmp_path / "b.h5", column=False)]
    with pytest.raises(EventFileError) as caught:
        next(opened(paths).blocks())
    assert str(caught.value) == (
        f"{paths[1]} must have the data set stratum, since its origin has strata: "
        "write the stratum of each event, or make the sample again"
    )
    alone = Strata(("all",), (1.0,))
    assert len(next(opened(stratified(tmp_path / "c.h5", alone, column=False)).blocks())) == N


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"probabilities": (0.8, 0.2)},
            "the probabilities of the strata of {1} must be those of {0}: 0.9, 0.1, not 0.8, 0.2",
        ),
        (
            {"errors": ()},
            (
                "the errors of the probabilities of the strata of {1} must be those of {0}: "
                "0.01, 0.02, not none"
            ),
        ),
    ],
)
def test_files_of_strata_that_differ_are_refused(tmp_path, change, sentence):
    other = replace(SOFT_AND_HARD, **change)
    paths = [stratified(tmp_path / "a.h5"), stratified(tmp_path / "b.h5", other)]
    with pytest.raises(ConfigError) as caught:
        _ = opened(paths).strata
    assert str(caught.value) == f"{sentence.format(*paths)}: give files of one kind"
