"""``trigger-ad rates``: the table that is printed, the file, and what is refused."""

import json

import pytest
from click.testing import CliRunner

from tests.cli.test_refusals import refusal
from tests.run import small
from trigger_ad.cli.main import cli
from trigger_ad.rates.figure import kilohertz


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rates")
    small.finished_run(folder / "run")
    small.event_files(folder / "zero_bias", "zero_bias")
    small.event_files(folder / "filtered", "filtered")
    return folder


def test_rates_in_hz(folder):
    inputs = str(folder / "zero_bias/*.h5")
    done = CliRunner().invoke(
        cli,
        [
            "rates",
            str(folder / "run"),
            "--inputs",
            inputs,
            "--colliding-bunches",
            "2544",
            "--workers",
            "1",
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    record = json.loads((folder / "run/rates_scan.json").read_text())
    assert record["schema"] == "rates_scan/4"
    assert "normalisation: zero bias, 2544 colliding pairs of bunches" in done.output
    lines = {line.split()[0]: line.split() for line in done.output.splitlines() if line}
    assert lines["D"][1:4] == [
        str(record["regions"]["D"]["fires"]),
        "33.33",
        str(record["regions"]["D"]["accepts"]),
    ]
    total = record["total"]["after"]["hz"]
    assert lines["total"][2] == kilohertz(total["value"])
    assert lines["region"][4:] == ["after,", "kHz", "95", "%", "interval"]
    page = folder / "run/rates_scan.html"
    assert f"page {page}\n" in done.output
    assert "zero bias, 2544 colliding pairs of bunches" in page.read_text(encoding="utf-8")
    assert done.output.endswith(f"5501 events in {folder / 'run/rates_scan.json'}\n")


def test_a_filling_scheme_is_another_way_to_say_the_pairs(folder):
    inputs, out = str(folder / "zero_bias/zb_1.h5"), folder / "fill.json"
    (folder / "fill.txt").write_text("100-199, 3000\n")
    for filling in ("100-199,3000", str(folder / "fill.txt")):
        done = CliRunner().invoke(
            cli,
            [
                "rates",
                str(folder / "run"),
                "--inputs",
                inputs,
                "--filling",
                filling,
                "--live-fraction",
                "0.97",
                "--workers",
                "1",
                "--out",
                str(out),
            ],
            catch_exceptions=False,
        )
        assert done.exit_code == 0
        words = "zero bias, 101 colliding pairs of bunches, live fraction 0.97 declared"
        assert f"normalisation: {words}" in done.output
        record = json.loads(out.read_text())
        assert record["normalisation"] == words
        assert record["input_rate_hz"] == pytest.approx(101 * 11245.5, rel=1e-5)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--filling", "0-9", "--colliding-bunches", "10"],
            ("--filling must come without --colliding-bunches, not with it: give one of them"),
        ),
        (
            ["--filling", "0-9", "--live-fraction", "0"],
            ("--live-fraction must be a number above 0 and at most 1, not 0: give such a number"),
        ),
        (
            ["--filling", "9-0"],
            (
                "a filling scheme must list places or rising ranges such as 56-103, not '9-0': "
                "separate them with commas or spaces"
            ),
        ),
    ],
)
def test_fills_that_are_refused(folder, options, sentence):
    inputs, out = folder / "zero_bias/zb_1.h5", folder / "refused.json"
    found = refusal("rates", folder / "run", "--inputs", inputs, "--out", out, *options)
    assert found == sentence
    assert not out.exists()


def test_efficiencies_without_a_normalisation(folder):
    out = folder / "out.json"
    done = CliRunner().invoke(
        cli,
        [
            "rates",
            str(folder / "run"),
            "--inputs",
            str(folder / "filtered/zb_1.h5"),
            "--workers",
            "1",
            "--out",
            str(out),
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    assert "normalisation: none: rates in Hz are not given" in done.output
    assert "after, efficiency" in done.output
    assert "  < " in done.output  # one event gives limits
    assert json.loads(out.read_text())["total"]["after"]["hz"] is None


def test_hz_of_filtered_events_without_their_rate(folder):
    inputs = str(folder / "filtered/*.h5")
    out = folder / "none.json"
    command = ("rates", folder / "run", "--inputs", inputs, "--out", out, "--hz")
    assert refusal(*command) == (
        "a rate in Hz from a sample of origin filtered must have trigger.rate.input_rate_hz: "
        "give trigger.rate.input_rate_hz or use the efficiencies"
    )
    assert not out.exists()


def test_the_page_does_not_take_the_place_of_the_record(folder):
    out = folder / "scan.html"
    assert refusal("rates", folder / "run", "--inputs", "none*.h5", "--out", out) == (
        f"--out must not end in .html, where the page will be, not {out}: name a JSON file"
    )


def test_nothing_matches(folder):
    assert refusal("rates", folder / "run", "--inputs", "none*.h5") == (
        "the input none*.h5 must match an event file: check the path, and quote the pattern"
    )
