"""Prescales from the counts of a scan."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from trigger_ad.abcd.prescales import for_bandwidth, for_budget, for_precision
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


def test_the_best_precision_for_a_bandwidth(scan):
    """Of the live part, as rates after prescale are: 40,000 Hz of 218,400 events, 400 in A."""
    path = scan(input_rate_hz=1e5, live_fraction=0.4)
    rows = run(path, "--bandwidth-hz", "732.6", "--rule", "counter")
    choice = for_bandwidth(list(FIRES.values()), 4e4 / 218_400, 732.6, Rule.CMS_COUNTER)
    assert [row[2] for row in rows[1:5]] == [f"{p / 100:.2f}" for p in choice.prescale]
    assert choice.total == pytest.approx(10, rel=1e-3)
    assert choice.total <= 10
    assert " ".join(rows[-1]) == "all regions after prescale: 0.732 kHz"


def test_counters_predict_and_the_read_out_is_a_choice(scan):
    counts = list(FIRES.values())
    for options, path in ((("--yields", "counters"), scan()), ((), scan(yields="counters"))):
        rows = run(path, "--budget", "5", "--readout", "AD", *options)
        choice = for_budget(counts, 5, readout="AD", counters=True)
        assert [row[2] for row in rows[2:5]] == ["off", "off", f"{choice.prescale[3] / 100:.2f}"]
        assert rows[5][-3] == rows[6][-3]  # both are the precision of the counters
    rows = run(scan(input_rate_hz=1e5), "--bandwidth-hz", "200", "--readout", "A", *PREDICTED)
    assert [row[2] for row in rows[1:5]] == ["1.00", "off", "off", "off"]
    assert " ".join(rows[-1]) == "all regions after prescale: 0.183 kHz"


PREDICTED = ("--yields", "counters")


#: Two strata: events of A, B, C, D in each of two groups of clusters, and their probabilities.
IN_STRATA = {
    "soft": (0.999, [[0, 50, 60, 8000], [1, 40, 50, 7000]]),
    "hard": (0.001, [[400, 90, 80, 100], [300, 100, 100, 110]]),
}


def stratified():
    groups = {name: groups for name, (_, groups) in IN_STRATA.items()}
    fires = np.sum([np.sum(of, axis=0) for of in groups.values()], axis=0).tolist()
    return {
        "events": sum(fires),
        "regions": {name: {"fires": n} for name, n in zip("ABCD", fires, strict=True)},
        "strata": [
            {"name": name, "probability": p, "events": int(np.sum(of))}
            for name, (p, of) in IN_STRATA.items()
        ],
        "counts": {"regions": {"strata": {name: {"groups": of} for name, of in groups.items()}}},
    }


def test_events_in_strata_count_as_often_as_they_occur(scan):
    record = stratified()
    expected = sum(
        p * np.sum(of, axis=0) / np.sum(of) * record["events"] for p, of in IN_STRATA.values()
    )
    rows = run(scan(**record), "--budget", "20")
    assert [float(row[1]) for row in rows[1:5]] == pytest.approx(expected.tolist(), rel=1e-5)
    choice = for_budget(expected.tolist(), 20)
    assert [row[2] for row in rows[1:5]] == [f"{p / 100:.2f}" for p in choice.prescale]


def test_strata_of_other_counts_are_refused(scan):
    record = stratified()
    record["counts"]["regions"]["strata"]["hard"]["groups"][0][0] += 1
    done = CliRunner().invoke(cli, ["prescales", scan(**record), "--budget", "4"])
    assert str(done.exception).endswith(
        "must have 1280 events of stratum hard, not 1281: scan the events again"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            (),
            (
                "the choice of prescales must be by one of --precision, --budget and "
                "--bandwidth-hz, not by none: give one of them"
            ),
        ),
        (
            ("--precision", "1", "--budget", "10"),
            (
                "the choice of prescales must be by one of --precision, --budget and "
                "--bandwidth-hz, not 2: leave the others out"
            ),
        ),
        (
            ("--budget", "5", "--readout", "BC"),
            ("--readout must have A and each of B, C and D at most once, not 'BC': try A"),
        ),
        (
            ("--precision", "1", "--yields", "counters"),
            (
                "--precision must come with accepted events of all regions, not yields of "
                "counters: take --budget or --bandwidth-hz"
            ),
        ),
        (
            ("--budget", "5", "--readout", "ABD"),
            (
                "the yield of region C must be that of its counter where the region is not read "
                "out, not of accepted events: predict from the counters, or read the region out"
            ),
        ),
        (
            ("--precision", "1", "--seconds", "10"),
            (
                "--seconds must come with a scan in Hz, not none: rates in Hz are not "
                "given: scan with a normalisation, or leave --seconds out"
            ),
        ),
        (
            ("--bandwidth-hz", "5000"),
            (
                "--bandwidth-hz must come with a scan in Hz, not none: rates in Hz are not "
                "given: scan with a normalisation, or leave --bandwidth-hz out"
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
