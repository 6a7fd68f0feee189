"""Words of a run: of several files, with what else these have."""

import numpy as np
import pytest

from trigger_ad import config
from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.pipelines import engine

N = 1500
COLUMNS = {
    "labels": np.arange(N) % 3,
    "nuisance": np.linspace(0, 1, N, dtype=np.float32),
    "stratum": (np.arange(N) % 2).astype(np.uint8),
}


@pytest.fixture(scope="module")
def events():
    return adc2021.read(packaged(START), N)


@pytest.fixture
def files(events, tmp_path):
    """Three files of the events, the last of which need not have the columns."""

    def write(columns=COLUMNS, last=COLUMNS):
        for number, part in enumerate(np.array_split(np.arange(N), 3)):
            chosen = slice(part[0], part[-1] + 1)
            known = {name: v[chosen] for name, v in (last if number == 2 else columns).items()}
            path = tmp_path / f"e_{number}.h5"
            adc2021.write(path, events[chosen], Origin("zero_bias"), known)
        return tmp_path / "e_*.h5"

    return write


def words(folder, background, signals="{}"):
    settings = config.parse(
        f"schema: config/1\nname: w\nevents: {{background: {background}, signals: {signals}}}\n"
        "train: {batch: 100}\ntrigger: {sm_efficiency: 0.05}\n"
    )
    for group in ("words", "signals"):
        engine(settings, folder).run(lambda *progress: None, group)
    return Dataset(folder, settings.features)


def test_columns_of_several_files(files, events, tmp_path):
    pattern = files()
    kept = words(tmp_path / "run", f"'{pattern}'", f"{{again: [{pattern.with_name('e_1.h5')}]}}")
    expected = to_words(events.values, layout(config.Features())).values
    np.testing.assert_array_equal(kept.words("sm"), expected)
    np.testing.assert_array_equal(kept.identity("sm"), events.parton_event)
    for name, values in COLUMNS.items():
        np.testing.assert_array_equal(getattr(kept, name)("sm"), values)
        np.testing.assert_array_equal(getattr(kept, name)("again"), values[500:1000])
    splits = [kept.nuisance("sm", split) for split in kept.splits]
    assert [len(kept.identity("sm", split)) for split in kept.splits] == [*map(len, splits)]
    np.testing.assert_array_equal(np.sort(np.concatenate(splits)), COLUMNS["nuisance"])


def test_files_without_columns(files, tmp_path):
    """What is written is that of the files alone: nothing is there for what they do not have."""
    kept = words(tmp_path / "run", f"'{files({}, {})}'")
    assert kept.labels("sm") is kept.nuisance("sm") is None
    assert kept.stratum("sm").tolist() == [0] * N
    with np.load(tmp_path / "run/words.npz") as found:
        assert {*found.files} == {
            *("header", "sm.words", "sm.process", "sm.parton_event", "sm.split")
        }


def test_some_files_without_labels(files, tmp_path):
    pattern = files(last={name: v for name, v in COLUMNS.items() if name != "labels"})
    with pytest.raises(ConfigError) as caught:
        words(tmp_path / "run", f"'{pattern}'")
    assert str(caught.value) == (
        "the files of sm must all have labels, or none of them: "
        "write it into each of them, or leave it out"
    )
    assert not (tmp_path / "run/words.npz").exists()


def test_a_nuisance_with_nan(files, tmp_path):
    nuisance = COLUMNS["nuisance"].copy()
    nuisance[1400] = np.nan
    pattern = files(last=COLUMNS | {"nuisance": nuisance})
    with pytest.raises(EventFileError) as caught:
        words(tmp_path / "run", f"'{pattern}'")
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "e_2.h5:nuisance must be a finite number for each event, not nan in event 400: "
        "remove the event, or the data set"
    )
    assert not (tmp_path / "run/words.npz").exists()


def test_a_file_that_has_changed_makes_words_again(files, tmp_path):
    """Each of several files counts, and their order."""
    pattern = files()
    settings = config.parse(
        f"schema: config/1\nname: w\nevents: {{background: '{pattern}', signals: {{}}}}\n"
        "train: {batch: 100}\ntrigger: {sm_efficiency: 0.05}\n"
    )

    def run():
        return engine(settings, tmp_path / "run").run(lambda *progress: None, "words")

    assert [run(), run()] == [["words"], []]
    files(last=COLUMNS | {"labels": COLUMNS["labels"] + 1})
    assert [run(), run()] == [["words"], []]
    pattern.with_name("e_0.h5").rename(pattern.with_name("e_3.h5"))
    assert [run(), run()] == [["words"], []]
