"""Event files and a finished run, with which rates are counted."""

import numpy as np
import pytest

from tests.run import small
from tests.run.small import scan
from trigger_ad.events.readers import adc2021
from trigger_ad.run.folder.trigger import load_trigger

#: Events of a piece.
CHUNK = 700

MENU = """schema: menu/1
name: two
seeds:
  - {name: L1_SingleJet20, object: jet, pt_gev: 20, prescale: 4}
  - {name: L1_AD_A, object: region, region: A}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    return folder


@pytest.fixture(scope="module")
def inputs(folder):
    return [str(folder / "events/zb_*.h5")]


@pytest.fixture(scope="module")
def serial(folder, inputs):
    scan(folder / "run", inputs, folder / "serial.json", chunk_events=CHUNK)
    return (folder / "serial.json").read_bytes()


def decided(run, events):
    """All events in the order of the files, through the emulated trigger in one go."""
    trigger = load_trigger(run)
    values = np.concatenate([adc2021.read(path).values for path in sorted(events.glob("*.h5"))])
    scores = trigger.scores(values)
    decision, state = trigger.decide(scores, trigger.start())
    return scores, decision, state
