"""The shared object through its Python binding, against the fast emulator."""

import shutil

import numpy as np
import pytest

from tests.hls import emulators
from trigger_ad.emulate import abi
from trigger_ad.emulate.abi import GOLDEN_SCHEMA, SharedObject
from trigger_ad.emulate.compare import compare, extremes
from trigger_ad.errors import ConversionError, RunFolderError, SchemaError
from trigger_ad.hls.emulator_manifest import Manifest
from trigger_ad.run_folder import NAMES
from trigger_ad.storage import arrays


@pytest.fixture
def copy(emulator_runs, tmp_path):
    """Version 1 in a folder that a test may change."""
    folder = tmp_path / "emulator"
    shutil.copytree(emulator_runs[0] / NAMES.emulator, folder)
    return folder


def test_scores_are_those_of_the_fast_emulator(emulator_runs):
    """Both versions open at once; the ends of every port among the events."""
    words = emulators.words(20_000, 5)
    low, high = emulators.LAYOUT.minimum, emulators.LAYOUT.maximum
    words = np.concatenate([words, extremes(low, high, 5_000, 6)])
    objects = [SharedObject(run / NAMES.emulator) for run in emulator_runs]
    results = [one.run(words) for one in objects]
    for run, result in zip(emulator_runs, results, strict=True):
        found = compare("fast", emulators.fast(run, words), "abi", result, minimum_scores=100)
        assert found.mismatches == 0, str(found)
        assert found.distinct_scores > 100
        assert all(values.dtype == np.int64 for values in result.values())
    differ = results[0]["score2"] != results[1]["score2"]
    assert np.mean(differ) > 0.9


def test_events_do_not_depend_on_each_other(emulator_runs):
    rung = SharedObject(emulator_runs[0] / NAMES.emulator)
    words = emulators.words(100, 7)
    whole, backwards = rung.run(words), rung.run(words[::-1])
    for name in whole:
        assert np.array_equal(whole[name], backwards[name][::-1])
    assert rung.run(words[:0])["score1"].shape == (0,)


def test_golden_vectors(emulator_runs):
    for run in emulator_runs:
        assert SharedObject(run / NAMES.emulator).check_golden(run / "golden.npz") == 745


def test_golden_vectors_of_another_model(emulator_runs, tmp_path):
    rung = SharedObject(emulator_runs[0] / NAMES.emulator)
    path = emulator_runs[1] / "golden.npz"
    header, golden = arrays.load(path, GOLDEN_SCHEMA)
    own = rung.run(golden["words"])
    event = int(np.flatnonzero(np.any([own[n] != golden[n] for n in own], axis=0))[0])
    name = next(n for n in own if own[n][event] != golden[n][event])
    with pytest.raises(ConversionError) as caught:
        rung.check_golden(path)
    if rung.manifest.scores == Manifest.load(emulator_runs[1] / NAMES.emulator).scores:
        assert str(caught.value) == (
            f"{name} of event {event} in {path} must be {own[name][event]}, which Small_v1 gives, "
            f"not {golden[name][event]}: take the golden vectors of this model"
        )
    for key, value, sentence in (
        (
            "layout",
            "0" * 64,
            (
                "the layout of {} must be 5dddf9c9f2f6, as Small_v1 has it, "
                "not 000000000000: take the golden vectors of this model"
            ),
        ),
        (
            "lsb",
            {"score": 1.0},
            ("as Small_v1 has it, not {{'score': 1.0}}: take the golden vectors of this model"),
        ),
    ):
        changed = {k: v for k, v in header.items() if k != "schema"} | {key: value}
        arrays.save(tmp_path / "golden.npz", GOLDEN_SCHEMA, changed, golden)
        with pytest.raises(ConversionError) as caught:
            rung.check_golden(tmp_path / "golden.npz")
        assert sentence.format(tmp_path / "golden.npz") in str(caught.value)
    with pytest.raises(SchemaError):
        rung.check_golden(tmp_path / "nothing.npz")


def test_another_version_is_refused(copy, emulator_runs):
    with pytest.raises(ConversionError) as caught:
        SharedObject(copy, version="2")
    assert str(caught.value) == (
        f"the shared object in {copy} must be Small_v2, not Small_v1: "
        "convert the run with this name and version"
    )
    # A file under the name of another version: known by its hash, or else by its class.
    target = copy / "SmallModel_v1.so"
    shutil.copyfile(emulator_runs[1] / NAMES.emulator / "SmallModel_v2.so", target)
    with pytest.raises(ConversionError) as caught:
        SharedObject(copy)
    assert str(caught.value) == (
        f"{target} must have been built here of the sources beside it, not absent, changed or of "
        "others: convert the run again, or trust its binaries"
    )
    with pytest.raises(ConversionError) as caught:
        SharedObject(copy, trust_binaries=True)
    assert str(caught.value) == (
        f"{target} must be Small_v1, not Small_v2: put the object of this version there"
    )


def test_only_trust_loads_what_was_not_built_here(copy):
    words = emulators.words(10, 8)
    wanted = SharedObject(copy).run(words)
    weights = copy / "sources/network/weights/w3.h"
    weights.write_text(weights.read_text() + "\n")
    with pytest.raises(ConversionError, match="must have been built here"):
        SharedObject(copy)
    found = SharedObject(copy, trust_binaries=True).run(words)
    assert all(np.array_equal(found[name], wanted[name]) for name in wanted)


def test_files_that_are_no_emulator(copy):
    target = copy / "SmallModel_v1.so"
    shutil.copyfile(copy / "bridge.so", target)
    with pytest.raises(ConversionError) as caught:
        SharedObject(copy, trust_binaries=True)
    assert str(caught.value).startswith(
        f"{target} must be a shared object with create_model and destroy_model, not another file: "
        "convert the run again ("
    )
    assert "must export create_model and destroy_model" in str(caught.value)
    target.unlink()
    with pytest.raises(ConversionError, match="cannot open shared object file"):
        SharedObject(copy, trust_binaries=True)
    (copy / "manifest.json").unlink()
    with pytest.raises(RunFolderError, match=r"manifest\.json must be a readable file"):
        SharedObject(copy)


def test_a_broken_bridge(copy):
    (copy / "bridge.so").write_text("")
    with pytest.raises(ConversionError, match=r"bridge\.so must be a shared object, not"):
        SharedObject(copy, trust_binaries=True)


def test_a_replaced_file_is_opened_anew(emulator_runs, tmp_path):
    """Though the old one is still open under the same path."""
    bridge = abi._bridge(emulator_runs[0] / NAMES.emulator / "bridge.so")
    path = tmp_path / "model.so"
    handles = []
    for run in emulator_runs:
        path.unlink(missing_ok=True)
        shutil.copyfile(run / NAMES.emulator / Manifest.load(run / NAMES.emulator).object, path)
        handles.append(abi._open(bridge, path))
    names = [abi._text(bridge.emulator_name, handle) for handle in handles]
    for handle in handles:
        bridge.emulator_close(handle)
    assert names == ["Small_v1", "Small_v2"]


def test_closing(emulator_runs):
    """At the end of its life, or before."""
    rung = SharedObject(emulator_runs[0] / NAMES.emulator)
    assert rung.close.alive
    rung.close()
    assert not rung.close.alive


def test_words_that_cannot_be(emulator_runs):
    rung = SharedObject(emulator_runs[0] / NAMES.emulator)
    words = emulators.words(10, 10)[:10]
    for wrong, text in (
        (words[:, :56], "int32 of shape (10, 56)"),
        (words[0], "int32 of shape (57,)"),
        (words.astype(float), "float64 of shape (10, 57)"),
    ):
        with pytest.raises(ConversionError) as caught:
            rung.run(wrong)
        assert str(caught.value) == (
            "the words of the shared object must be integers of shape (n, 57), "
            f"not {text}: give one row for each event"
        )
    words[4, 2] = 40_000
    with pytest.raises(ConversionError) as caught:
        rung.run(words)
    assert str(caught.value) == (
        "word 2 of event 4 must fit 16 bits, not 40000: make the words with the layout of the model"
    )
    words[4, 2] = 0
    words[6, 28] = 128
    with pytest.raises(ConversionError) as caught:
        rung.run(words)
    assert str(caught.value) == (
        "event 6 must fit the ports of Small_v1 (jet0_eta is 128, outside -128 to "
        "127): make the words with its layout"
    )
    words[6, 28] = 0
    assert len(rung.run(words)["score1"]) == 10
