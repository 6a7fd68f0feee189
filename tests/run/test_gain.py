"""Gain on event files: as from all events at once, and from strata as from a plain sample."""

import numpy as np
import pytest

from tests.run import small
from tests.run.conftest import MENU
from trigger_ad import config as configuration
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.split import assign
from trigger_ad.events.strata import Strata
from trigger_ad.features.blocks import words_of_block
from trigger_ad.menu.gain import gain, sample, to_json
from trigger_ad.menu.rivals import OF_TABLES, RIVALS
from trigger_ad.rates.filled import Filled
from trigger_ad.run.counting import clusters_of
from trigger_ad.run.folder.menu import menu_of_trigger
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.gain import gain_of_files


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A run, a plain sample, one without four of five soft events, and a signal."""
    folder = tmp_path_factory.mktemp("gain")
    small.finished_run(folder / "run")
    (folder / "menu.yaml").write_text(MENU)
    particles = adc2021.read(packaged("sm"), 20_000)
    hard = particles.values[:, 9, 0] >= 60
    adc2021.write(folder / "plain.h5", particles, Origin("zero_bias"))
    kept = hard | (np.arange(len(hard)) % 5 == 0)
    strata = Strata(("soft", "hard"), (float(np.mean(~hard)), float(np.mean(hard))))
    columns = {"stratum": hard[kept].astype(np.uint8)}
    adc2021.write(
        folder / "thin.h5", particles[kept], Origin("zero_bias", strata=strata), columns=columns
    )
    signal = adc2021.read(packaged("leptoquark"), 1500)
    adc2021.write(folder / "lq.h5", signal, Origin("zero_bias"))
    return folder


def found(folder, name):
    signals = {"leptoquark": folder / "lq.h5"}
    return gain_of_files(folder / "run", folder / name, signals, folder / "menu.yaml")


def test_as_from_all_events_at_once(files):
    trigger = load_trigger(files / "run")
    menu = menu_of_trigger(trigger, files / "menu.yaml")
    split = configuration.load(files / "run/config.yaml").split
    (block,), (signal,) = (opened(files / name).blocks() for name in ("plain.h5", "lq.h5"))
    words, of_signal = (words_of_block(each, trigger.layout).values for each in (block, signal))
    codes = assign(block.identity, block.process, split.seed, split.fractions)
    place = {name: codes == code for code, name in enumerate(split.fractions)}
    filled = Filled.of(words[place["train"]], trigger.layout)

    def seen(events, block, rows=slice(None)):
        clusters = clusters_of(block.identity, block.process)[rows]
        scores = trigger.scores_of_words(events)
        return sample(events, scores, clusters, menu, filled=filled)

    rows = gain(
        menu,
        "L1_AD_A",
        *(seen(words[place[s]], block, place[s]) for s in ("threshold", "test")),
        {"leptoquark": seen(of_signal, signal)},
    )
    record = found(files, "plain.h5")
    assert record.to_json() == to_json(rows)
    assert [row.name for row in record.gain] == ["L1_AD_A", *RIVALS, *OF_TABLES]
    assert record.gain[0].signal["leptoquark"].value > 0


def test_strata_count_as_they_occur(files):
    plain, thin = (found(files, name).gain for name in ("plain.h5", "thin.h5"))
    for one, other in zip(plain, thin, strict=True):
        if one.pure.value and other.pure.value:  # both splits are small: twice the variance
            error = np.sqrt(2 / one.pure.effective_events + 2 / other.pure.effective_events)
            assert abs(np.log(other.pure.value / one.pure.value)) < 3.5 * error, one.name
            assert 3.5 * error < np.log(4)  # counted alike, hard events would be so many more
    assert thin[1].threshold == pytest.approx(plain[1].threshold, rel=0.15)


def test_a_menu_without_region_a_is_refused(files, tmp_path):
    (tmp_path / "menu.yaml").write_text(MENU.replace("region: A}", "region: B}"))
    with pytest.raises(ConfigError) as caught:
        gain_of_files(files / "run", files / "plain.h5", {}, tmp_path / "menu.yaml")
    assert str(caught.value) == "menu two must have a seed of region A: add one to it"


def test_a_trigger_is_its_own_twin(files):
    """The same events pass, but for those that one step of score 1 more or less keeps."""
    signals = {"leptoquark": files / "lq.h5"}
    twins = {"itself": files / "run"}
    paths = files / "run", files / "plain.h5", signals, files / "menu.yaml"
    record = gain_of_files(*paths, twins=twins)
    assert record.gain[:-1] == found(files, "plain.h5").gain
    region, twin = record.gain[0], record.gain[-1]
    assert twin.name == "itself"
    assert twin.pure.value == pytest.approx(region.pure.value, rel=0.1)
    assert abs(twin.difference["leptoquark"].value) < 0.1 * region.signal["leptoquark"].value
