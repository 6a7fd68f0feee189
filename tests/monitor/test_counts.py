"""Lines of counters: what is read, what is passed over, what ends the monitor."""

import json

import pytest

from trigger_ad.errors import FeedError, SchemaError
from trigger_ad.monitor.counts import MalformedLineError, read
from trigger_ad.monitor.toys import Plan, simulate


@pytest.fixture
def record():
    (counts,) = simulate("quiet", 1, Plan(sections=1))
    return json.loads(counts.to_line())


def changed(record, path, value):
    *parts, last = path.split(".")
    inner = record
    for part in parts:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(record)


def test_a_line_is_read_back():
    for counts in simulate("quiet", 3, Plan(sections=5)):
        line = counts.to_line()
        assert line.endswith("}\n")
        assert line.count("\n") == 1
        assert read(line, "line 1") == counts


def test_fields(record):
    counts = read(json.dumps(record), "line 1")
    assert counts.live_seconds == record["seconds"] * record["live"]["A"]
    assert counts.before.values == tuple(record["before"][region] for region in "ABCD")


@pytest.mark.parametrize("line", ['{"schema": "monitor_counts/1", "ru', "7", "[]", "\x00", '"a"'])
def test_not_an_object(line):
    with pytest.raises(MalformedLineError) as caught:
        read(line, "line 3 of x")
    assert str(caught.value) == (
        f"line 3 of x must be one JSON object, not {line!r}: see docs/monitor.md"
    )


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("section", None, "section must be given"),
        ("before.B", None, "before.B must be given"),
        ("before.E", 1, "before.E must be left out, not 1"),
        ("run", -1, "run must be greater than or equal to 0, not -1"),
        ("section", 1.5, "section must be a valid integer, not 1.5"),
        ("events", True, "events must be a valid integer, not True"),
        ("live.C", 1.01, "live.C must be less than or equal to 1, not 1.01"),
        ("seconds", 0, "seconds must be greater than 0, not 0"),
        ("pileup", float("nan"), "pileup must be a finite number, not nan"),
        ("pileup", "60", "pileup must be a valid number, not '60'"),
    ],
)
def test_malformed_fields(record, path, value, sentence):
    with pytest.raises(MalformedLineError) as caught:
        read(changed(record, path, value), "line 3")
    assert str(caught.value) == f"line 3, {sentence}: see docs/monitor.md"


@pytest.mark.parametrize("value", [-100, 1, 50, 99, 2**32])
def test_impossible_prescales(record, value):
    with pytest.raises(MalformedLineError) as caught:
        read(changed(record, "prescale.C", value), "line 3")
    assert str(caught.value) == (
        f"line 3, prescale.C must be 0 or from 100 to 4294967295 hundredths, not {value}: "
        "write hundredths"
    )


def test_another_schema(record):
    with pytest.raises(SchemaError) as caught:
        read(changed(record, "schema", "monitor_counts/2"), "line 3")
    assert str(caught.value) == (
        "line 3 must have schema monitor_counts/1, not 'monitor_counts/2': "
        "write counters in this form"
    )


@pytest.mark.parametrize("value", [2**32, -1])
def test_a_value_that_no_counter_of_a_section_holds(record, value):
    with pytest.raises(FeedError) as caught:
        read(changed(record, "after.D", value), "line 3")
    assert not isinstance(caught.value, MalformedLineError)
    assert str(caught.value) == (
        f"line 3, counter after.D must be from 0 to 4294967295, of one section, not {value}: "
        "the counter wrapped or was never cleared; mend it and start again"
    )


def test_a_counter_that_wrapped(record):
    record["events"] += 2**32
    found = sum(record["before"].values())
    with pytest.raises(FeedError) as caught:
        read(json.dumps(record), "line 3")
    assert not isinstance(caught.value, MalformedLineError)
    assert str(caught.value) == (
        "line 3, the sum of the counters before prescale must be the "
        f"{record['events']} events of the section, not {found}, less by 1 times 2^32: "
        "a counter wrapped; mend it and start again"
    )


def test_a_counter_that_stopped_at_its_end_is_read(record):
    record["before"]["D"] = 2**32 - 1
    record["events"] = sum(record["before"].values()) + 2**32
    assert read(json.dumps(record), "line 3").before["D"] == 2**32 - 1
