"""One step of the monitor: state and counters in, state out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from trigger_ad.errors import ConfigError
from trigger_ad.monitor.alarms import update
from trigger_ad.monitor.background import Background, background
from trigger_ad.monitor.checks import charts_found, dead_input, live_changed, order_fault, unusable
from trigger_ad.monitor.counts import Counts
from trigger_ad.monitor.cusum import Chart
from trigger_ad.monitor.expected import Reference
from trigger_ad.monitor.settings import Settings, references
from trigger_ad.monitor.state import HISTORY, LOG, MonitorState, Point, begin
from trigger_ad.trigger.registers import HUNDREDTHS

__all__ = ["advance", "complain"]


def advance(
    state: MonitorState,
    counts: Counts,
    settings: Settings,
    known: Mapping[str, Reference] | None = None,
) -> MonitorState:
    """Take one luminosity section.

    Parameters
    ----------
    state : MonitorState
    counts : Counts
    settings : Settings
    known : mapping of str to Reference, optional
        References of shares from an earlier run, from which every new run starts.

    Returns
    -------
    MonitorState
        A section out of order or repeated, or with unusable counters, only changes alarms.

    Raises
    ------
    ConfigError
        If kappa is not above 0 at this pile-up, or `known` is of other regions.
    """
    seen: dict[str, str] = {}
    fault = order_fault(state, counts)
    other = counts.run == state.run and len(counts.regions) != len(state.followers)
    if fault and (other or (counts.run, counts.section) <= (state.run, state.section)):
        return complain(state, fault)
    if fault:
        seen["feed"] = fault
        state = replace(state, followers=tuple(f.lost() for f in state.followers))
    if counts.run != state.run:
        state = _new_run(state, counts, known or {})
    state = replace(state, section=counts.section)
    if reason := unusable(counts):
        seen["counters"] = reason
        state = replace(
            state, skipped=state.skipped + 1, followers=tuple(f.lost() for f in state.followers)
        )
        return _alarms(state, seen)
    return _take(state, counts, settings, seen)


def complain(state: MonitorState, sentence: str) -> MonitorState:
    """State after a line that could not be used."""
    return _alarms(replace(state, skipped=state.skipped + 1), {"feed": sentence})


def _take(
    state: MonitorState, counts: Counts, settings: Settings, seen: dict[str, str]
) -> MonitorState:
    """State after a section whose counters can be used."""
    state = replace(state, sections=state.sections + 1)
    state = _prescalers(state, counts, settings, seen)
    region = None
    if reason := dead_input(state, counts, settings):
        seen["dead"] = reason
    else:
        reason, usable = live_changed(state, counts, settings)
        if reason:
            seen["live"] = reason
        if usable:
            region = background(counts, settings.kappa, settings.minimum)
            state = _live(_charts(state, counts, region, settings), counts, settings)
        seen |= charts_found(state, seen, region)
    return _alarms(_remember(state, counts, region), seen)


def _new_run(state: MonitorState, counts: Counts, known: Mapping[str, Reference]) -> MonitorState:
    """Charts and references start anew; the log goes on."""
    fresh = begin(len(counts.regions), counts.run, state)
    if known and {*known, "rate"} != {*fresh.references}:
        raise ConfigError(
            "the reference",
            f"must have the shares {', '.join(references(len(counts.regions))[:-1])} of the feed",
            ", ".join(known),
            "take the state of a run with as many regions",
        )
    return replace(fresh, references=fresh.references | dict(known))


def _prescalers(
    state: MonitorState, counts: Counts, settings: Settings, seen: dict[str, str]
) -> MonitorState:
    followers = []
    for region, follower, fires, accepts, prescale in zip(
        counts.regions,
        state.followers,
        counts.before.values,
        counts.after.values,
        counts.prescale.values,
        strict=True,
    ):
        after, allowed = follower.follow(fires, accepts, prescale, settings.rule)
        followers.append(after)
        if not allowed and "prescaler" not in seen:
            seen["prescaler"] = (
                f"Region {region} accepted {accepts} of {fires} events at prescale "
                f"{prescale / HUNDREDTHS:g}, which its rule cannot do."
            )
    return replace(state, followers=tuple(followers))


def _charts(
    state: MonitorState, counts: Counts, region: Background | None, settings: Settings
) -> MonitorState:
    charts, learned = dict(state.charts), dict(state.references)
    heights = settings.heights(len(charts))
    if region is not None:
        band = settings.band(region.kappa_spread) / region.spread
        charts["A"] = charts["A"].add(region.pull, band, heights)
    for name, (value, variance) in _logarithms(counts).items():
        reference, chart = learned[name], charts[name]
        if reference.learned >= settings.learn:
            scale = math.sqrt(variance + reference.predict(counts.pileup)[1])
            pull = reference.pull(value, variance, counts.pileup)
            charts[name] = chart.add(pull, settings.tolerance / scale, heights)
        if abs(charts[name].level) < 0.5:  # what moves must not become the reference
            learned[name] = reference.learn(value, variance, counts.pileup)
    window = state.window if region is None else state.window.add(region, settings.window)
    return replace(state, charts=charts, references=learned, window=window)


def _logarithms(counts: Counts) -> dict[str, tuple[float, float]]:
    """Logarithm and its variance, of shares (binomial) and rate (Poisson)."""
    total = counts.events
    found = {"rate": (math.log(total / counts.live_seconds), 1 / total)}
    shares = references(len(counts.regions))
    for name, events in zip(counts.regions, counts.before.values, strict=True):
        if name in shares and 0 < events < total:
            found[name] = (math.log(events / total), 1 / events - 1 / total)
    return found


def _live(state: MonitorState, counts: Counts, settings: Settings) -> MonitorState:
    """Running mean of the live fraction, which follows slow changes through a fill."""
    live, before = counts.live["A"], state.live
    mean = live if before is None else before + (live - before) / settings.window
    return replace(state, live=mean)


def _remember(state: MonitorState, counts: Counts, region: Background | None) -> MonitorState:
    seconds = counts.live_seconds
    rates = (n / seconds if seconds else 0.0 for n in counts.before.values)
    point = Point(
        counts.section,
        counts.pileup,
        counts.live["A"],
        tuple(rates),
        tuple(_shown(chart) for chart in state.charts.values()),
        counts.before["A"],
    )
    if region is not None:
        point = replace(point, predicted=region.predicted, error=region.error, pull=region.pull)
    return replace(state, history=(*state.history[1 - HISTORY :], point))


def _shown(chart: Chart) -> float:
    return round(chart.level, 4)


def _alarms(state: MonitorState, seen: Mapping[str, str]) -> MonitorState:
    active = update(state.active, seen, state.run, state.section)
    before = {alarm.kind for alarm in state.active}
    new = tuple(alarm for alarm in active if alarm.kind not in before)
    raised = dict(state.raised)
    for alarm in new:
        raised[alarm.kind] = raised.get(alarm.kind, 0) + 1
    return replace(state, active=active, log=(*state.log, *new)[-LOG:], raised=raised)
