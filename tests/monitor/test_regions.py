"""Counters of other than four regions: read, held to their prescale rule, and never predicted."""

import json
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.monitor.counts import Counts, Fractions, Integers, MalformedLineError, read
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState, load, save
from trigger_ad.monitor.watch import advance
from trigger_ad.trigger.decide import accepted_count
from trigger_ad.trigger.regions import region_names

SETTINGS = Settings(learn=5)


def sections(regions, number, run=1, risen=10**6):
    """Poisson numbers in every region, and what counting prescalers accept of them.

    From the section `risen` on a tenth of the last region lies in A.
    """
    rng = np.random.default_rng(regions)
    prescale = [100, *(150 * code for code in range(1, regions))]
    counter = [0] * regions
    for section in range(1, number + 1):
        moved = 500 * (section >= risen)
        means = [5000 + moved, *[5000] * (regions - 2), 5000 - moved]
        fires, accepts = rng.poisson(means).tolist(), []
        for code, events in enumerate(fires):
            accepted, counter[code] = accepted_count(events, counter[code], prescale[code])
            accepts.append(accepted)
        yield Counts(
            run=run,
            section=section,
            seconds=23.31,
            live=Fractions.of((0.97,) * regions),
            pileup=50.0,
            events=sum(fires),
            before=Integers.of(fires),
            after=Integers.of(accepts),
            prescale=Integers.of(prescale),
        )


def watched(lines):
    state = MonitorState()
    for counts in lines:
        state = advance(state, counts, SETTINGS)
    return state


@pytest.mark.parametrize("regions", [2, 8, 16])
def test_counters_that_keep_to_their_rule(regions, tmp_path):
    lines = list(sections(regions, 12))
    assert [read(counts.to_line(), "line") for counts in lines] == lines
    state = watched(lines)
    assert state.raised == {}
    assert (state.sections, len(state.followers)) == (12, regions)
    assert list(state.charts) == [*region_names(regions), "rate"] == list(state.references)
    assert state.history[-1].rates == pytest.approx([5000 / (0.97 * 23.31)] * regions, rel=0.1)
    assert state.history[-1].predicted is None
    save(tmp_path / "state.json", state, SETTINGS)
    assert load(tmp_path / "state.json", SETTINGS) == state


@pytest.mark.parametrize("regions", [2, 8, 16])
def test_one_accept_too_many_in_the_last_region(regions):
    *lines, last = sections(regions, 6)
    name = last.regions[-1]
    after = Integers(last.after.root | {name: last.after[name] + 2})
    (alarm,) = advance(watched(lines), last.model_copy(update={"after": after}), SETTINGS).active
    assert alarm.kind == "prescaler"
    assert alarm.sentence == (
        f"Region {name} accepted {after[name]} of {last.before[name]} events at prescale "
        f"{last.prescale[name] / 100:g}, which its rule cannot do."
    )


def test_regions_that_do_not_add_up():
    *lines, last = sections(8, 6)
    more = last.model_copy(update={"events": last.events + 1})
    (alarm,) = advance(watched(lines), more, SETTINGS).active
    assert alarm.sentence == (
        f"The eight regions hold {last.events} events, but {last.events + 1} entered the trigger."
    )


@pytest.mark.parametrize("regions", [2, 8])
def test_a_share_that_drifts_is_found_that_of_the_first_region_too(regions):
    state = watched(sections(regions, 60, risen=30))
    assert state.raised == {"drift": 1}
    (alarm,) = state.active
    last = region_names(regions)[-1]
    assert alarm.sentence == (
        f"At the same pile-up the share of region A has risen, of {last} has fallen."
    )


def test_another_number_of_regions_within_a_run_is_left_out():
    state = watched(sections(8, 3))
    (four,) = list(sections(4, 4))[3:]
    after = advance(state, four, SETTINGS)
    (alarm,) = after.active
    assert alarm.kind == "feed"
    assert alarm.sentence == "Section 4 of run 1 has 4 regions where 8 were before."
    assert after.followers == state.followers
    assert len(advance(after, next(sections(4, 1, run=2)), SETTINGS).followers) == 4


def test_a_reference_of_other_regions_is_refused():
    state, known = watched(sections(2, 8)), {}
    for name, reference in state.references.items():
        known |= {name: reference} if name != "rate" else {}
    assert advance(MonitorState(), next(sections(2, 1)), SETTINGS, known).sections == 1
    with pytest.raises(ConfigError) as caught:
        advance(MonitorState(), next(sections(4, 1)), SETTINGS, known)
    assert str(caught.value) == (
        "the reference must have the shares B, C, D of the feed, not A, B: "
        "take the state of a run with as many regions"
    )


@pytest.mark.parametrize(
    ("part", "change", "sentence"),
    [
        ("after", {"H": None}, "after.H must be given"),
        ("live", {"I": 0.5}, "live.I must be left out, not 0.5"),
    ],
)
def test_a_region_missing_or_too_many_in_one_part(part, change, sentence):
    record = json.loads(next(sections(8, 1)).to_line())
    for region, value in change.items():
        record[part].pop(region, None)
        record[part] |= {} if value is None else {region: value}
    with pytest.raises(MalformedLineError) as caught:
        read(json.dumps(record), "line 1")
    assert str(caught.value) == f"line 1, {sentence}: see docs/monitor.md"


def test_three_regions_are_no_power_of_two():
    record = json.loads(next(sections(4, 1)).to_line())
    for part in ("live", "before", "after", "prescale"):
        del record[part]["D"]
    with pytest.raises(MalformedLineError) as caught:
        read(json.dumps(record), "line 1")
    assert str(caught.value) == "line 1, live.D must be given: see docs/monitor.md"


def test_the_page_says_that_there_is_no_prediction():
    from datetime import UTC, datetime

    from trigger_ad.monitor.page import View, render

    for regions, told in ((8, True), (4, False)):
        view = View(watched(sections(regions, 3)), SETTINGS, "x", datetime.now(UTC))
        assert (f"{regions} regions, not those of two scores" in render(view)) == told
        view = replace(view, ended="by hand")
        assert render(view)
