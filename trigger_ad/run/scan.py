"""What a scan of event files says: rates of regions and seeds, from counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.grouped import PILEUP_BINS, PILEUP_STEP, GroupedCounts
from trigger_ad.events.strata import Strata
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.rates import menu_rates
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.scan import PileupRow, ScannedFile, ScannedRegion, ScannedTotal, ScanRecord
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.rates.quoted import Quoted, design_effect, quoted_efficiency, quoted_sum, sum_effect
from trigger_ad.rates.quoted_counts import quoted_counts
from trigger_ad.rates.record import RatesRecord, StratumRow, stratum_rows
from trigger_ad.rates.stratified import StratifiedCounts, quoted_fractions
from trigger_ad.run.counting import Setup, Tally
from trigger_ad.statistics.moments import Moments
from trigger_ad.trigger.decide import accepted_count
from trigger_ad.trigger.registers import REGIONS
from trigger_ad.trigger.rule import PrescaleRule
from trigger_ad.trigger.state import State

__all__ = ["scan_record"]


@dataclass(frozen=True)
class Grouped:
    """Counts of the regions by stratum.

    Parameters
    ----------
    groups : ndarray (strata, n_groups, 4) of int64
    pileup : ndarray (strata, bins, 4) of int64
    """

    groups: NDArray[np.int64]
    pileup: NDArray[np.int64]


def _grouped(counts: object) -> Grouped:
    parts = tuple(counts.parts.values()) if isinstance(counts, StratifiedCounts) else (counts,)
    if not all(isinstance(part, GroupedCounts) for part in parts):
        raise TypeError("the counter of the regions gives grouped counts")
    groups, pileup = (np.stack([getattr(p, key) for p in parts]) for key in ("groups", "pileup"))
    return Grouped(groups, pileup)


def scan_record(
    setup: Setup,
    sums: Tally,
    files: list[ScannedFile],
    input_hz: InputRate | None,
    chosen: RatesRecord,
) -> ScanRecord:
    """Record of a scan.

    Parameters
    ----------
    setup : Setup
    sums : Tally
        Counts of all pieces.
    files : list of ScannedFile
    input_hz : InputRate or None
        Without it no rate is given in Hz.
    chosen : RatesRecord
        Of the run: how thresholds were chosen, and what predicts region A.
    """
    registers, rule = setup.trigger.registers, setup.trigger.rule
    prescale = PrescaleRule.of(registers, rule=rule)
    grouped = _grouped(sums.counts["regions"])
    return ScanRecord(
        model=setup.model,
        files=tuple(files),
        split=setup.split or None,
        events=sums.accepts.events,
        registers=registers,
        rule=prescale,
        normalisation=input_hz.source if input_hz else "none: rates in Hz are not given",
        input_rate_hz=input_hz.hz if input_hz else None,
        live_fraction=input_hz.live if input_hz else None,
        regions=_regions(setup, sums, grouped, prescale, input_hz),
        total=_total(setup, sums, grouped, prescale, input_hz),
        strata=_strata(setup, grouped),
        pileup=_pileup(setup, grouped, prescale, input_hz),
        pileup_unknown=sums.accepts.events - int(grouped.pileup.sum()),
        menu=_menu(setup, sums, input_hz),
        counts={
            name: {**setup.counters[name].key(), **counts.to_json()}
            for name, counts in sums.counts.items()
        },
        score2_efficiency=chosen.working_point.score2_efficiency,
        yields=chosen.yields,
    )


def _menu(setup: Setup, sums: Tally, input_hz: InputRate | None) -> MenuRatesRecord | None:
    """Rates of the seeds of the menu, if there is one."""
    counts = sums.counts.get("menu")
    if setup.menu is None or not isinstance(counts, PatternCounts):
        return None
    rates = menu_rates(counts, setup.menu, input_hz, strata=setup.strata)
    return MenuRatesRecord.from_json(rates.to_json(), f"the rates of menu {setup.menu.name}")


def _regions(
    setup: Setup, sums: Tally, grouped: Grouped, prescale: PrescaleRule, input_hz: InputRate | None
) -> dict[str, ScannedRegion]:
    """Rates of the regions before and after prescale."""
    accepts = _accepts(setup, sums)
    live_hz = input_hz.accepted if input_hz else None
    regions = {}
    for code, region in enumerate(REGIONS):
        regions[region] = ScannedRegion(
            fires=int(grouped.groups[..., code].sum()),
            prescale=prescale.realised[region],
            accepts=None if accepts is None else accepts[code],
            before=_before(setup, grouped, code).record(input_hz),
            after=_after(setup, grouped, _kept(prescale, only=code)).record(live_hz),
        )
    return regions


def _total(
    setup: Setup, sums: Tally, grouped: Grouped, prescale: PrescaleRule, input_hz: InputRate | None
) -> ScannedTotal:
    """Sum of the regions after prescale."""
    after = _after(setup, grouped, _kept(prescale))
    live_hz = input_hz.accepted if input_hz else None
    accepts = _accepts(setup, sums)
    total = None if accepts is None else sum(accepts)
    return ScannedTotal(accepts=total, after=after.record(live_hz))


def _strata(setup: Setup, grouped: Grouped) -> tuple[StratumRow, ...] | None:
    """Strata with their events, where there are several."""
    if len(setup.strata.names) == 1:
        return None
    events = grouped.groups.sum(axis=(1, 2)).tolist()
    return stratum_rows(setup.strata, events)


def _before(setup: Setup, grouped: Grouped, code: int) -> Quoted:
    """A region as a fraction of all events."""
    if len(setup.strata.names) > 1:
        return quoted_fractions(grouped.groups, np.eye(len(REGIONS))[:, [code]], setup.strata)[0]
    (groups,) = grouped.groups
    passing, total = groups[:, code], groups.sum(axis=1)
    effect = design_effect(passing, total)
    return quoted_efficiency(int(passing.sum()), int(total.sum()), effect)


def _after(setup: Setup, grouped: Grouped, kept: NDArray[np.float64]) -> Quoted:
    """Fraction of all events that is accepted."""
    if len(setup.strata.names) > 1:
        return quoted_fractions(grouped.groups, kept[:, None], setup.strata)[0]
    (groups,) = grouped.groups
    return quoted_sum(groups.sum(axis=0), kept, sum_effect(groups, kept))


def _kept(prescale: PrescaleRule, only: int | None = None) -> NDArray[np.float64]:
    """Part of the fires that is accepted, of all regions or of one."""
    kept = [1 / ps if ps else 0.0 for ps in (prescale.realised[region] for region in REGIONS)]
    return np.array([part if only in (None, code) else 0.0 for code, part in enumerate(kept)])


def _accepts(setup: Setup, sums: Tally) -> list[int] | None:
    """Events that the emulated prescalers accept, as if all had come in the order of the files.

    None for events of several strata, which come in no order that a prescaler could see.
    """
    if len(setup.strata.names) > 1:
        return None
    registers = setup.trigger.registers
    if not setup.trigger.rule.counts:
        return [int(count) for count in sums.accepts.after]
    counter = State.start(registers).counter
    return [
        accepted_count(int(fires), counter[code], registers.prescale[code])[0] if active else 0
        for code, (fires, active) in enumerate(
            zip(sums.accepts.before, registers.active, strict=True)
        )
    ]


def _pileup(
    setup: Setup, grouped: Grouped, prescale: PrescaleRule, input_hz: InputRate | None
) -> tuple[PileupRow, ...] | None:
    """Rates against pile-up, in the bins that have events, with the design effects of all events.

    A rate in Hz is what the whole input rate would give at that pile-up.
    """
    if not grouped.pileup.any():
        return None
    kept, live_hz, rows = _kept(prescale), input_hz.accepted if input_hz else None, []
    quoted = (
        _bins(grouped, kept)
        if len(setup.strata.names) == 1
        else _in_strata(grouped, kept, setup.strata)
    )
    for index in np.flatnonzero(grouped.pileup.any(axis=(0, 2))).tolist():
        *regions, total = quoted(index)
        rows.append(
            PileupRow(
                low=index * PILEUP_STEP,
                high=(index + 1) * PILEUP_STEP if index < PILEUP_BINS - 1 else None,
                events=int(grouped.pileup[:, index].sum()),
                before={
                    region: figure.record(input_hz)
                    for region, figure in zip(REGIONS, regions, strict=True)
                },
                after_total=total.record(live_hz),
            )
        )
    return tuple(rows)


#: The regions in a bin of pile-up, and all after prescale.
Bins = Callable[[int], list[Quoted]]


def _bins(grouped: Grouped, kept: NDArray[np.float64]) -> Bins:
    """Of events that were drawn alike."""
    (groups,), (pileup,) = grouped.groups, grouped.pileup
    total = groups.sum(axis=1)
    effects, effect = (
        [design_effect(column, total) for column in groups.T],
        sum_effect(groups, kept),
    )

    def quoted(index: int) -> list[Quoted]:
        counts = pileup[index]
        events = int(counts.sum())
        regions = zip(counts.tolist(), effects, strict=True)
        found = [quoted_efficiency(number, events, one) for number, one in regions]
        return [*found, quoted_sum(counts, kept, effect)]

    return quoted


def _in_strata(grouped: Grouped, kept: NDArray[np.float64], strata: Strata) -> Bins:
    """Of events of strata; how probable each is in a bin is estimated from its events there."""
    weights = np.column_stack([np.eye(len(REGIONS)), kept])
    design = Moments.of(weights, grouped.groups).effects()
    drawn = grouped.groups.sum(axis=(1, 2))

    def quoted(index: int) -> list[Quoted]:
        counts = grouped.pileup[:, index]
        return quoted_counts(counts, counts.sum(axis=1), drawn, design, strata, weights)

    return quoted
