"""Rates of many events: one result, however the work is spread, interrupted or repeated."""

import json
import multiprocessing
import os
import shutil
import signal

import h5py
import numpy as np
import pytest
from distributed import LocalCluster

from tests.run import small
from tests.run.conftest import CHUNK, MENU, decided, scan
from trigger_ad import config as configuration
from trigger_ad.config import Normalisation
from trigger_ad.errors import ConfigError, EventFileError, RunFolderError
from trigger_ad.events.readers import adc2021, bits, source
from trigger_ad.events.split import SPLITS, assign
from trigger_ad.features.words import to_words
from trigger_ad.run import counting
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.rates import parts_folder
from trigger_ad.storage.files import read_json


def test_counts_are_those_of_the_trigger(folder, serial):
    record = json.loads(serial)
    _, decision, state = decided(folder / "run", folder / "events")
    assert [r["fires"] for r in record["regions"].values()] == list(state.before)
    assert [r["accepts"] for r in record["regions"].values()] == list(state.after)
    assert record["total"]["accepts"] == np.count_nonzero(decision.accept) > 100
    assert record["events"] == len(decision.region) == sum(small.EVENTS)
    assert sum(file["events"] for file in record["files"]) == record["events"]
    assert min(state.before) > 0
    total = sum(count / ps for count, ps in zip(state.before, (1, 2.5, 7, 33.33), strict=True))
    value = record["total"]["after"]["efficiency"]["value"]
    assert value == pytest.approx(total / record["events"], rel=1e-12)


def test_seeds_of_a_menu_are_counted_beside_the_regions(folder, inputs, serial, tmp_path):
    (tmp_path / "menu.yaml").write_text(MENU)
    record, again = (
        scan(
            folder / "run",
            inputs,
            tmp_path / f"{workers}.json",
            menu=tmp_path / "menu.yaml",
            rate=Normalisation(colliding_bunches=2544),
            workers=workers,
            chunk_events=CHUNK,
        )
        for workers in (1, 2)
    )
    assert record == again
    assert {**record["counts"], "menu": 0} == {**json.loads(serial)["counts"], "menu": 0}
    trigger = load_trigger(folder / "run")
    paths = sorted((folder / "events").glob("*.h5"))
    values = np.concatenate([adc2021.read(path).values for path in paths])
    jet = to_words(values, trigger.layout).values[:, 27] >= 40
    found = {seed["name"]: seed["before"]["efficiency"] for seed in record["menu"]["seeds"]}
    assert found["L1_SingleJet20"]["value"] == pytest.approx(jet.mean())
    fires = record["regions"]["A"]["fires"]
    assert found["L1_AD_A"]["value"] == pytest.approx(fires / record["events"])
    assert record["menu"]["normalisation"] == record["normalisation"]
    pileup = np.arange(record["events"]) % 90
    rows = record["menu"]["pileup"]
    assert [(row["from"], row["to"]) for row in rows] == [
        (0, 20),
        *((n, n + 10) for n in range(20, 80, 10)),
        (80, None),
    ]
    for row in rows:
        mine = (pileup >= row["from"]) & (pileup < (row["to"] or 99))
        assert row["events"] == np.count_nonzero(mine)
        after = row["seeds"][0]["after"]
        share = np.count_nonzero(mine & jet) / 4 / row["events"]
        assert after["efficiency"]["upper_limit"] is None
        assert after["efficiency"]["value"] == pytest.approx(share)
        assert after["hz"]["value"] == pytest.approx(share * record["input_rate_hz"])
        anomaly = row["seeds"][1]["pure"]["efficiency"]  # of few events
        assert anomaly["value"] is None
        assert anomaly["upper_limit"] > 0


def test_files_with_and_without_pileup(folder, inputs, tmp_path):
    """Events whose pile-up is not known are in the rates, and in no bin; with no bin, no list."""
    (tmp_path / "menu.yaml").write_text(MENU)
    plain = tmp_path / "plain.h5"
    shutil.copy(folder / "events/zb_2.h5", plain)
    with h5py.File(plain, "a") as file:
        del file["pileup"]
    names = [str(folder / "events/zb_0.h5"), str(plain)]
    mixed, other, known, unknown = (
        scan(
            folder / "run",
            files,
            tmp_path / f"{place}.json",
            menu=tmp_path / "menu.yaml",
            workers=workers,
            chunk_events=CHUNK,
        )
        for place, (files, workers) in enumerate(
            [(names, 1), (names, 2), (names[:1], 1), (names[1:], 1)]
        )
    )
    assert mixed == other
    assert unknown["menu"]["pileup"] is None
    events = [[row["events"] for row in record["menu"]["pileup"]] for record in (mixed, known)]
    assert events[0] == events[1]
    assert sum(events[0]) == 3000
    assert mixed["menu"]["events"] == mixed["events"] == 5500


def test_prescales_of_a_table_replace_those_of_the_menu(folder, inputs, tmp_path):
    (tmp_path / "menu.yaml").write_text(MENU)
    (tmp_path / "t.csv").write_text("Index,Name,low,high\n3,L1_SingleJet20,1,0.0\n7,L1_AD_A,1,1\n")
    own, low, high = (
        scan(
            folder / "run",
            inputs,
            tmp_path / "o.json",
            menu=tmp_path / "menu.yaml",
            prescales=None if column is None else (tmp_path / "t.csv", column),
        )
        for column in (None, "low", "high")
    )
    assert own["counts"] == low["counts"] == high["counts"]
    jets = [record["menu"]["seeds"][0] for record in (own, low, high)]
    assert [row["prescale"] for row in jets] == ["4", "1", "0"]
    after = [row["after"]["efficiency"]["value"] for row in jets]
    assert after == [jets[0]["before"]["efficiency"]["value"] / 4, 4 * after[0], 0]
    with pytest.raises(ConfigError, match="column"):
        scan(
            folder / "run",
            inputs,
            tmp_path / "o.json",
            menu=tmp_path / "menu.yaml",
            prescales=(tmp_path / "t.csv", "middle"),
        )


@pytest.mark.parametrize("rule", ["cms_counter/reset_at_run_start", "atlas_random/24_bits"])
def test_a_split_counts_its_events_only(folder, inputs, tmp_path, rule):
    small.finished_run(tmp_path / "run", rule)
    every, *parts = (
        scan(tmp_path / "run", inputs, tmp_path / "o.json", split=split, chunk_events=CHUNK)
        for split in ("", *SPLITS)
    )
    assert every["split"] is None
    assert [record["split"] for record in parts] == list(SPLITS)
    assert sum(record["events"] for record in parts) == every["events"]
    for region, row in every["regions"].items():
        assert sum(record["regions"][region]["fires"] for record in parts) == row["fires"]
    plane = sum(np.array(record["counts"]["plane"]["bins"]) for record in parts)
    assert plane.tolist() == every["counts"]["plane"]["bins"]
    if rule.startswith("atlas"):  # accepts depend on the place of an event alone
        for region, row in every["regions"].items():
            assert sum(record["regions"][region]["accepts"] for record in parts) == row["accepts"]
    pieces = [adc2021.read(path) for path in sorted((folder / "events").glob("*.h5"))]
    settings = configuration.load(tmp_path / "run/config.yaml").split
    which = np.concatenate(
        [assign(p.parton_event, p.process, settings.seed, settings.fractions) for p in pieces]
    )
    values = np.concatenate([piece.values for piece in pieces])
    scores = load_trigger(tmp_path / "run").scores(values[which == SPLITS.index("test")])
    assert parts[-1]["events"] == len(scores["score1"])
    first, second = parts[-1]["registers"]["thresholds"]
    in_a = (scores["score1"] >= first) & (scores["score2"] >= second)
    assert parts[-1]["regions"]["A"]["fires"] == in_a.sum() > 0


def test_an_unknown_split(folder, inputs, tmp_path):
    with pytest.raises(ConfigError) as caught:
        scan(folder / "run", inputs, tmp_path / "out.json", split="tests")
    assert str(caught.value) == (
        "the split must be one of train, validate, calibrate, threshold, test, not tests: "
        "choose one of these"
    )


def test_a_run_without_the_thresholds_of_a_scan(folder, inputs, tmp_path):
    shutil.copytree(folder / "run", tmp_path / "run")
    record = read_json(tmp_path / "run/rates.json", "rates/2")
    del record["plane"]
    (tmp_path / "run/rates.json").write_text(json.dumps(record))
    with pytest.raises(RunFolderError) as caught:
        scan(tmp_path / "run", inputs, tmp_path / "out.json")
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "run/rates.json must have the thresholds of a scan: run the stage trigger again"
    )


def test_plane_gives_the_regions_of_every_pair_of_edges(folder, serial):
    record = json.loads(serial)["counts"]["plane"]
    scores, _, _ = decided(folder / "run", folder / "events")
    one, two = scores.values()
    counts = counting.PlaneCounter(record["edges1"], record["edges2"]).read(record)
    above = counts.above()
    for i in (0, 7, 20, len(record["edges1"])):
        for j in (0, 9, 25, len(record["edges2"])):
            cut1 = record["edges1"][i - 1] if i else -1
            cut2 = record["edges2"][j - 1] if j else -1
            assert above[i, j] == np.count_nonzero((one >= cut1) & (two >= cut2))
    registers = load_trigger(folder / "run").registers
    place = (
        record["edges1"].index(registers.thresholds[0]),
        record["edges2"].index(registers.thresholds[1]),
    )
    assert above[place[0] + 1, place[1] + 1] == json.loads(serial)["regions"]["A"]["fires"] > 0


def test_pileup(folder, serial):
    rows = json.loads(serial)["pileup"]
    _, decision, _ = decided(folder / "run", folder / "events")
    pileup = np.arange(sum(small.EVENTS)) % 90
    assert [(row["from"], row["to"]) for row in rows] == [(n, n + 5) for n in range(0, 90, 5)]
    for row in rows:
        mine = (pileup >= row["from"]) & (pileup < row["to"])
        assert row["events"] == np.count_nonzero(mine)
        share = np.count_nonzero(mine & (decision.region == 3)) / row["events"]
        assert row["before"]["D"]["efficiency"]["value"] == share


@pytest.mark.parametrize("chunk", [1, 5501, 10**6])
def test_chunks_do_not_matter(folder, inputs, serial, tmp_path, chunk):
    names = inputs if chunk > 1 else [str(folder / "events/zb_1.h5")]
    scan(folder / "run", names, tmp_path / "out.json", chunk_events=chunk)
    if chunk > 1:
        assert (tmp_path / "out.json").read_bytes() == serial


def test_processes_give_the_same_bytes(folder, inputs, serial, tmp_path):
    """A worker is killed when the first piece is done, with another piece in its hands."""
    victims = []

    def progress(part, note):
        if not victims:
            victims.append(multiprocessing.active_children()[0])
            victims[0].kill()

    scan(
        folder / "run",
        inputs,
        tmp_path / "out.json",
        workers=2,
        chunk_events=CHUNK,
        progress=progress,
    )
    assert (tmp_path / "out.json").read_bytes() == serial
    assert victims[0].exitcode == -signal.SIGKILL
    assert not multiprocessing.active_children()


@pytest.fixture(scope="module")
def wide(folder, tmp_path_factory):
    """Events with trigger bits, and a menu of 512 seeds, half of them bits of the file."""
    place, rng = tmp_path_factory.mktemp("wide"), np.random.default_rng(8)
    for name in ("zb_0.h5", "zb_2.h5"):
        shutil.copy(folder / "events" / name, place / name)
        with h5py.File(place / name, "a") as file:
            for bit in range(255):
                file[f"bits/L1_{bit}"] = rng.random(len(file["process"])) < bit / 1000
    jets = "name: J{}, object: jet, pt: {}, prescale: {}"
    seeds = [f"{{{jets.format(n, n + 20, 1 + n % 4)}}}" for n in range(256)]
    seeds += [f"{{name: B{n}, bit: L1_{n}}}" for n in range(255)]
    seeds += ["{name: L1_AD_A, object: region, region: A}"]
    lines = "".join(f"  - {seed}\n" for seed in seeds)
    (place / "menu.yaml").write_text(f"schema: menu/1\nname: wide\nseeds:\n{lines}")
    return place


def test_bits_of_the_file_are_seeds(folder, wide):
    record = scan(
        folder / "run", [str(wide / "zb_?.h5")], wide / "out.json", menu=wide / "menu.yaml"
    )
    found = {seed["name"]: seed["before"]["efficiency"] for seed in record["menu"]["seeds"]}
    assert len(found) == 512
    paths = [wide / "zb_0.h5", wide / "zb_2.h5"]
    for bit in (100, 254):
        names = (f"L1_{bit}",)
        parts = [bits.read(path, 0, source.count(path), names)[names[0]] for path in paths]
        assert found[f"B{bit}"]["value"] == pytest.approx(np.concatenate(parts).mean())
    fires = record["regions"]["A"]["fires"]
    assert found["L1_AD_A"]["value"] == pytest.approx(fires / record["events"])
    with pytest.raises(EventFileError) as caught:
        scan(
            folder / "run",
            [str(folder / "events/zb_0.h5")],
            wide / "none.json",
            menu=wide / "menu.yaml",
        )
    assert str(caught.value) == (
        f"{folder / 'events/zb_0.h5'} must have the trigger bit L1_0 and 254 more: give other "
        "files, or mark the seeds in the menu with simulated: false, which lists them and leaves "
        "them out of the total"
    )


def test_dask_gives_the_same_bytes(folder, inputs, serial, wide, tmp_path):
    """The same with a worker of Dask, also of a menu of 512 seeds."""
    victims = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:

        def progress(part, note):
            if not victims:
                victims.append(cluster.workers[0].pid)
                os.kill(victims[0], signal.SIGKILL)

        address = cluster.scheduler_address.replace("tcp://", "dask://")
        scan(
            folder / "run",
            inputs,
            tmp_path / "out.json",
            scheduler=address,
            chunk_events=CHUNK,
            progress=progress,
        )
        with_menu = scan(
            folder / "run",
            [str(wide / "zb_?.h5")],
            tmp_path / "menu.json",
            menu=wide / "menu.yaml",
            scheduler=address,
            chunk_events=1900,
        )
    assert (tmp_path / "out.json").read_bytes() == serial
    assert victims
    assert with_menu == scan(
        folder / "run", [str(wide / "zb_?.h5")], tmp_path / "serial.json", menu=wide / "menu.yaml"
    )
    names = (tmp_path / "menu.json", tmp_path / "serial.json")
    assert names[0].read_bytes() == names[1].read_bytes()


class StoppedError(Exception):
    """Somebody pressed Control-C."""


def test_an_interrupted_scan_goes_on(folder, inputs, serial, tmp_path):
    out, done = tmp_path / "out.json", []

    def stop(part, note):
        if len(done) == 3:
            raise StoppedError
        done.append(part)

    with pytest.raises(StoppedError):
        scan(folder / "run", inputs, out, chunk_events=CHUNK, progress=stop)
    assert not out.exists()
    parts = sorted(parts_folder(out).iterdir())
    assert len(parts) == 4
    parts[0].write_text("{")  # cut short by a full disk
    rest = []
    scan(
        folder / "run", inputs, out, chunk_events=CHUNK, progress=lambda part, note: rest.append(1)
    )
    assert len(rest) == (5 + 1 + 4) - 3
    assert out.read_bytes() == serial
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_parts_of_other_events_are_not_taken(folder, inputs, tmp_path):
    """Their key has the content of the file in it, not its name."""
    out, events = tmp_path / "out.json", tmp_path / "e.h5"
    shutil.copy(folder / "events/zb_0.h5", events)

    def stop(part, note):
        raise StoppedError

    with pytest.raises(StoppedError):
        scan(folder / "run", [str(events)], out, progress=stop)
    shutil.copy(folder / "events/zb_2.h5", events)
    found = scan(folder / "run", [str(events)], out)
    assert found["events"] == small.EVENTS[2]
    again = scan(folder / "run", [str(folder / "events/zb_2.h5")], tmp_path / "again.json")
    assert found["counts"] == again["counts"]
