"""What the monitor remembers: constant in size, the same after a round trip."""

import json

import pytest

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import ConfigError, RunFolderError, SchemaError
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import HISTORY, MonitorState, load, references, save
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.monitor.watch import advance

SETTINGS = Settings(kappa=TRUTH)


@pytest.fixture(scope="module")
def state():
    found = MonitorState()
    for counts in simulate("signal, 10 % of A", 4, Plan(sections=300)):
        found = advance(found, counts, SETTINGS)
    return found


def test_round_trip_is_exact(state, tmp_path):
    for number, written in enumerate((MonitorState(), state)):
        save(tmp_path / f"{number}.json", written, SETTINGS)
        assert load(tmp_path / f"{number}.json", SETTINGS) == written


def test_memory_is_constant(state, tmp_path):
    assert len(state.history) == HISTORY
    save(tmp_path / "a.json", state, SETTINGS)
    for counts in simulate("quiet", 5, Plan(sections=60)):
        state = advance(state, counts, SETTINGS)
    save(tmp_path / "b.json", state, SETTINGS)
    assert len(state.history) == 60  # a new run
    assert (tmp_path / "b.json").stat().st_size < (tmp_path / "a.json").stat().st_size < 200_000


def test_other_settings(state, tmp_path):
    path = tmp_path / "a.json"
    save(path, state, SETTINGS)
    with pytest.raises(ConfigError) as caught:
        load(path, Settings(kappa=Kappa(1.02)))
    assert str(caught.value) == (
        f"{path} must be of a monitor with the same settings, not of others: "
        "give those settings, or another state file"
    )


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"state": {"run": "x"}}, "must hold the state of a monitor, not something else"),
        ({"state": {"charts": {}}}, "must hold all charts and references, not some of them"),
    ],
)
def test_damaged(state, tmp_path, part, sentence):
    path = tmp_path / "a.json"
    save(path, state, SETTINGS)
    path.write_text(json.dumps(json.loads(path.read_text()) | part))
    with pytest.raises(RunFolderError) as caught:
        load(path, SETTINGS)
    assert str(caught.value) == f"{path} {sentence}: delete it and start again"


def test_another_version(tmp_path):
    (tmp_path / "a.json").write_text('{"schema": "monitor_state/2"}')
    with pytest.raises(SchemaError):
        load(tmp_path / "a.json", SETTINGS)


def test_references_of_an_earlier_run(state, tmp_path):
    save(tmp_path / "a.json", state, SETTINGS)
    known = references(tmp_path / "a.json")
    assert set(known) == {"B", "C", "D"}
    assert all(reference.learned >= 200 for reference in known.values())


@pytest.mark.parametrize("name", ["learn", "quiet", "window", "minimum", "tolerance", "dead"])
def test_settings_out_of_range(name):
    with pytest.raises(
        ConfigError, match=rf"^monitor setting {name} must be at least \d, not -1: "
    ):
        Settings(**{name: -1})
