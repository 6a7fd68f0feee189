"""What looks wrong in a section, each as one sentence; the empty string where nothing does."""

from __future__ import annotations

import math
from collections.abc import Mapping

from trigger_ad.monitor.background import Background
from trigger_ad.monitor.counts import Counts
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.trigger.registers import COUNTER_MAXIMUM

__all__ = ["charts_found", "dead_input", "live_changed", "order_fault", "unusable"]


_WORDS = {2: "two", 4: "four", 8: "eight", 16: "sixteen"}


def order_fault(state: MonitorState, counts: Counts) -> str:
    """Whether a section is not the one that follows."""
    here = f"Section {counts.section} of run {counts.run}"
    if counts.run > state.run:
        return ""
    if (counts.run, counts.section) == (state.run, state.section):
        return f"{here} was given twice."
    if len(counts.regions) != len(state.followers):
        return f"{here} has {len(counts.regions)} regions where {len(state.followers)} were before."
    if (counts.run, counts.section) < (state.run, state.section):
        return f"{here} came after section {state.section} of run {state.run}."
    if counts.section > state.section + 1:
        return f"{here} came after section {state.section}: those between are missing."
    return ""


def unusable(counts: Counts) -> str:
    """Whether counters stand at their end or contradict each other."""
    for name in ("before", "after"):
        for region, value in zip(counts.regions, getattr(counts, name).values, strict=True):
            if value == COUNTER_MAXIMUM:
                return (
                    f"The counter of region {region} {name} prescale stands at its end, 2^32 - 1."
                )
    for region, fires, accepts in zip(
        counts.regions, counts.before.values, counts.after.values, strict=True
    ):
        if accepts > fires:
            return f"Region {region} accepted {accepts} events of {fires}."
    total = sum(counts.before.values)
    if total != counts.events:
        number = _WORDS[len(counts.regions)]
        return f"The {number} regions hold {total} events, but {counts.events} entered the trigger."
    return ""


def dead_input(state: MonitorState, counts: Counts, settings: Settings) -> str:
    """Whether events, or those of one region, have stopped to come."""
    if counts.live_seconds == 0:
        return ""
    if counts.events == 0:
        return "No event entered the trigger."
    rate = state.references["rate"]
    if rate.learned >= settings.learn:
        expected = math.exp(rate.predict(counts.pileup)[0]) * counts.live_seconds
        if counts.events < settings.dead * expected:
            return f"{counts.events} events entered the trigger where {expected:.0f} were expected."
    for name, events in zip(counts.regions, counts.before.values, strict=True):
        if name not in state.references:
            continue
        share = state.references[name]
        if events == 0 and share.learned >= settings.learn:
            expected = math.exp(share.predict(counts.pileup)[0]) * counts.events
            if expected >= settings.minimum:
                return f"Region {name} is empty where {expected:.0f} events were expected."
    return ""


def live_changed(state: MonitorState, counts: Counts, settings: Settings) -> tuple[str, bool]:
    """Whether the declared live time has changed, and whether the section can be used."""
    live = counts.live.values
    if max(live) == 0:
        return "The trigger was never live.", False
    if min(live) != max(live):
        told = ", ".join(f"{r} {value:.4g}" for r, value in zip(counts.regions, live, strict=True))
        return f"The live fractions of the regions differ: {told}.", False
    if state.live is not None and abs(live[0] - state.live) > settings.live_tolerance:
        return f"The live fraction is {live[0]:.3f} where it was {state.live:.3f}.", True
    return "", True


def charts_found(
    state: MonitorState, seen: Mapping[str, str], region: Background | None
) -> dict[str, str]:
    """What the charts say, by kind of alarm."""
    found: dict[str, str] = {}
    raised = {name: chart.raised for name, chart in state.charts.items()}
    if raised["rate"] and "live" not in seen:
        found["live"] = (
            f"The rate of all events for each live second has {_moved(raised['rate'])}: dead time "
            "that was not declared, or other beams."
        )
    shares = [name for name in state.references if name != "rate" and raised[name]]
    moved = [f"{name} has {_moved(raised[name])}" for name in shares]
    if moved:
        found["drift"] = f"At the same pile-up the share of region {', of '.join(moved)}."
    if raised["A"] and "A" not in state.references:
        kind, what = ("signal", "more") if raised["A"] > 0 else ("deficit", "fewer")
        found[kind] = f"Region A has {what} events than predicted{_told(state, region)}."
    return found


def _told(state: MonitorState, region: Background | None) -> str:
    if region is None or state.window.ratio is None:
        return ""
    ratio, error = state.window.ratio
    return (
        f": {region.observed} against {region.predicted:.0f} ± {region.error:.0f} in this section, "
        f"{ratio:.3f} ± {error:.3f} of the prediction in the window"
    )


def _moved(direction: int) -> str:
    return "risen" if direction > 0 else "fallen"
