"""Prescales that a run chooses for a bandwidth: from nature's counts, and the same everywhere."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.menu.test_region_prescales import TEXT
from trigger_ad import config as configuration
from trigger_ad.abcd.prescales import for_bandwidth
from trigger_ad.config import Trigger
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.folder.bandwidth import within_bandwidth
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.menu import check_menu
from trigger_ad.run.folder.registers import planned
from trigger_ad.run.steps import menu, trigger
from trigger_ad.storage import arrays
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

#: Events of A, B, C and D in two strata, and the probabilities of these.
DRAWN = np.array([[2, 98, 200, 1700], [300, 400, 300, 1000]])
PROBABILITIES = np.array([0.99, 0.01])

HZ = 1e6


@dataclass
class Sample:
    """What the choice takes from a data set."""

    stratum: np.ndarray | None

    def origin(self, name):
        assert name == "sm"
        return Origin("filtered")

    def weights(self, split):
        assert split == "threshold"
        if self.stratum is None:
            return None
        events = np.bincount(self.stratum)
        return (PROBABILITIES * len(self.stratum) / events)[self.stratum].astype(np.float32)


def settings(bandwidth):
    return Trigger(bandwidth_hz=bandwidth, rate={"input_rate_hz": HZ})


def events():
    """Scores that lie in the regions of thresholds 5 and 7, and the stratum of each event."""
    region = np.concatenate([np.repeat(np.arange(4), row) for row in DRAWN])
    stratum = np.repeat([0, 1], DRAWN.sum(axis=1))
    return (5 - (region >= 2), 7 - (region % 2)), stratum


def test_events_in_strata_count_as_often_as_they_occur():
    scores, stratum = events()
    registers = replace(planned(settings(30_000.0)), thresholds=(5, 7))
    chosen, record = within_bandwidth(settings(30_000.0), registers, Sample(stratum), scores)
    nature = PROBABILITIES @ (DRAWN / DRAWN.sum(axis=1, keepdims=True))
    wanted = for_bandwidth((nature * 4000).tolist(), HZ / 4000, 30_000, Rule.CMS_COUNTER)
    assert chosen == replace(registers, prescale=wanted.prescale)
    assert chosen.prescale[0] == 100
    after = sum(nature * HZ * 100 / np.array(chosen.prescale))
    assert record.threshold_hz == pytest.approx(after, rel=1e-6)
    assert 0.98 * 30_000 < after <= 30_000
    plain, _ = within_bandwidth(settings(300_000.0), registers, Sample(None), scores)
    same = for_bandwidth(DRAWN.sum(axis=0).tolist(), HZ / 4000, 300_000, Rule.CMS_COUNTER)
    assert plain.prescale == same.prescale != chosen.prescale


def test_without_a_bandwidth_prescales_are_those_that_are_given():
    scores, stratum = events()
    registers = replace(planned(Trigger()), thresholds=(5, 7))
    assert registers.prescale == (100, 1000, 1000, 10_000)
    assert within_bandwidth(Trigger(), registers, Sample(stratum), scores) == (registers, None)


def test_a_menu_does_not_give_them_as_well(tmp_path):
    (tmp_path / "menu.yaml").write_text(TEXT % ", prescale: 1")
    text = "schema: config/2\nname: toy\ntrigger: {menu: {file: %s}, %s}\n"
    given = "bandwidth_hz: 5000, rate: {colliding_bunches: 2760}"
    with pytest.raises(ConfigError) as caught:
        check_menu(configuration.parse(text % (tmp_path / "menu.yaml", given)))
    assert str(caught.value) == (
        "seed L1_D of menu toy must have no prescale of its own beside trigger.bandwidth_hz, "
        "not 1: leave it out"
    )
    (tmp_path / "menu.yaml").write_text(TEXT % "")
    check_menu(configuration.parse(text % (tmp_path / "menu.yaml", given)))


def test_registers_golden_vectors_and_menu_have_them(small_run, tmp_path):
    config = configuration.load(small_run / "config.yaml")
    inside = config.trigger.model_copy(
        update={
            "prescale": None,
            "bandwidth_hz": 30_000.0,
            "rate": configuration.Normalisation(input_rate_hz=1e5),
        }
    )
    config = config.model_copy(update={"trigger": inside})
    new = tmp_path / "new"

    def context(folder):
        return Context(config, folder, new, tmp_path / "left", False, lambda part, note: None)

    trigger.run(context(small_run))
    record = RatesRecord.read(new / "rates.json")
    prescale = record.registers.prescale
    assert prescale[0] == 100
    assert record.bandwidth.wanted_hz == 30_000
    assert 0.97 * 30_000 < record.bandwidth.threshold_hz <= 30_000
    assert record.total.hz == pytest.approx(30_000, rel=0.2)
    header = arrays.load_header(new / "golden.npz", trigger.GOLDEN_SCHEMA)
    assert Registers.from_json(header["registers"]) == record.registers

    (small := tmp_path / "run").mkdir()
    for path in small_run.iterdir():
        if path.name not in ("rates.json", "golden.npz"):
            (small / path.name).symlink_to(path)
    record.write(small / "rates.json")
    menu.run(context(small))
    found = {row.name: row.prescale for row in RunMenuRecord.read(new / "menu.json").rates.seeds}
    written = {name: f"{value / 100:g}" for name, value in zip("ABCD", prescale, strict=True)}
    assert {name[-1]: found[name] for name in found if "_AD_" in name} == written
