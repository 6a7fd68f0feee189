"""Rates in Hz, where the origin of the events has them, and what is refused."""

import json
import shutil

import h5py
import numpy as np
import pytest

from tests.run import small
from tests.run.conftest import MENU
from tests.run.small import scan
from trigger_ad.config import Normalisation
from trigger_ad.errors import ConfigError, EventFileError, NormalisationError, RunFolderError
from trigger_ad.events.origin import Origin
from trigger_ad.run import counting
from trigger_ad.run.rates import SCAN_SCHEMA
from trigger_ad.storage.files import read_json


def test_rates_in_hz(folder, inputs, tmp_path):
    record = scan(
        folder / "run", inputs, tmp_path / "out.json", rate=Normalisation(colliding_bunches=2544)
    )
    assert record["normalisation"] == "zero bias, 2544 colliding pairs of bunches"
    assert record["input_rate_hz"] == pytest.approx(2544 * 11245.5, rel=1e-5)
    for entry in (record["regions"]["B"]["before"], record["total"]["after"]):
        for end in ("value", "low", "high"):
            assert entry["hz"][end] == entry["efficiency"][end] * record["input_rate_hz"]
    assert read_json(tmp_path / "out.json", SCAN_SCHEMA) == json.loads(json.dumps(record))


def test_a_live_fraction_takes_accepts_not_fires(folder, inputs, tmp_path):
    (tmp_path / "menu.yaml").write_text(MENU)
    rate = Normalisation(colliding_bunches=2544)
    full, live = (
        scan(
            folder / "run",
            inputs,
            tmp_path / "out.json",
            menu=tmp_path / "menu.yaml",
            rate=rate,
            live_fraction=part,
        )
        for part in (None, 0.75)
    )
    assert (full["live_fraction"], live["live_fraction"]) == (1.0, 0.75)
    assert live["normalisation"] == (
        "zero bias, 2544 colliding pairs of bunches, live fraction 0.75 declared"
    )
    assert live["input_rate_hz"] == full["input_rate_hz"]
    assert live["counts"] == full["counts"]

    def factors(before, after, path=""):
        """By key, what every rate in Hz was multiplied by; all else is equal."""
        if isinstance(before, list):
            for one, two in zip(before, after, strict=True):
                yield from factors(one, two, path)
        elif isinstance(before, dict):
            assert before.keys() == after.keys()
            for key, one in before.items():
                yield from factors(one, after[key], f"{path}/{key}")
        elif ("/hz/" in path or path.endswith("_hz")) and before and "effective" not in path:
            yield path, after / before
        elif not path.endswith(("normalisation", "live_fraction")):
            assert before == after

    found = {}
    for path, factor in factors(full, live):
        found.setdefault(path, set()).add(round(factor, 12))
    untouched = {path for path, factor in found.items() if factor == {1.0}}
    assert {path.rsplit("/hz/")[0] for path in untouched} == {
        "/input_rate_hz",
        *(f"/regions/{name}/before" for name in "ABCD"),
        *(f"/pileup/before/{name}" for name in "ABCD"),
        "/menu/total_before",
        "/menu/seeds/before",
    }
    taken = {path.rsplit("/hz/")[0] for path in found.keys() - untouched}
    assert taken == {
        *(f"/regions/{name}/after" for name in "ABCD"),
        "/total/after",
        "/pileup/after_total",
        "/menu/total",
        *(f"/menu/seeds/{kind}" for kind in ("after", "pure", "proportional")),
        "/menu/pileup/total",
        *(f"/menu/pileup/seeds/{kind}" for kind in ("after", "pure")),
    }
    assert all(found[path] == {0.75} for path in found.keys() - untouched)


@pytest.mark.parametrize(
    ("rate", "part", "sentence"),
    [
        (
            None,
            0.9,
            (
                "a live fraction must have a rate in Hz to multiply, not efficiencies alone: "
                "give the normalisation of the events too"
            ),
        ),
        *(
            (
                Normalisation(colliding_bunches=9),
                part,
                (
                    f"a live fraction must be above 0 and at most 1, not {part}: "
                    "give the part of the crossings that were live"
                ),
            )
            for part in (0.0, 1.01, -0.5, float("nan"))
        ),
    ],
)
def test_live_fractions_that_are_none(folder, inputs, tmp_path, rate, part, sentence):
    with pytest.raises(NormalisationError) as caught:
        scan(folder / "run", inputs, tmp_path / "o.json", rate=rate, live_fraction=part)
    assert str(caught.value) == sentence
    assert not any(tmp_path.iterdir())


def test_few_events_give_an_upper_limit(folder, tmp_path):
    record = scan(
        folder / "run",
        [str(folder / "events/zb_1.h5")],
        tmp_path / "out.json",
        rate=Normalisation(colliding_bunches=10),
    )
    for entry in (record["regions"]["A"]["before"], record["total"]["after"]):
        assert entry["effective_events"] < 100
        assert entry["hz"]["upper_limit"] >= entry["hz"]["value"]
        assert entry["efficiency"]["upper_limit"] > 0.9


def test_without_a_normalisation(folder, inputs, serial, tmp_path):
    record = json.loads(serial)
    assert record["normalisation"] == "none: rates in Hz are not given"
    assert record["total"]["after"]["hz"] is None
    assert record["total"]["after"]["efficiency"]["value"] > 0
    with pytest.raises(NormalisationError) as caught:
        scan(folder / "run", inputs, tmp_path / "out.json", in_hz=True)
    assert str(caught.value) == (
        "a rate in Hz from a sample of origin zero_bias must have trigger.rate.colliding_bunches: "
        "give trigger.rate.colliding_bunches or use the efficiencies"
    )
    assert not any(tmp_path.iterdir())


def test_a_normalisation_of_another_origin(folder, inputs, tmp_path):
    with pytest.raises(NormalisationError) as caught:
        scan(folder / "run", inputs, tmp_path / "o.json", rate=Normalisation(input_rate_hz=5.0))
    assert str(caught.value) == (
        "a rate in Hz from a sample of origin zero_bias must have trigger.rate.colliding_bunches, "
        "not input_rate_hz: give trigger.rate.colliding_bunches or use the efficiencies"
    )


def test_nothing_matches(folder, tmp_path):
    with pytest.raises(EventFileError) as caught:
        scan(folder / "run", ["none_*.h5"], tmp_path / "out.json")
    assert str(caught.value) == (
        "the input none_*.h5 must match an event file: check the path, and quote the pattern"
    )


def test_two_origins(folder, inputs, tmp_path):
    shutil.copy(folder / "events/zb_1.h5", tmp_path / "other.h5")
    with h5py.File(tmp_path / "other.h5", "a") as file:
        file.attrs["origin"] = Origin("filtered").to_json()
    with pytest.raises(
        ConfigError, match=r"the inputs must have one origin, not zero_bias .*filtered"
    ):
        scan(folder / "run", [*inputs, str(tmp_path / "other.h5")], tmp_path / "out.json")


def test_two_files_with_cross_sections(folder, tmp_path):
    small.event_files(tmp_path / "events", "cross_section")
    with pytest.raises(ConfigError, match="must be one file where a cross-section normalises them"):
        scan(folder / "run", [str(tmp_path / "events/*")], tmp_path / "out.json")


def test_unknown_scheduler(folder, inputs, tmp_path):
    with pytest.raises(ConfigError) as caught:
        scan(folder / "run", inputs, tmp_path / "out.json", scheduler="slurm://a")
    assert str(caught.value) == (
        "the scheduler must be local or dask://host:port, not 'slurm://a': "
        "start dask scheduler and give its address"
    )


def test_pileup_that_is_none(folder, tmp_path):
    shutil.copy(folder / "events/zb_0.h5", tmp_path / "e.h5")
    with h5py.File(tmp_path / "e.h5", "a") as file:
        del file["pileup"]
        file["pileup"] = np.zeros(small.EVENTS[0], "S1")
    with pytest.raises(EventFileError) as caught:
        scan(folder / "run", [str(tmp_path / "e.h5")], tmp_path / "o.json", workers=2)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "e.h5:pileup must be a data set of numbers, not of type |S1: write one number an event"
    )


def test_a_worker_with_another_model(folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(folder / "run", run)
    task = counting.Task(str(run), "0" * 64, str(folder / "events/zb_1.h5"), 0, 1, 0, "key")
    with pytest.raises(RunFolderError, match="must hold the model 000000000000 everywhere, not "):
        counting.count_task(task)
