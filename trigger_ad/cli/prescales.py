"""``trigger-ad prescales``: prescales of the support regions for a wanted precision or budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigger_ad.cli.numbers import Number

if TYPE_CHECKING:
    from trigger_ad.abcd.prescales import PrescaleChoice
    from trigger_ad.run.scan_counts import ScanCounts

__all__ = ["prescales"]


@click.command()
@click.argument("scan", metavar="SCAN", type=click.Path(path_type=Path))
@click.option(
    "--precision",
    type=Number(0, 1e6, above=True),
    help="Largest error of the prediction, in units of the square root of the events in A.",
)
@click.option(
    "--budget",
    type=Number(1, 1e9, above=True),
    help="Events read out at most, of all regions together, for each one in A.",
)
@click.option(
    "--seconds",
    type=Number(0, 1e9, above=True),
    help="Time of a prediction, where rates in Hz are known; the time of the scan if absent.",
)
@click.option(
    "--rule",
    type=click.Choice(["random", "counter"]),
    default="random",
    show_default=True,
    help="Prescalers; counter is right only where all accepted events are used.",
)
def prescales(
    scan: Path, precision: float | None, budget: float | None, seconds: float | None, rule: str
) -> None:
    """Choose prescales of B, C and D from the counts of SCAN, a file of `trigger-ad rates`.

    The least read-out for --precision, or the best precision for --budget, and what counters before
    prescale give, which need no read-out.
    """
    from trigger_ad.abcd.prescales import counters_only, for_budget, for_precision
    from trigger_ad.errors import ConfigError
    from trigger_ad.run import scan_counts
    from trigger_ad.trigger.rule import Rule

    counts = _counts(scan_counts.read(scan), seconds)
    kind = Rule.ATLAS_RANDOM if rule == "random" else Rule.CMS_COUNTER
    if precision is not None and budget is None:
        choice = for_precision(counts, precision, kind)
    elif budget is not None and precision is None:
        choice = for_budget(counts, budget, kind)
    else:
        given, remedy = (
            ("neither", "give one of them") if precision is None else ("both", "leave one out")
        )
        raise ConfigError(
            "the choice of prescales", "must be by --precision or by --budget", given, remedy
        )
    for line in _table(counts, choice, counters_only(counts)):
        click.echo(line)


def _counts(scanned: ScanCounts, seconds: float | None) -> list[float]:
    """Events of A, B, C, D in the time of a prediction."""
    from trigger_ad.errors import NormalisationError

    if seconds is None:
        return [float(fires) for fires in scanned.fires]
    if scanned.input_rate_hz is None:
        raise NormalisationError(
            "--seconds",
            "must come with a scan in Hz",
            scanned.normalisation,
            "scan with a normalisation, or leave --seconds out",
        )
    passing = scanned.input_rate_hz * (scanned.live_fraction or 1.0) * seconds
    return [fires / scanned.events * passing for fires in scanned.fires]


def _table(counts: list[float], choice: PrescaleChoice, counters: PrescaleChoice) -> list[str]:
    from trigger_ad.trigger.registers import HUNDREDTHS, REGIONS

    lines = [f"{'region':<7}{'events':>14}{'prescale':>14}{'read out':>14}"]
    for region, events, prescale, read in zip(
        REGIONS, counts, choice.prescale, choice.read, strict=True
    ):
        shown = f"{prescale / HUNDREDTHS:.2f}"
        lines.append(f"{region:<7}{events:>14.6g}{shown:>14}{read:>14.6g}")
    lines.append(
        f"{choice.total:.4g} events read out for each one in A; "
        f"error of the prediction {choice.precision:.3g} x sqrt(A)"
    )
    lines.append(
        f"counters before prescale: 1 event for each one in A; "
        f"error of the prediction {counters.precision:.3g} x sqrt(A)"
    )
    return lines
