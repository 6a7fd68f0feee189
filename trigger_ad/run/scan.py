"""What a scan of event files says: rates of regions and seeds, from counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.grouped import PILEUP_BINS, PILEUP_STEP, GroupedCounts
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.rates import menu_rates
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.scan import PileupRow, ScannedFile, ScannedRegion, ScannedTotal, ScanRecord
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.rates.quoted import Quoted, design_effect, quoted_efficiency, quoted_sum, sum_effect
from trigger_ad.run.counting import Setup, Tally
from trigger_ad.trigger.decide import accepted_count
from trigger_ad.trigger.registers import REGIONS
from trigger_ad.trigger.rule import PrescaleRule
from trigger_ad.trigger.state import State

__all__ = ["scan_record"]


def scan_record(
    setup: Setup, sums: Tally, files: list[ScannedFile], input_hz: InputRate | None
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
    """
    registers, rule = setup.trigger.registers, setup.trigger.rule
    prescale = PrescaleRule.of(registers, rule=rule)
    grouped = sums.counts["regions"]
    if not isinstance(grouped, GroupedCounts):
        raise TypeError("the counter of the regions gives grouped counts")
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
        pileup=_pileup(grouped, prescale, input_hz),
        pileup_unknown=sums.accepts.events - int(grouped.pileup.sum()),
        menu=_menu(setup, sums, input_hz),
        counts={
            name: {**setup.counters[name].key(), **counts.to_json()}
            for name, counts in sums.counts.items()
        },
    )


def _menu(setup: Setup, sums: Tally, input_hz: InputRate | None) -> MenuRatesRecord | None:
    """Rates of the seeds of the menu, if there is one."""
    counts = sums.counts.get("menu")
    if setup.menu is None or not isinstance(counts, PatternCounts):
        return None
    rates = menu_rates(counts, setup.menu, input_hz)
    return MenuRatesRecord.from_json(rates.to_json(), f"the rates of menu {setup.menu.name}")


def _regions(
    setup: Setup,
    sums: Tally,
    grouped: GroupedCounts,
    prescale: PrescaleRule,
    input_hz: InputRate | None,
) -> dict[str, ScannedRegion]:
    """Rates of the regions before and after prescale."""
    total = grouped.groups.sum(axis=1)
    accepts = _accepts(setup, sums)
    live_hz = input_hz.accepted if input_hz else None
    regions = {}
    for code, region in enumerate(REGIONS):
        passing = grouped.groups[:, code]
        before = quoted_efficiency(
            int(passing.sum()), int(total.sum()), design_effect(passing, total)
        )
        regions[region] = ScannedRegion(
            fires=int(passing.sum()),
            prescale=prescale.realised[region],
            accepts=accepts[code],
            before=before.record(input_hz),
            after=_accepted(grouped, _kept(prescale, only=code)).record(live_hz),
        )
    return regions


def _total(
    setup: Setup,
    sums: Tally,
    grouped: GroupedCounts,
    prescale: PrescaleRule,
    input_hz: InputRate | None,
) -> ScannedTotal:
    """Sum of the regions after prescale."""
    after = _accepted(grouped, _kept(prescale))
    live_hz = input_hz.accepted if input_hz else None
    return ScannedTotal(accepts=sum(_accepts(setup, sums)), after=after.record(live_hz))


def _accepted(grouped: GroupedCounts, kept: NDArray[np.float64]) -> Quoted:
    """Fraction of all events that is accepted."""
    return quoted_sum(grouped.groups.sum(axis=0), kept, sum_effect(grouped.groups, kept))


def _kept(prescale: PrescaleRule, only: int | None = None) -> NDArray[np.float64]:
    """Part of the fires that is accepted, of all regions or of one."""
    kept = [1 / ps if ps else 0.0 for ps in (prescale.realised[region] for region in REGIONS)]
    return np.array([part if only in (None, code) else 0.0 for code, part in enumerate(kept)])


def _accepts(setup: Setup, sums: Tally) -> list[int]:
    """Events that the emulated prescalers accept, as if all had come in the order of the files."""
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
    grouped: GroupedCounts, prescale: PrescaleRule, input_hz: InputRate | None
) -> tuple[PileupRow, ...] | None:
    """Rates against pile-up, in the bins that have events, with the design effects of all events.

    A rate in Hz is what the whole input rate would give at that pile-up.
    """
    if not grouped.pileup.any():
        return None
    total = grouped.groups.sum(axis=1)
    effects = [design_effect(column, total) for column in grouped.groups.T]
    kept, rows = _kept(prescale), []
    effect = sum_effect(grouped.groups, kept)
    live_hz = input_hz.accepted if input_hz else None
    for index in np.flatnonzero(grouped.pileup.any(axis=1)).tolist():
        counts = grouped.pileup[index]
        events = int(counts.sum())
        regions = {
            region: quoted_efficiency(int(counts[code]), events, effects[code]).record(input_hz)
            for code, region in enumerate(REGIONS)
        }
        rows.append(
            PileupRow(
                low=index * PILEUP_STEP,
                high=(index + 1) * PILEUP_STEP if index < PILEUP_BINS - 1 else None,
                events=events,
                before=regions,
                after_total=quoted_sum(counts, kept, effect).record(live_hz),
            )
        )
    return tuple(rows)
