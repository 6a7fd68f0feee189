"""The page for a shifter: words and figures, nothing loaded from elsewhere, nothing unescaped."""

import re
from datetime import UTC, datetime

import pytest

from trigger_ad.monitor.counts import Integers
from trigger_ad.monitor.page import View, render, write
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.monitor.watch import advance, complain

SETTINGS = Settings(kappa=TRUTH)
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def state():
    found = MonitorState()
    for counts in simulate("signal, 10 % of A", 4, Plan(sections=60, start=41)):
        found = advance(found, counts, SETTINGS)
    return found


VIEW = {"source": "counts.jsonl", "now": NOW, "idle": 3.0}


@pytest.fixture(scope="module")
def page(state):
    return render(View(state, SETTINGS, **VIEW))


def text(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S).split())


def test_words_of_an_alarm(state, page):
    words = text(page)
    assert "<title>RED: trigger monitor, run 4</title>" in page
    assert "RED act now excess in A Run 4, section 60." in words
    assert "Written 2026-05-04 03:02:01 UTC, 3 s after the latest section was read." in words
    last = state.history[-1]
    assert f"observed {last.observed:,} events" in words
    assert f"predicted {last.predicted:,.0f} ± {last.error:,.0f} κ B C / D" in words
    assert f"pull {last.pull:+.2f} standard" in words
    assert state.active[0].sentence in words
    assert "κ is 1.03 ± 0 at pile-up 50, changing by 0.001 for one more collision" in words


def test_it_needs_no_other_file(page):
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == 1
    assert sources[0].startswith("data:image/svg+xml;base64,")
    assert not re.search(r"<(script|link|iframe|object)\b|@import|url\(", page)
    assert '<meta http-equiv="refresh" content="10">' in page


def test_the_same_state_gives_the_same_page(state, page):
    assert render(View(state, SETTINGS, **VIEW)) == page


def test_what_comes_from_outside_is_escaped(state):
    bad = complain(state, 'line 1 is no record, not "<script>alert(1)</script>".')
    page = render(View(bad, SETTINGS, "<b>counts</b>", NOW))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;counts&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("values", "level", "words"),
    [
        ({}, "green", "no alarm"),
        ({"idle": 121.0}, "amber", "no new section for 121 s"),
        ({"ended": "end of the counters"}, "amber", "end of the counters"),
    ],
)
def test_a_silent_monitor_is_not_green(values, level, words):
    (counts,) = simulate("quiet", 4, Plan(sections=1))
    view = View(advance(MonitorState(), counts, SETTINGS), SETTINGS, "x", NOW, **values)
    assert (view.level, view.headline) == (level, words)


def test_before_the_first_section(tmp_path):
    write(tmp_path / "page.html", View(MonitorState(), SETTINGS, "x", NOW, kappa_given=False))
    words = text((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "AMBER look no section read so far" in words
    assert "assumed and not measured" in words
    assert "<img" not in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_section_without_prediction():
    (counts,) = simulate("quiet", 4, Plan(sections=1))
    few = Integers(counts.before.root | {"B": 3})
    after = Integers(counts.after.root | {"B": 0})
    counts = counts.model_copy(update={"before": few, "after": after, "events": sum(few.values)})
    words = text(render(View(advance(MonitorState(), counts, SETTINGS), SETTINGS, "x", NOW)))
    assert "predicted none section not usable for it" in words
