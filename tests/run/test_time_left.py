"""Time that a run still takes, on a clock of the test's own."""

import pytest

from trigger_ad.run.progress import about
from trigger_ad.run.time_left import TimeLeft


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_machine_that_is_twice_as_slow(clock):
    left = TimeLeft({"train": 10.0, "convert": 20.0, "report": 5.0}, clock)
    assert left.place("convert") == "2/3"
    assert left.after("train", 0.0) is None
    clock.now = 10.0
    assert left.after("train", 0.5) == pytest.approx(2 * (5 + 25))
    clock.now = 20.0
    assert left.after("train", 1.0) == pytest.approx(2 * 25)
    assert left.after("convert", 0.0) == pytest.approx(2 * 25)
    clock.now = 40.0
    assert left.after("convert", 0.5) == pytest.approx(2 * 15)
    clock.now = 60.0
    left.after("convert", 1.0)
    clock.now = 70.0
    assert left.after("report", 1.0) == 0


def test_stages_that_are_up_to_date_say_nothing_about_the_machine(clock):
    left = TimeLeft({"train": 1000.0, "convert": 20.0, "report": 5.0}, clock)
    assert left.after("train", 1.0) is None
    left.after("convert", 0.0)
    clock.now = 10.0
    assert left.after("convert", 0.5) == pytest.approx(15)


def test_a_stage_that_is_up_to_date_after_one_that_ran(clock):
    left = TimeLeft({"a": 10.0, "b": 100.0, "c": 10.0}, clock)
    left.after("a", 0.0)
    clock.now = 20.0
    assert left.after("a", 1.0) == pytest.approx(220)
    assert left.after("b", 1.0) == pytest.approx(20)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.4, ""),
        (42.0, "about 42 s left"),
        (100.0, "about 2 min left"),
        (9000.0, "about 2.5 h left"),
    ],
)
def test_words(seconds, text):
    assert about(seconds) == text
