"""Inputs that cannot be used: one sentence, exit code 2 and nothing written, by the command line.

Each sentence has a name, a rule, the value and a remedy.
"""

import json

import h5py
import numpy as np
import pytest
import uproot

from tests.events.readers.nano import branches, save
from tests.run import small
from trigger_ad.cli.main import main
from trigger_ad.monitor.toys import Plan, simulate
from trigger_ad.trigger.registers import COUNTER_MAXIMUM

PRESCALES = ("-1", "0.5", "1.0e+12", "2.125")
SHOWN = {"1.0e+12": "1e+12"}
RULE = "must be 0 or from 1 to 42949672.95 with at most two decimals"
DECIMALS = "must be 0 or at least 1 with at most two decimals"
LARGEST = "must be less than or equal to 42949672.95"
HARDWARE = "must be 0 or from 100 to 4294967295 hundredths"
SEED = "{{name: {}, object: jet, pt_gev: 90, prescale: {}}}"
MENU = "schema: menu/1\nname: m\nseeds:\n"


@pytest.fixture
def refusal(monkeypatch, capsys, tmp_path):
    """The sentence with which a command ends, paths in the test's folder left out."""

    def ended(*arguments):
        monkeypatch.setattr("sys.argv", ["trigger-ad", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == 2
        (sentence,) = capsys.readouterr().err.splitlines()
        assert sentence.startswith("trigger-ad: ")
        return sentence.removeprefix("trigger-ad: ").replace(f"{tmp_path}/", "")

    return ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refused")
    small.finished_run(folder / "run")
    small.event_files(folder / "zero_bias", "zero_bias")
    small.event_files(folder / "filtered", "filtered")
    return folder


@pytest.fixture
def rates(refusal, folder, tmp_path):
    """``trigger-ad rates`` on event files and with further options; nothing may be written."""

    def ended(inputs, *options):
        out = tmp_path / "out.json"
        sentence = refusal("rates", folder / "run", "--inputs", inputs, "--out", out, *options)
        assert not out.exists()
        assert not (folder / "run/rates_scan.json").exists()
        return sentence

    return ended


@pytest.mark.parametrize(
    ("kind", "needed", "other"),
    [
        ("filtered", "input_rate_hz", ("--colliding-bunches", "2544")),
        ("zero_bias", "colliding_bunches", ("--input-rate-hz", "1e6")),
    ],
)
def test_hz_without_what_the_origin_needs(rates, folder, kind, needed, other):
    stray = other[0][2:].replace("-", "_")
    for options, found in ((("--hz",), ""), (other, f", not {stray}")):
        assert rates(folder / kind / "*.h5", *options) == (
            f"a rate in Hz from a sample of origin {kind} must have trigger.rate.{needed}{found}: "
            f"give trigger.rate.{needed} or use the efficiencies"
        )


def test_an_unknown_branch(rates, tmp_path):
    tables = branches(np.random.default_rng(1), 5)
    del tables["L1Jet_eta"]
    path = save(tmp_path / "m.root", tables)
    others = len(uproot.open(path)["Events"].keys())
    assert rates(path) == (
        f"m.root:Events must have the branch L1Jet_eta, not {others} others: "
        "make the file with the Level-1 objects of NanoAOD"
    )


def test_an_unknown_data_set(rates, tmp_path):
    with h5py.File(tmp_path / "e.h5", "w") as file:
        file["Particle"] = np.zeros((3, 19, 4), np.float32)
    assert rates(tmp_path / "e.h5") == (
        "e.h5 must hold Particles, X_train, X_val, X_test or Data, not Particle: "
        "rename the data set or convert the file"
    )


@pytest.mark.parametrize("kind", ["no rows", "no data sets", "no bytes", "no entries"])
def test_an_empty_file(rates, tmp_path, kind):
    path = tmp_path / "e.h5"
    if kind == "no bytes":
        path.write_bytes(b"")
        expected = (
            "e.h5 must be an event file of a known format (HDF5, CMS Level-1 NanoAOD), not an "
            "empty file: convert it to one of these, or install its reader"
        )
    elif kind == "no entries":
        path = tmp_path / "e.root"
        tables = branches(np.random.default_rng(1), 5)
        save(path, {name: column[:0] for name, column in tables.items()})
        expected = "e.root:Events must hold events, not 0: give a file with events"
    else:
        with h5py.File(path, "w") as file:
            if kind == "no rows":
                file["Particles"] = np.zeros((0, 19, 4), np.float32)
        expected = (
            "e.h5:Particles must hold events, not 0: give a file with events"
            if kind == "no rows"
            else "e.h5 must hold Particles, X_train, X_val, X_test or Data, not an empty file: "
            "rename the data set or convert the file"
        )
    assert rates(path) == expected


def test_two_seeds_of_one_name(rates, folder, tmp_path):
    seeds = [SEED.format(name, 1) for name in ("L1_J", "L1_K", "L1_J")]
    (tmp_path / "m.yaml").write_text(MENU + "".join(f"  - {seed}\n" for seed in seeds))
    assert rates(folder / "filtered/zb_1.h5", "--menu", tmp_path / "m.yaml") == (
        "seed L1_J at m.yaml:6 must have a name of its own, not that of the seed at line 4: "
        "rename one of them"
    )


def test_an_unknown_key_of_a_menu(rates, folder, tmp_path):
    (tmp_path / "m.yaml").write_text(MENU + "  - {name: x, object: met, pt: 5, psi: 3}\n")
    assert rates(folder / "filtered/zb_1.h5", "--menu", tmp_path / "m.yaml").startswith(
        "key 'seeds.0.psi' at m.yaml:4 must be a known key, not 'psi': choose from name, object, "
    )


@pytest.mark.parametrize("value", PRESCALES)
def test_a_prescale_of_a_menu(rates, folder, tmp_path, value):
    (tmp_path / "m.yaml").write_text(MENU + f"  - {SEED.format('L1_J', value)}\n")
    assert rates(folder / "filtered/zb_1.h5", "--menu", tmp_path / "m.yaml") == (
        f"key 'seeds.0.prescale' at m.yaml:4: a prescale {RULE}, "
        f"not {SHOWN.get(value, value)}: give such a value"
    )


@pytest.mark.parametrize("value", PRESCALES)
def test_a_prescale_of_a_table(rates, folder, tmp_path, value):
    (tmp_path / "m.yaml").write_text(MENU + f"  - {SEED.format('L1_J', 1)}\n")
    (tmp_path / "t.csv").write_text(f"Index,Name,2e34\n0,L1_J,{value}\n")
    options = ("--menu", tmp_path / "m.yaml", "--prescales", tmp_path / "t.csv", "2e34")
    assert rates(folder / "filtered/zb_1.h5", *options) == (
        f"a prescale of seed L1_J at t.csv:2 {RULE}, not '{value}': write such a prescale"
    )


def test_a_table_that_does_not_fit(rates, folder, tmp_path):
    (tmp_path / "m.yaml").write_text(MENU + f"  - {SEED.format('L1_J', 1)}\n")
    (tmp_path / "t.csv").write_text("Index,Name,2e34\n0,L1_K,0.0\n")
    source, table = folder / "filtered/zb_1.h5", tmp_path / "t.csv"
    assert rates(source, "--menu", tmp_path / "m.yaml", "--prescales", table, "2e34") == (
        "seed L1_J of menu m must be in the prescale table: add a row for it"
    )
    assert rates(source, "--prescales", table, "2e34") == (
        "the prescale table t.csv must belong to a menu: give a menu, too"
    )


@pytest.mark.parametrize(
    ("value", "name", "rule"),
    [
        ("-1", "key 'trigger.prescale.B' at c.yaml:4", "must be greater than or equal to 0"),
        ("0.5", "key 'trigger.prescale' at c.yaml:4: B", DECIMALS),
        ("1.0e+12", "key 'trigger.prescale.B' at c.yaml:4", LARGEST),
        ("2.125", "key 'trigger.prescale' at c.yaml:4: B", DECIMALS),
    ],
)
def test_a_prescale_of_a_configuration(refusal, tmp_path, value, name, rule):
    path = tmp_path / "c.yaml"
    path.write_text(f"schema: config/1\nname: c\ntrigger:\n  prescale: {{B: {value}}}\n")
    shown = "1000000000000.0" if "e" in value else value
    expected = f"{name} {rule}, not {shown}: give such a value"
    assert refusal("run", path, "--out", tmp_path / "run") == expected
    assert not (tmp_path / "run").exists()


@pytest.fixture
def feed(tmp_path):
    """Writes lines of counters, one of them changed, and gives the path."""

    def write(change, place=2, sections=4):
        lines = [json.loads(counts.to_line()) for counts in simulate("quiet", 1, Plan(sections))]
        change(lines[place])
        path = tmp_path / "f.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    return write


@pytest.mark.parametrize(
    ("value", "rule"),
    [(-1, HARDWARE), (50, HARDWARE), (10**14, HARDWARE), (212.5, "must be a valid integer")],
)
def test_a_prescale_of_the_first_section(refusal, feed, value, rule):
    """It is the wrong file; a later such line is left out, with an alarm."""
    path = feed(lambda line: line["prescale"].update(B=value), place=0)
    sentence = refusal("monitor", path)
    assert sentence.startswith(f"line 1 of f.jsonl, prescale.B {rule}")
    assert f", not {value}: " in sentence


@pytest.mark.parametrize("name", ["before", "after"])
@pytest.mark.parametrize("value", [COUNTER_MAXIMUM + 1 + 77, -5])
def test_a_counter_beyond_its_32_bits(refusal, feed, name, value):
    assert refusal("monitor", feed(lambda line: line[name].update(D=value))) == (
        f"line 3 of f.jsonl, counter {name}.D must be from 0 to 4294967295, of one section, "
        f"not {value}: the counter wrapped or was never cleared; mend it and start again"
    )


def test_a_counter_that_wrapped(refusal, feed):
    """It reads a small number: only the events of the section tell."""
    seen = []

    def wrap(line):
        line["events"] += COUNTER_MAXIMUM + 1
        seen.extend((line["events"], sum(line["before"].values())))

    assert refusal("monitor", feed(wrap)) == (
        "line 3 of f.jsonl, the sum of the counters before prescale must be the "
        f"{seen[0]} events of the section, not {seen[1]}, less by 1 times 2^32: "
        "a counter wrapped; mend it and start again"
    )


def test_a_feed_without_sections(refusal, tmp_path):
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"")
    assert refusal("monitor", path) == (
        "f.jsonl must hold at least one section: see docs/monitor.md"
    )
