"""``trigger-ad menu``: what it writes is read back, and refused where it is of another run."""

import json
import shutil

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from tests.run import small
from trigger_ad.cli.main import cli
from trigger_ad.errors import TriggerAdError
from trigger_ad.menu import table
from trigger_ad.run_folder import NAMES

TABLE = (
    "Index,Name,Emergency,2p0E34\r\n"
    "0,L1_SingleMu22,0,1\r\n"
    "1,L1_SingleJet35,0,12.5\r\n"
    "3,L1_FirstBunchInTrain,0,7\r\n"
)
MENU = """schema: menu/1
name: regions
seeds:
  - {name: L1_AD_A, object: region, region: A}
  - {name: L1_AD_D, object: region, region: D}
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("menu")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    (folder / "table.csv").write_bytes(TABLE.encode())
    (folder / "menu.yaml").write_text(MENU)
    return folder


@pytest.fixture
def work(inputs, tmp_path, monkeypatch):
    shutil.copytree(inputs, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def run(command):
    done = CliRunner().invoke(cli, command.split(), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def refused(command):
    done = CliRunner().invoke(cli, command.split())
    assert isinstance(done.exception, TriggerAdError), (done.output, done.exception)
    return str(done.exception)


COLUMN = "menu column run table.csv 2p0E34_AD --menu menu.yaml --like 2p0E34 --out new.csv"


def test_a_column_of_a_run_goes_into_a_table_and_is_checked(work):
    """The prescales of the regions are those of the registers of the run: 1 and 33.33."""
    said = run(f"{COLUMN} --first-index 4")
    assert said == "column 2p0E34_AD with 2 seeds of menu regions in new.csv\n"
    assert (work / "new.csv").read_bytes().decode().split("\r\n")[:-1] == [
        "Index,Name,Emergency,2p0E34,2p0E34_AD",
        "0,L1_SingleMu22,0,1,1",
        "1,L1_SingleJet35,0,12.5,12.5",
        "3,L1_FirstBunchInTrain,0,7,7",
        "4,L1_AD_A,0,0,1",
        "5,L1_AD_D,0,0,33.33",
    ]
    check = "menu check run new.csv --menu menu.yaml --column"
    assert run(f"{check} 2p0E34_AD").endswith("prescale 33.33\nnew.csv agrees with run\n")
    assert refused(f"{check} 2p0E34") == (
        "seed L1_AD_A of column 2p0E34 in new.csv must have the prescale of menu regions, 1, "
        "not 0: write the column again"
    )
    again = "menu column run new.csv 2p0E34_AD --menu menu.yaml --replace --out newer.csv"
    run(again)
    assert table.load(work / "newer.csv").column("2p0E34_AD") == {
        "L1_SingleMu22": 0,
        "L1_SingleJet35": 0,
        "L1_FirstBunchInTrain": 0,
        "L1_AD_A": 100,
        "L1_AD_D": 3333,
    }


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            COLUMN,
            (
                "seed L1_AD_A of menu regions must be in the prescale table: add a row for it, or "
                "give the index of the new row with --first-index"
            ),
        ),
        (
            COLUMN.replace("new.csv", "table.csv"),
            "--out table.csv must not replace an input, not table.csv: choose another name",
        ),
        (
            COLUMN.replace("2p0E34_AD", "2p0E34") + " --first-index 4",
            "column 2p0E34 must be a new one, not in the table: choose another name",
        ),
        (
            "menu fragment run --menu menu.yaml --out run/rates.json",
            (
                "--out run/rates.json must not be among the records of a run, not in run: "
                "choose another name"
            ),
        ),
        (
            "menu check run table.csv --menu menu.yaml",
            "a prescale table must come with --column: name its column",
        ),
        (
            "menu fragment run --out f.json",
            "the run run must have a menu of its own: give one with --menu",
        ),
    ],
)
def test_what_is_refused(work, command, sentence):
    assert refused(command) == sentence
    assert (work / "table.csv").read_bytes() == TABLE.encode()
    assert not (work / "new.csv").exists()


def test_a_fragment_is_written_and_checked(work):
    said = run("menu fragment run --menu menu.yaml --first-index 9 --column 2p0E34 --out f.json")
    assert said == "2 seeds of menu regions in f.json\n"
    record = json.loads((work / "f.json").read_text())
    assert [row["index"] for row in record["algorithms"]] == [9, 10]
    assert record["prescale_csv"] == ["Index,Name,2p0E34", "9,L1_AD_A,1", "10,L1_AD_D,33.33"]
    check = "menu check run f.json --menu menu.yaml"
    assert run(check).endswith("f.json agrees with run\n")
    threshold = record["cuts"][0]["threshold"]
    text = (work / "f.json").read_text().replace(str(threshold), str(threshold + 1))
    (work / "f.json").write_text(text)
    assert refused(check).startswith(
        f"seed L1_AD_A of f.json must be as in menu regions, score1 >= {threshold} and score2"
    )
    registers = json.loads((work / "run" / NAMES.rates).read_text())["registers"]
    assert threshold == registers["thresholds"][0]
    record["algorithms"].pop()
    (work / "f.json").write_text(json.dumps(record))
    assert refused(check).endswith(", prescale 33.33, not left out: write the fragment again")


def test_a_real_menu_is_counted_without_what_is_not_simulated(work):
    """Column to menu to rates: recorded bits have rates, and others are said to have none."""
    said = run("menu from-table table.csv 2p0E34 --out bits.yaml")
    assert said == "3 seeds, 1 not simulated, in bits.yaml\n"
    rng = np.random.default_rng(5)
    with h5py.File("events/zb_0.h5", "a") as file:
        fired = rng.random((2, len(file["process"]))) < [[0.2], [0.5]]
        file["bits/L1_SingleMu22"] = fired[0]
        both = fired.any(axis=0).mean()
    scan = (
        "rates run --inputs events/zb_0.h5 --colliding-bunches 2544 --workers 1 --menu bits.yaml "
        "--prescales table.csv 2p0E34 --out rates.json"
    )
    assert refused(scan) == (
        "events/zb_0.h5 must have the trigger bit L1_SingleJet35: give other files, or mark the "
        "seeds in the menu with simulated: false, which lists them and leaves them out of the total"
    )
    with h5py.File("events/zb_0.h5", "a") as file:
        file["bits/L1_SingleJet35"] = fired[1]
    said = run(scan)
    found = json.loads((work / "rates.json").read_text())["menu"]
    assert found["total_before"]["efficiency"]["value"] == pytest.approx(both)
    assert found["not_simulated"] == [{"name": "L1_FirstBunchInTrain", "prescale": "7"}]
    assert "not simulated, not in the total:\nL1_FirstBunchInTrain  prescale 7\n" in said
    assert "region D is not in the menu, and not in the total: " in said
    assert "region" not in [line.split()[0] for line in said.splitlines() if "fires" in line]
    page = (work / "rates.html").read_text()
    row = page[page.index(">L1_FirstBunchInTrain<") :]
    assert "not simulated" in row[: row.index("</tr>")]


def test_one_table_has_all_seeds_and_one_total(work):
    said = run(
        "rates run --inputs events/*.h5 --colliding-bunches 2544 --workers 1 "
        "--menu packaged:small --out rates.json"
    )
    record = json.loads((work / "rates.json").read_text())["menu"]
    lines = said[said.index("menu small, kHz\n") :].splitlines()
    names = [line.split()[0] for line in lines[2:]]
    assert names[: names.index("total") + 1] == [*(s["name"] for s in record["seeds"]), "total"]
    assert said.count("total") == 1
    assert "is not in the menu" not in said
    d = next(line for line in lines if line.startswith("L1_AD_D")).split()
    hz = record["seeds"][-1]["after"]["hz"]
    assert d[2] == "33.33"
    assert float(d[3]) == pytest.approx(hz["value"] / 1e3, rel=5e-3)
    assert float(d[4].strip("[,")) == pytest.approx(hz["low"] / 1e3, rel=5e-3)
