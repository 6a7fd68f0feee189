"""Rates of events of other rules, formats and names."""

import numpy as np
import pytest

from tests.events.readers.nano import N, branches, save
from tests.run import small
from tests.run.conftest import CHUNK, decided, scan
from trigger_ad.config import Normalisation
from trigger_ad.errors import EventFileError
from trigger_ad.events.readers import l1nano
from trigger_ad.features.hardware import words_of
from trigger_ad.run.folder.trigger import load_trigger


@pytest.mark.parametrize("workers", [1, 2])
def test_pseudo_random_prescalers(folder, inputs, tmp_path, workers):
    """What they accept depends on the number of the crossing, whichever worker looks at it."""
    run = tmp_path / "run"
    small.finished_run(run, rule="atlas_random/24_bits")
    record = scan(run, inputs, tmp_path / "out.json", workers=workers, chunk_events=CHUNK)
    _, _, state = decided(run, folder / "events")
    assert [r["accepts"] for r in record["regions"].values()] == list(state.after)
    assert record["regions"]["D"]["accepts"] > 0


def test_recorded_crossings(folder, tmp_path):
    """CMS Level-1 NanoAOD: the hardware integers of the file are the words that are scored."""
    tables = branches(np.random.default_rng(6))
    tables["PV_npvs"] = np.arange(N, dtype=np.int32)
    path = save(tmp_path / "l1.root", tables)
    record = scan(
        folder / "run",
        [str(path)],
        tmp_path / "out.json",
        chunk_events=15,
        rate=Normalisation(colliding_bunches=2544),
    )
    trigger = load_trigger(folder / "run")
    events = l1nano.read_range(path, 0, N)
    words = words_of(events.particles.values, events.hardware, trigger.layout).values
    _, state = trigger.decide(trigger.scores_of_words(words), trigger.start())
    assert [r["fires"] for r in record["regions"].values()] == list(state.before)
    assert [r["accepts"] for r in record["regions"].values()] == list(state.after)
    assert [row["events"] for row in record["pileup"]] == [5] * 8


def test_other_spellings_of_a_path_are_one_file(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder / "events")
    names = ["zb_2.h5", "./zb_2.h5", str(folder / "events//zb_2.h5")]
    with pytest.raises(EventFileError, match=r"must have each file once"):
        scan(folder / "run", names, tmp_path / "o.json")
    assert scan(folder / "run", names[:2], tmp_path / "o.json")["events"] == 2500
