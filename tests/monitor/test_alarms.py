"""Alarms: one cause raises one alarm."""

from pathlib import Path

import pytest

import trigger_ad
from trigger_ad.monitor.alarms import HIDDEN_BY, HOLD, KINDS, Alarm, status, update

DOCS = Path(trigger_ad.__file__).parents[1] / "docs"


def test_begin_and_end():
    active = update((), {"feed": "One."}, 5, 10)
    assert active == (Alarm("feed", 5, 10, 10, "One."),)
    active = update(active, {"feed": "Two."}, 5, 12)
    assert active == (Alarm("feed", 5, 10, 12, "Two."),)
    assert update(active, {}, 5, 11 + HOLD) == active
    assert update(active, {}, 5, 12 + HOLD) == ()


def test_what_explains_hides():
    active = update((), {"signal": "S.", "drift": "D.", "prescaler": "P."}, 1, 1)
    assert [alarm.kind for alarm in active] == ["prescaler", "drift"]
    assert [alarm.kind for alarm in update(active, {"dead": "X."}, 1, 2)] == ["dead", "prescaler"]


def test_hiding_is_an_order():
    order = list(KINDS)
    for kind, causes in HIDDEN_BY.items():
        for cause in causes:
            assert order.index(cause) < order.index(kind)
            assert set(HIDDEN_BY.get(cause, ())) < set(causes)


@pytest.mark.parametrize(
    ("kinds", "level"), [((), "green"), (("feed",), "amber"), (("feed", "dead"), "red")]
)
def test_status(kinds, level):
    assert status(update((), dict.fromkeys(kinds, "Something."), 1, 1)) == level


def test_table_in_the_documentation():
    told = {}
    for line in (DOCS / "monitor.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[0].strip("`") in KINDS:
            told[cells[0].strip("`")] = (cells[1], cells[2], cells[4])
    assert told == {
        kind: (
            about.level,
            about.title,
            ", ".join(f"`{cause}`" for cause in HIDDEN_BY.get(kind, ())) or "–",
        )
        for kind, about in KINDS.items()
    }
    assert list(told) == list(KINDS)
