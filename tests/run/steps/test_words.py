"""Words of a run: of several files, with what else these have."""

import numpy as np
import pytest

from trigger_ad import config
from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.strata import ONE, Strata
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

    def write(columns=COLUMNS, last=COLUMNS, strata=None):
        for number, part in enumerate(np.array_split(np.arange(N), 3)):
            chosen = slice(part[0], part[-1] + 1)
            known = {name: v[chosen] for name, v in (last if number == 2 else columns).items()}
            path = tmp_path / f"e_{number}.h5"
            adc2021.write(path, events[chosen], Origin("zero_bias", strata=strata), known)
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


STRATA = Strata(("soft", "hard"), (0.96, 0.04), (250, 250))


def test_background_drawn_in_strata(files, tmp_path):
    kept = words(tmp_path / "run", f"'{files(strata=STRATA)}'")
    assert kept.strata == Strata(STRATA.names, STRATA.probabilities, (750, 750))
    for split in kept.splits:
        weights, hard = kept.weights(split), kept.stratum("sm", split) == 1
        assert weights.dtype == np.float32
        assert weights.mean() == pytest.approx(1, abs=1e-6)
        assert weights[hard].sum() / weights.sum() == pytest.approx(0.04, abs=1e-6)
        assert len(np.unique(weights)) == 2
        plain, scaled = kept.plain(split), kept.scaled("sm", split)
        assert plain.shape == scaled.shape
        of_hard = {row.tobytes() for row in scaled[hard]}
        assert len(of_hard & {row.tobytes() for row in scaled[~hard]}) <= 1
        number = sum(row.tobytes() in of_hard for row in plain)
        assert number == pytest.approx(0.04 * len(plain), abs=2)


def test_a_signal_in_strata_is_refused(files, tmp_path):
    pattern = files(strata=STRATA)
    with pytest.raises(ConfigError) as caught:
        words(tmp_path / "run", f"'{pattern}'", f"{{again: ['{pattern}']}}")
    assert str(caught.value) == (
        "signal again must have events that were drawn alike, not events of the strata soft, hard: "
        "give a plain sample of it"
    )


def test_one_stratum_has_no_weights(files, tmp_path):
    """Nor has a background whose files name a single stratum."""
    soft = {"stratum": np.zeros(N, np.uint8)}
    one = Strata(("all",), (1.0,), (500,))
    for folder, pattern in (("plain", files({}, {})), ("one", files(soft, soft, one))):
        kept = words(tmp_path / folder, f"'{pattern}'")
        assert kept.weights("train") is None
        np.testing.assert_array_equal(kept.plain("test"), kept.scaled("sm", "test"))
    assert kept.strata.names == ONE.names


def test_a_split_without_a_stratum(files, tmp_path):
    rare = {"stratum": (np.arange(N) == 3).astype(np.uint8)}
    with pytest.raises(ConfigError) as caught:
        words(tmp_path / "run", f"'{files(rare, rare, STRATA)}'")
    assert str(caught.value) == (
        "the split train must have events of stratum hard: draw more of it"
    )
    assert not (tmp_path / "run/words.npz").exists()


def test_files_of_which_some_were_drawn_in_strata(files, events, tmp_path):
    pattern = files()
    one = pattern.with_name("e_2.h5")
    columns = {name: values[1000:] for name, values in COLUMNS.items()}
    adc2021.write(one, events[1000:], Origin("zero_bias", strata=STRATA), columns)
    with pytest.raises(ConfigError) as caught:
        words(tmp_path / "run", f"'{pattern}'")
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "the strata of e_2.h5 must be those of e_0.h5: all, not soft, hard: give files of one kind"
    )


def test_strata_of_unknown_probability_are_not_trained_on(files, tmp_path):
    kept = words(tmp_path / "run", f"'{files()}'")
    with pytest.raises(ConfigError) as caught:
        kept.weights("train")
    assert str(caught.value) == (
        "the stratum of an event must be from 0 to 0, not 1: make the sample again"
    )


def test_files_without_columns(files, tmp_path):
    """What is written is that of the files alone: nothing is there for what they do not have."""
    kept = words(tmp_path / "run", f"'{files({}, {})}'")
    assert kept.labels("sm") is kept.nuisance("sm") is None
    assert kept.stratum("sm").tolist() == [0] * N
    with np.load(tmp_path / "run/words.npz") as found:
        assert {*found.files} == {
            *("header", "sm.words", "sm.process", "sm.parton_event", "sm.split")
        }


def test_pileup_is_kept_where_it_is_known(files, tmp_path):
    counted = np.arange(N, dtype=np.int32) % 80
    kept = words(tmp_path / "run", f"'{files({'pileup': counted}, {})}'")
    np.testing.assert_array_equal(kept.pileup("sm"), np.where(np.arange(N) < 1000, counted, -1))
    assert words(tmp_path / "other", f"'{files()}'").pileup("sm") is None


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
