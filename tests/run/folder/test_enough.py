"""Splits that leave a later stage nothing to work on are refused when the words are made."""

import h5py
import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.errors import ConfigError
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.run.folder.enough import require_batch, require_splits
from trigger_ad.run.pipelines import engine

COUNTS = {"train": 200, "validate": 60, "calibrate": 20, "threshold": 500, "test": 650}


def config(text=""):
    return configuration.parse(
        f"schema: config/1\nname: c\ntrain: {{batch: 400, copies: 2}}\n{text}"
    )


def refused(call, *arguments):
    with pytest.raises(ConfigError) as caught:
        call(*arguments)
    return str(caught.value)


def test_enough_events():
    require_splits(COUNTS, config())
    require_batch(200, config())
    pure = "trigger: {rate: {colliding_bunches: 1}, menu: {file: m, pure_rate_hz: 1.0}}"
    require_splits(COUNTS | {"threshold": 5}, config(pure))  # no fraction of events is asked for


@pytest.mark.parametrize("name", COUNTS)
def test_a_split_without_events(name):
    others = sum(COUNTS.values()) - COUNTS[name]
    assert refused(require_splits, COUNTS | {name: 0}, config()) == (
        f"split.{name} must leave an event in the split, not none of the {others} background "
        "events: give more events or a larger fraction"
    )


def test_a_batch_of_more_events_than_there_are():
    sentence = (
        "train.batch must be at most 398, 2 copies of each of the 199 events of the train split, "
        "not 400: lower it or give more events"
    )
    assert refused(require_splits, COUNTS | {"train": 199}, config()) == sentence
    assert refused(require_batch, 199, config()) == sentence


def test_an_efficiency_of_less_than_an_event():
    assert refused(require_splits, COUNTS | {"threshold": 99}, config()) == (
        "trigger.sm_efficiency must leave at least one event in region A, not 0.99 of the 99 "
        "events of the threshold split: use more events or a larger efficiency"
    )


def test_it_comes_before_the_training(tmp_path):
    adc2021.write(
        tmp_path / "sm.h5", adc2021.read(packaged("sm"), 300), adc2021.read_origin(packaged("sm"))
    )
    with h5py.File(tmp_path / "sm.h5") as file:
        assert np.shape(file["Particles"])[0] == 300
    events = f"events: {{background: {tmp_path / 'sm.h5'}, signals: {{}}}}\n"
    seen = []
    run = engine(config(events), tmp_path / "run")
    with pytest.raises(ConfigError, match=r"train\.batch must be at most "):
        run.run(lambda stage, part, note: seen.append(stage))
    assert {*seen} == {"words"}
    assert not (tmp_path / "run/config.yaml").exists()
