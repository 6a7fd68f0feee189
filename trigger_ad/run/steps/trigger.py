"""Working point, prescaled decisions, rates, and the golden vectors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.abcd.combined_kappa import CombinedKappa, corrected
from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.abcd.estimate import cluster_counts, estimate, estimate_drawn
from trigger_ad.abcd.grouped import by_group
from trigger_ad.abcd.plane import edges
from trigger_ad.abcd.working_point import WorkingPoint, working_point
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import NormalisationError
from trigger_ad.events.origin import Origin
from trigger_ad.menu.figures import fraction
from trigger_ad.menu.untaken import signal_seed, untaken_by
from trigger_ad.rates.normalisation import RegionRates, input_rate, region_rates, wanted_input_rate
from trigger_ad.rates.record import (
    MeasuredClosure,
    NormalisationRecord,
    PlaneEdges,
    PureRate,
    RatesRecord,
    Realised,
    RegionRow,
    TotalRow,
    WorkingPointRecord,
    stratum_rows,
)
from trigger_ad.rates.stratified import region_rates_in_strata
from trigger_ad.run.folder.bandwidth import within_bandwidth
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.kappa import kappa_of_run
from trigger_ad.run.folder.menu import menu_inside
from trigger_ad.run.folder.registers import planned
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST, THRESHOLD
from trigger_ad.statistics.strata import Stratified, mean
from trigger_ad.storage import arrays as files
from trigger_ad.trigger.registers import REGIONS, Registers
from trigger_ad.trigger.rule import PrescaleRule

__all__ = ["GOLDEN_SCHEMA", "run"]

GOLDEN_SCHEMA = "golden/1"


def run(context: Context) -> None:
    """Write ``golden.npz`` and ``rates.json``."""
    config = context.config
    data = Dataset(context.folder, config.features)
    scores = ScoreTable(context.run.scores)
    prescaled = planned(config.trigger)
    point, pure = _chosen(config.trigger, prescaled, data, scores)
    registers = replace(prescaled, thresholds=(int(point.threshold1), int(point.threshold2)))
    pair = scores.pair("firmware", THRESHOLD)
    registers, bandwidth = within_bandwidth(config.trigger, registers, data, pair)
    trigger = TriggerEmulator(load_hardware(context.folder, config), registers)
    first, second = scores.pair("firmware", TEST)
    decision, _ = trigger.decide({"score1": first, "score2": second}, trigger.start())
    counts = RegionCounts.of(decision.region, decision.accept)
    rule = PrescaleRule.of(registers, rule=trigger.rule)
    rates = _rates(decision.region, rule, data, config.trigger.rate)
    drawn = data.drawn_pair()
    record = RatesRecord(
        registers=registers,
        rule=rule,
        working_point=_working_point(config.trigger, point, pure, scores, drawn),
        regions=_regions(counts, rates, rule, drawn is None),
        total=_total(counts, rates, drawn is None),
        normalisation=_normalisation(rates, data.origin(BACKGROUND), config.trigger.rate),
        abcd=_abcd(decision.region, data, kappa_of_run(scores, data, "firmware", point)),
        signals=_signals(point, scores, data),
        plane=_plane(registers, scores, None if drawn is None else drawn[0]),
        strata=None if drawn is None else stratum_rows(data.strata, drawn[1].events.tolist()),
        bandwidth=bandwidth,
        yields=config.trigger.yields,
    )
    record.write(context.out(NAMES.rates))
    _write_golden(context, data, trigger)


def _chosen(
    settings: configuration.Trigger, prescaled: Registers, data: Dataset, scores: ScoreTable
) -> tuple[WorkingPoint, PureRate | None]:
    """Thresholds, from the threshold split; and what the pure rate is, if one is wanted."""
    pair, inside = scores.pair("firmware", THRESHOLD), settings.menu
    own, held = data.drawn("threshold"), settings.score2_efficiency
    if inside is None or inside.pure_rate_hz is None:
        return working_point(*pair, settings.sm_efficiency, drawn=own, score2_efficiency=held), None
    menu = menu_inside(settings, prescaled)
    seed, source = signal_seed(menu), input_rate(data.origin(BACKGROUND), settings.rate)
    accepts = 100 / seed.hundredths
    free = untaken_by(menu, data.words(BACKGROUND, "threshold"), data.layout)
    point = working_point(*pair, inside.pure_rate_hz / source.hz / accepts, free, own, held)
    region = point.regions(*scores.pair("firmware", TEST))
    left = untaken_by(menu, data.words(BACKGROUND, "test"), data.layout) * accepts
    alone = np.where(region == 0, left, 0.0)
    test = fraction(alone, data.identity(BACKGROUND, "test"), data.drawn("test"), accepts)
    return point, PureRate(
        menu=menu.name,
        seed=seed.name,
        wanted_hz=inside.pure_rate_hz,
        threshold_hz=point.efficiency * accepts * source.hz,
        test=test.record,
        test_hz=test.scaled(source.hz).record,
    )


def _rates(
    region: NDArray[np.uint8],
    rule: PrescaleRule,
    data: Dataset,
    wanted: configuration.Normalisation,
) -> RegionRates:
    """Rates of the test split."""
    clusters, origin = data.identity(BACKGROUND, "test"), data.origin(BACKGROUND)
    if len(data.strata.names) == 1:
        return region_rates(cluster_counts(region, clusters), rule, origin, wanted)
    groups = by_group(region, clusters, data.stratum(BACKGROUND, "test"), data.strata)
    return region_rates_in_strata(groups, rule, data.strata, wanted_input_rate(origin, wanted))


def _plane(registers: Registers, scores: ScoreTable, drawn: Stratified | None) -> PlaneEdges:
    """Thresholds at which a scan of rates counts."""
    pair = zip(scores.pair("firmware", THRESHOLD), registers.pair, strict=True)
    first, second = (edges(values, threshold, drawn) for values, threshold in pair)
    return PlaneEdges(edges1=first, edges2=second)


def _working_point(
    settings: configuration.Trigger,
    point: WorkingPoint,
    pure: PureRate | None,
    scores: ScoreTable,
    drawn: tuple[Stratified, Stratified] | None,
) -> WorkingPointRecord:
    realised, test = (
        mean(point.regions(*scores.pair("firmware", sample)) == 0, own)
        for sample, own in zip((THRESHOLD, TEST), drawn or (None, None), strict=True)
    )
    return WorkingPointRecord(
        sm_efficiency=point.wanted if pure is None else realised,
        pure=pure,
        thresholds={"score1": int(point.threshold1), "score2": int(point.threshold2)},
        lsb={name: scores.lsb("firmware", name) for name in ("score1", "score2")},
        realised=Realised(threshold=realised, test=test),
        score2_efficiency=settings.score2_efficiency,
    )


def _regions(
    counts: RegionCounts, rates: RegionRates, rule: PrescaleRule, in_order: bool
) -> dict[str, RegionRow]:
    return {
        region: RegionRow(
            fires=int(counts.before[code]),
            efficiency=rates.before[region].value,
            efficiency_interval=(rates.before[region].low, rates.before[region].high),
            prescale=rule.realised[region],
            accepts=int(counts.after[code]) if in_order else None,
            accepted_fraction=rates.after[region].value,
            effective_events=rates.effective[region],
            upper_limit=rates.limits.get(region),
            hz=_hz(rates, region),
            hz_upper_limit=_hz_limit(rates, region),
        )
        for code, region in enumerate(REGIONS)
    }


def _total(counts: RegionCounts, rates: RegionRates, in_order: bool) -> TotalRow:
    total = rates.after["total"]
    return TotalRow(
        accepted_fraction=total.value,
        accepted_fraction_interval=(total.low, total.high),
        emulated_fraction=float(counts.after.sum() / counts.events) if in_order else None,
        effective_events=rates.effective["total"],
        upper_limit=rates.limits.get("total"),
        hz=_hz(rates, "total"),
        hz_upper_limit=_hz_limit(rates, "total"),
        paper_4_epsilon=4 * rates.before["A"].value,
    )


def _normalisation(
    rates: RegionRates, origin: Origin, settings: configuration.Normalisation
) -> NormalisationRecord:
    """What rates in Hz are normalised by, or why there are none."""
    refused = None
    try:
        input_rate(origin, settings)
    except NormalisationError as error:
        refused = str(error)
    printed = rates.input.source if rates.input else "none: efficiencies only"
    return NormalisationRecord(kind=origin.kind, hz_refused=refused, printed=printed)


def _hz(rates: RegionRates, name: str) -> float | None:
    """Rate after prescale; None where only its limit is quoted."""
    if rates.input is None or rates.limits.get(name) is not None:
        return None
    return rates.after[name].value * rates.input.hz


def _hz_limit(rates: RegionRates, name: str) -> float | None:
    limit = rates.limits.get(name)
    return None if rates.input is None or limit is None else limit * rates.input.hz


def _abcd(region: NDArray[np.uint8], data: Dataset, kappa: CombinedKappa | None) -> MeasuredClosure:
    drawn = data.drawn("test")
    if drawn is None:
        by_cluster = cluster_counts(region, data.identity(BACKGROUND, "test"))
        values = estimate(by_cluster.sum(axis=0), by_cluster)
    else:
        values = estimate_drawn(region, drawn)
    return MeasuredClosure(
        observed=values.observed,
        predicted=values.predicted,
        error=values.predicted_error,
        ratio=values.ratio,
        ratio_error=values.ratio_error,
        interval95=(values.low, values.high),
        effective_events=values.effective,
        corrected=None if kappa is None else corrected(values, kappa),
    )


def _signals(point: WorkingPoint, scores: ScoreTable, data: Dataset) -> dict[str, dict[str, float]]:
    """Efficiency of each region for each signal."""
    table = {}
    for signal in data.signals:
        counts = np.bincount(point.regions(*scores.pair("firmware", signal)), minlength=4)
        table[signal] = dict(zip(REGIONS, (counts / counts.sum()).tolist(), strict=True))
    return table


def _write_golden(context: Context, data: Dataset, trigger: TriggerEmulator) -> None:
    """Write words and everything the trigger makes of them, from the start of a run.

    Nine parts of test background and one of signals, in turn, so that every region fires.
    """
    events = context.config.validate_.golden_events
    share = events // (10 * len(data.signals)) if data.signals else 0
    parts = [data.words(signal)[:share] for signal in data.signals]
    background = data.words(BACKGROUND, "test")
    parts.append(background[: events - sum(len(part) for part in parts)])
    words = np.concatenate(parts)
    words = words[np.random.default_rng(context.config.seed).permutation(len(words))]
    scores = trigger.scores_of_words(words)
    decision, state = trigger.decide(scores, trigger.start())
    header = {
        "layout": data.layout.hash,
        "registers": trigger.registers.to_json(),
        "rule": PrescaleRule.of(trigger.registers, rule=trigger.rule).to_json(),
        "lsb": {name: kind.lsb for name, kind in trigger.hardware.scores.items()},
        "counters_after": {"before": state.before, "after": state.after},
    }
    arrays: dict[str, NDArray[Any]] = {
        "words": words,
        "region": decision.region,
        "accept": decision.accept,
        **scores,
    }
    files.save(context.out(NAMES.golden), GOLDEN_SCHEMA, header, arrays)
