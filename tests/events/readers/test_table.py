"""The table of readers: files are known by their content, and a reader is one file and one line."""

import importlib
import re
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

import trigger_ad
from tests.events.readers import odd, odd_root
from tests.run.small import REFERENCE
from tests.scorers.test_tutorial import install
from trigger_ad import config
from trigger_ad.cli.main import cli
from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021, table
from trigger_ad.events.readers.event_file import EventFile
from trigger_ad.events.readers.l1nano import NanoFile
from trigger_ad.events.readers.reader import Settings, Source
from trigger_ad.events.readers.sample import opened
from trigger_ad.features.words import to_words
from trigger_ad.run.emulation import emulate_file
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.pipelines import engine
from trigger_ad.run.rates import scan

N = 2000

PAGE = (Path(trigger_ad.__file__).parents[1] / "docs/events.md").read_text(encoding="utf-8")
FILE = re.search(r'^```python\n(""".*?)^```', PAGE, re.M | re.S)[1]
ENTRY = re.search(r'^npz_words = "(.*)"$', PAGE, re.M)[1]


@pytest.fixture(scope="module")
def trigger():
    return load_trigger(REFERENCE)


@pytest.fixture(scope="module")
def particles():
    return adc2021.read(packaged("sm"), N)


@pytest.fixture
def words(trigger, particles, tmp_path):
    """A file of the words of these events."""
    values = to_words(particles.values, trigger.layout).values
    assert np.count_nonzero(values) > 5 * N
    path = tmp_path / "words.npz"
    np.savez(path, words=values.astype(np.int16), ids=particles.parton_event)
    return path


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed distributions."""
    (tmp_path / "site").mkdir()
    monkeypatch.delitem(sys.modules, "npz_words", raising=False)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def line(site, monkeypatch):
    """The file, and the line of the table."""
    (site / "npz_words.py").write_text(FILE)
    monkeypatch.setitem(table.READERS, "words", importlib.import_module("npz_words").READER)


def sentence(path):
    with pytest.raises(EventFileError) as caught:
        table.find(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_files_are_known_by_their_content(tmp_path):
    hdf5 = odd.save(tmp_path / "e.root")
    root = odd_root.save_root(tmp_path / "e.h5")
    (source,) = opened(hdf5).sources
    assert isinstance(source, EventFile)
    (source,) = opened(root).sources
    assert isinstance(source, NanoFile)


def test_what_nothing_knows(tmp_path):
    path = tmp_path / "e.csv"
    known = "must be an event file of a known format (HDF5, CMS Level-1 NanoAOD)"
    remedy = "convert it to one of these, or install its reader"
    for content, found in (("pt,eta\n", "a file of another kind"), ("", "an empty file")):
        path.write_text(content)
        assert sentence(path) == f"e.csv {known}, not {found}: {remedy}"
    path.unlink()
    assert sentence(path) == "e.csv must be an event file, not missing: check the path"
    path.mkdir()
    assert sentence(path) == "e.csv must be an event file, not a folder: check the path"


def quiet(*progress):
    pass


def settings_of(path):
    return config.parse(
        "schema: config/1\nname: w\ntrain: {batch: 100}\ntrigger: {sm_efficiency: 0.05}\n"
        f"events: {{background: {path}, signals: {{}}}}\n"
    )


def through(path, out):
    """What emulate, rates and the words of a run give."""
    emulate_file(REFERENCE, path, out / "e.h5", quiet)
    record = scan(REFERENCE, [str(path)], out / "r.json")
    engine(settings_of(path), out / "run").run(quiet, "words")
    with h5py.File(out / "e.h5") as file, np.load(out / "run/words.npz") as arrays:
        emulated = {name: file[name][:] for name in file}
        return emulated, {n: arrays[n] for n in arrays.files if n != "header"}, record


def test_a_reader_in_one_file_and_one_line(line, words, particles, tmp_path):
    """Words give what the particles give, and no process of theirs is known."""
    plain = tmp_path / "plain.h5"
    unknown = np.zeros(N, np.uint8)
    events = Particles(particles.values, unknown, particles.parton_event)
    adc2021.write(plain, events, Origin("filtered"))
    found = {}
    for path in (plain, words):
        (tmp_path / path.stem).mkdir()
        found[path] = through(path, tmp_path / path.stem)
    assert len(np.unique(found[plain][0]["score1"])) > 50
    for one, other in zip(found[plain][:2], found[words][:2], strict=True):
        assert one.keys() == other.keys()
        for name, values in one.items():
            np.testing.assert_array_equal(values, other[name], err_msg=name)
    assert found[plain][2].counts == found[words][2].counts
    assert found[plain][2].events == N


def test_a_word_out_of_range(line, words, tmp_path):
    with np.load(words) as file:
        values, ids = file["words"], file["ids"]
    values = values.astype(np.int64)
    values[1300, 5] = 144 + 128  # 8 bits
    np.savez(words, words=values, ids=ids)
    done = CliRunner().invoke(
        cli, ["emulate", str(REFERENCE), "--input", str(words), "--out", str(tmp_path / "o.h5")]
    )
    assert str(done.exception).replace(f"{tmp_path}/", "") == (
        "events 0 to 2000 of words.npz must fit the 8 bits of egamma0_phi, not 272 in event 1300: "
        "make them with the layout cms_level1"
    )
    assert not (tmp_path / "o.h5").exists()


@pytest.mark.parametrize("change", [lambda w: w[:, :56], lambda w: w.astype(np.float32)])
def test_words_of_another_kind(line, words, tmp_path, change):
    with np.load(words) as file:
        values = change(file["words"])
    np.savez(words, words=values)
    done = CliRunner().invoke(
        cli, ["emulate", str(REFERENCE), "--input", str(words), "--out", str(tmp_path / "o.h5")]
    )
    assert str(done.exception).replace(f"{tmp_path}/", "") == (
        "the words of events 0 to 2000 of words.npz must be integers of shape (n_events, 57) for "
        f"layout cms_level1, not {values.dtype} of shape {values.shape}: "
        "make them with the layout cms_level1"
    )


def plug_in(site, entry, version="1.0"):
    return install(site, FILE, f"words = {entry}", "npz-words", version, table.GROUP)


def test_a_reader_of_another_distribution(site, words):
    plug_in(site, ENTRY)
    (source,) = opened(words, Settings()).sources
    assert isinstance(source, Source)
    assert source.count == N
    assert table.distribution(words) == "npz-words"
    words.write_bytes(b"else")
    assert "(HDF5, CMS Level-1 NanoAOD, words), not a file of another kind" in sentence(words)
    assert table.distribution(words) is None


def test_another_version_of_a_reader_makes_words_again(site, words, tmp_path):
    settings = settings_of(words)
    for version, done in (("1.0", ["words"]), ("1.0", []), ("1.1", ["words"])):
        shutil.rmtree(site)
        site.mkdir()
        plug_in(site, ENTRY, version)
        importlib.invalidate_caches()
        assert engine(settings, tmp_path / "run").run(quiet, "words") == done


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("npz_words:NONE", "must be importable, not module 'npz_words' has no attribute 'NONE': "),
        ("npz_none:READER", "must be importable, not No module named 'npz_none': "),
        ("npz_words:NpzWords", "must give a trigger_ad.events.readers.reader.Reader, not "),
    ],
)
def test_an_entry_point_without_a_reader(site, words, entry, rule):
    plug_in(site, entry)
    assert sentence(words).startswith(f"the entry point {entry} of reader words {rule}")
