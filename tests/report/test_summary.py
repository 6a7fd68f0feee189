"""A finished run in five lines."""

import json

import pytest

from trigger_ad.report.summary import summary


@pytest.fixture
def lines(own_folder):
    def read(**changes):
        for name, change in changes.items():
            path = own_folder / f"{name}.json"
            record = json.loads(path.read_text())
            change(record)
            path.write_text(json.dumps(record))
        return summary(own_folder)

    return read


def test_five_lines(lines):
    found = [line.replace("\u202f", " ").replace("\xa0", " ") for line in lines()]
    assert found == [
        "closure    predicted over observed 0.893, 95 % in [0.760, 1.026], at 1 % SM efficiency",
        "equality   csim, fast, qkeras: 0 events of 120,000 differ",
        "resources  9,876 LUT, 0 DSP, 12 cycles (rtl-synthesis, not timed)",
        "rates      A 1.09 %, B 0.835 %, C 0.946 %, D 0.811 %, all 3.69 %",
        "warnings   7, on top of the report",
    ]


def test_a_form_that_differs(lines):
    def differs(record):
        record["bit_exact"]["csim"]["extreme_mismatches"] = 3

    assert lines(validation=differs)[1] == "equality   csim must not differ, and does"


def test_what_is_not_known(lines):
    def nothing(record):
        for row in record["rows"]:
            row["lut"] = None

    def none(record):
        record["closure"] = [row for row in record["closure"] if row["model"] != "firmware"]

    found = lines(resources=nothing, closure=none)
    assert found[0] == "closure    not measured"
    assert found[2] == "resources  not known"
