"""A finished run in five lines, for those who only see the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.ledger.rows import ResourceRow
from trigger_ad.pages.format import fixed, interval, percent, rated
from trigger_ad.rates.record import RatesRecord, RegionRow, TotalRow
from trigger_ad.report.caveats import said_on_top
from trigger_ad.report.numbers.load import records
from trigger_ad.validate.record import RungEquality

__all__ = ["summary"]


def summary(folder: Path) -> tuple[str, str, str, str, str]:
    """Closure, equality, resources, rates and warnings of a run.

    Parameters
    ----------
    folder : Path
        A run folder that is up to date.

    Raises
    ------
    RunFolderError, SchemaError
        If a record is missing, unreadable or of another version.
    """
    run = records(folder)
    warnings = said_on_top(run)
    return (
        f"closure    {_closure(run.closure, run.rates.working_point.sm_efficiency)}",
        f"equality   {_equality(run.validation.bit_exact)}",
        f"resources  {_resources(run.resources)}",
        f"rates      {_rates(run.rates)}",
        f"warnings   {len(warnings)}, on top of the report" if warnings else "warnings   none",
    )


def _closure(closure: ClosureRecord, efficiency: float) -> str:
    rows = list(closure.of("firmware"))
    if not rows:
        return "not measured"
    row = min(rows, key=lambda row: abs(row.sm_efficiency - efficiency))
    times = row.corrected
    with_kappa = (
        ""
        if times is None
        else f"; with kappa {fixed(times.ratio)}, 95 % in {interval(times.interval95)}"
    )
    return (
        f"predicted over observed {fixed(row.ratio)}, 95 % in {interval(row.interval95)}, "
        f"at {percent(row.sm_efficiency)} SM efficiency{with_kappa}"
    )


def _equality(rungs: Mapping[str, RungEquality]) -> str:
    wrong = [name for name, row in rungs.items() if row.wrong]
    if wrong:
        return f"{', '.join(wrong)} must not differ, and does"
    events = min(row.events for row in rungs.values())
    claimed = all(row.claimed for row in rungs.values())
    why = "" if claimed else ", too few for a claim"
    return f"{', '.join(rungs)}: 0 events of {events:,} differ{why}"


def _resources(rows: Sequence[ResourceRow]) -> str:
    """Of the row closest to silicon, which is the last one with figures."""
    known = [row for row in rows if row.lut is not None]
    if not known:
        return "not known"
    row = known[-1]
    latency = "" if row.latency_cycles is None else f", {row.latency_cycles} cycles"
    return f"{row.lut:,} LUT, {row.dsp} DSP{latency} ({row.stage}, {row.clock})"


def _rates(rates: RatesRecord) -> str:
    rows: dict[str, RegionRow | TotalRow] = {**rates.regions, "all": rates.total}
    return ", ".join(
        f"{name} {percent(row.accepted_fraction) if row.hz is None else rated(row)}"
        for name, row in rows.items()
    )
