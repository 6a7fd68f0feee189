"""Prescales from the counts of a scan."""

import json

import pytest
from click.testing import CliRunner

from trigger_ad.abcd.prescales import for_budget, for_precision
from trigger_ad.cli.main import cli
from trigger_ad.run.rates import SCAN_SCHEMA
from trigger_ad.trigger.rule import Rule

FIRES = {"A": 400, "B": 8000, "C": 10_000, "D": 200_000}


@pytest.fixture
def scan(tmp_path):
    def write(**changed):
        record = {
            "schema": SCAN_SCHEMA,
            "events": sum(FIRES.values()),
            "input_rate_hz": None,
            "normalisation": "none: rates in Hz are not given",
            "live_fraction": None,
            "regions": {name: {"fires": fires} for name, fires in FIRES.items()},
        }
        path = tmp_path / "scan.json"
        path.write_text(json.dumps(record | changed))
        return str(path)

    return write


def run(*arguments):
    done = CliRunner().invoke(cli, ["prescales", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return [line.split() for line in done.output.splitlines()]


@pytest.mark.parametrize("rule", ["random", "counter"])
def test_the_least_read_out_for_a_precision(scan, rule):
    kind = Rule.ATLAS_RANDOM if rule == "random" else Rule.CMS_COUNTER
    rows = run(scan(), "--precision", "1.5", "--rule", rule)
    choice = for_precision(list(FIRES.values()), 1.5, kind)
    assert [row[0] for row in rows[1:5]] == list("ABCD")
    assert [row[2] for row in rows[1:5]] == [f"{p / 100:.2f}" for p in choice.prescale]
    assert float(rows[5][0]) == pytest.approx(choice.total, rel=1e-3)
    assert float(rows[5][-3]) <= 1.5


def test_the_best_precision_for_a_budget(scan):
    rows = run(scan(), "--budget", "10")
    choice = for_budget(list(FIRES.values()), 10)
    assert [row[2] for row in rows[1:5]] == [f"{p / 100:.2f}" for p in choice.prescale]
    assert float(rows[5][0]) <= 10


def test_counts_in_the_time_of_a_prediction(scan):
    path = scan(input_rate_hz=1e6, live_fraction=0.5)
    rows = run(path, "--precision", "1", "--seconds", "10")
    share = 1e6 * 0.5 * 10 / sum(FIRES.values())
    assert [float(row[1]) for row in rows[1:5]] == pytest.approx(
        [count * share for count in FIRES.values()], rel=1e-5
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            (),
            (
                "the choice of prescales must be by --precision or by --budget, not neither: "
                "give one of them"
            ),
        ),
        (
            ("--precision", "1", "--budget", "10"),
            (
                "the choice of prescales must be by --precision or by --budget, not both: "
                "leave one out"
            ),
        ),
        (
            ("--precision", "1", "--seconds", "10"),
            (
                "--seconds must come with a scan in Hz, not none: rates in Hz are not "
                "given: scan with a normalisation, or leave --seconds out"
            ),
        ),
    ],
)
def test_what_is_refused(scan, options, sentence, monkeypatch, capsys):
    from trigger_ad.cli.main import main

    monkeypatch.setattr("sys.argv", ["trigger-ad", "prescales", scan(), *options])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == f"trigger-ad: {sentence}\n"


def test_another_file_is_refused(scan, tmp_path):
    (tmp_path / "other.json").write_text('{"schema": "rates/1"}')
    done = CliRunner().invoke(cli, ["prescales", str(tmp_path / "other.json"), "--budget", "4"])
    assert str(done.exception).endswith(
        "other.json must have schema rates_scan/4, not rates/1: use the version that wrote it"
    )


REGIONS = {name: {"fires": fires} for name, fires in FIRES.items()}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"events": 5}, "must have 5 events in its regions, not 218400"),
        ({"regions": 1}, "must have the counts of a scan, not such a value of regions"),
        (
            {"regions": REGIONS | {"D": {"fires": -1}}},
            "must have the counts of a scan, not such a value of regions.D.fires",
        ),
        (
            {"regions": REGIONS | {"A": {"fires": 2.5}}},
            "must have the counts of a scan, not such a value of regions.A.fires",
        ),
        ({"input_rate_hz": -1.0}, "must have the counts of a scan, not such a value of input_rate"),
        ({"live_fraction": 2.0}, "must have the counts of a scan, not such a value of live_fract"),
    ],
)
def test_counts_that_cannot_be(scan, changed, rule):
    done = CliRunner().invoke(cli, ["prescales", scan(**changed), "--budget", "4"])
    assert rule in str(done.exception)
    assert str(done.exception).endswith(": scan the events again")
