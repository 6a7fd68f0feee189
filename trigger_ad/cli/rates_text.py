"""What ``trigger-ad rates`` prints: the regions, or all seeds of a menu with one total."""

from __future__ import annotations

from collections.abc import Sequence

from trigger_ad.abcd.estimate import Estimate
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.corrected import Corrected
from trigger_ad.rates.figure import figure_text, interval_text, unit_of

__all__ = ["aligned", "estimate_lines", "lines_of", "menu_lines", "prediction_lines"]


def _prediction(
    value: float, error: float, ratio: float, ends: tuple[float, float], significance: float
) -> str:
    """A prediction of region A with its error, beside what was observed."""
    low, high = ends
    return (
        f"{value:.6g} ± {error:.3g}, predicted over observed {ratio:.3f} [{low:.3f}, {high:.3f}]; "
        f"excess {significance:.2f} sigma"
    )


def prediction_lines(record: ScanRecord) -> list[str]:
    """Prediction of region A without and with kappa, where one was given."""
    from trigger_ad.report.numbers.scan import Scan

    times, plain = record.corrected, Scan(record).closure
    if times is None or plain is None:
        return []
    return estimate_lines(plain, times)


def lines_of(record: ScanRecord) -> list[str]:
    """Lines of a scan; of one with a menu the regions are seeds among the others."""
    origins = sorted({file.origin for file in record.files} - {""})
    lines = [f"events: {origin}" for origin in origins]
    if record.pileup_unknown:
        lines.append(f"pile-up unknown: {record.pileup_unknown} of {record.events} events")
    for stratum in record.strata or ():
        part = f"{stratum.probability:.4g} of all events"
        error = f" ± {stratum.error:.1%}" if stratum.error >= 0.0005 else ""
        lines.append(f"stratum {stratum.name}: {stratum.events} events, {part}{error}")
    lines.append(f"normalisation: {record.normalisation}")
    return lines + (_regions(record) if record.menu is None else _menu(record, record.menu))


def estimate_lines(plain: Estimate, times: Corrected) -> list[str]:
    """Prediction of region A without and with kappa."""
    ends = (plain.low, plain.high)
    without = _prediction(
        plain.predicted, plain.predicted_error, plain.ratio, ends, plain.significance
    )
    with_kappa = _prediction(
        times.predicted, times.predicted_error, times.ratio, times.interval95, times.significance
    )
    return [
        f"kappa: {times.kappa:.4f} ± {times.kappa_error:.4f}",
        f"observed in region A: {plain.observed:.6g}",
        f"predicted without kappa: {without}",
        f"predicted with kappa: {with_kappa}",
    ]


def _regions(record: ScanRecord) -> list[str]:
    rows = [
        (
            name,
            str(region.fires),
            f"{region.prescale:g}",
            _accepts(region.accepts),
            figure_text(region.after),
            interval_text(region.after),
        )
        for name, region in record.regions.items()
    ]
    total = record.total
    accepts = _accepts(total.accepts)
    rows.append(("total", "", "", accepts, figure_text(total.after), interval_text(total.after)))
    after = f"after, {unit_of(total.after)}"
    return aligned([("region", "fires", "prescale", "accepts", after, "95 % interval"), *rows])


def _accepts(count: int | None) -> str:
    """Accepts of the emulated prescalers; events of strata come in no order."""
    return "-" if count is None else str(count)


def _menu(record: ScanRecord, menu: MenuRatesRecord) -> list[str]:
    return menu_lines(menu) + [
        f"region {name} is not in the menu, and not in the total: "
        f"{figure_text(record.regions[name].after)} {unit_of(record.regions[name].after)} "
        "after prescale"
        for name in menu.left_out(record.regions)
        if record.regions[name].prescale
    ]


def menu_lines(menu: MenuRatesRecord) -> list[str]:
    """All seeds of a menu with one total, and those that are not simulated."""
    table = menu.table
    lines = [table.title, *aligned([table.columns, *table.rows])]
    seeds = [(seed.name, f"prescale {seed.prescale}") for seed in menu.not_simulated]
    if seeds:
        lines += ["not simulated, not in the total:", *aligned(seeds)]
    return lines


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines: the first column and intervals to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = [
        place == 0 or any(row[place].startswith("[") for row in rows)
        for place in range(len(widths))
    ]
    return ["  ".join(map(_padded, row, widths, left)).rstrip() for row in rows]


def _padded(cell: str, width: int, left: bool) -> str:
    return cell.ljust(width) if left else cell.rjust(width)
