"""``trigger-ad prescales``: prescales of the support regions for a wanted precision or budget."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigger_ad.cli.numbers import RATE_HZ, Number
from trigger_ad.rates.figure import kilohertz

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
    "--bandwidth-hz",
    type=RATE_HZ,
    help="Rate of all regions after prescale at most, where rates in Hz are known.",
)
@click.option(
    "--seconds",
    type=Number(0, 1e9, above=True),
    help="Time of a prediction, where rates in Hz are known; the time of the scan if absent.",
)
@click.option(
    "--kappa",
    type=click.Path(path_type=Path),
    help="File of trigger-ad kappa, of the thresholds of SCAN, whose error no prescale reduces.",
)
@click.option(
    "--rule",
    type=click.Choice(["random", "counter"]),
    default="random",
    show_default=True,
    help="Prescalers; counter is right only where all accepted events are used.",
)
@click.option(
    "--yields",
    type=click.Choice(["accepted", "counters"]),
    help="Of B, C and D in the prediction: accepted events, or counters before prescale; as in the "
    "scan if absent.",
)
@click.option(
    "--readout",
    default="ABCD",
    show_default=True,
    help="Regions that are read out, A among them; others are off and predicted from counters.",
)
def prescales(
    scan: Path,
    precision: float | None,
    budget: float | None,
    bandwidth_hz: float | None,
    seconds: float | None,
    kappa: Path | None,
    rule: str,
    yields: str | None,
    readout: str,
) -> None:
    """Choose prescales of B, C and D from the counts of SCAN, a file of `trigger-ad rates`.

    The least read-out for --precision, or the best precision for --budget or --bandwidth-hz, and
    what counters before prescale give, which need no read-out. With --yields counters the precision
    is theirs, and of each region that is read out come as many events. Events in strata count as
    often as they occur.
    """
    from trigger_ad.abcd.prescales import counters_only, for_bandwidth, for_budget, for_precision
    from trigger_ad.run import scan_counts
    from trigger_ad.run.scan_counts import kappa_of
    from trigger_ad.trigger.rule import Rule

    _one_of(precision, budget, bandwidth_hz)
    scanned = scan_counts.read(scan)
    counts = _counts(scanned, seconds)
    kind = Rule.ATLAS_RANDOM if rule == "random" else Rule.CMS_COUNTER
    counters = (yields or scanned.yields) == "counters"
    _check_readout(readout, precision, counters)
    if precision is not None:
        choice = for_precision(counts, precision, kind)
    elif budget is not None:
        choice = for_budget(counts, budget, kind, readout, counters)
    elif bandwidth_hz is not None:
        hz = scanned.rate_hz("--bandwidth-hz") / sum(counts)
        choice = for_bandwidth(counts, hz, bandwidth_hz, kind, readout, counters)
    for line in _table(counts, choice, counters_only(counts)):
        click.echo(line)
    if kappa is not None:
        factor = kappa_of(kappa, scan)
        click.echo(_with_kappa(counts, choice, factor.value, factor.value_error))
    if scanned.input_rate_hz is not None:
        total = scanned.rate_hz("a rate") * sum(choice.read) / sum(counts)
        click.echo(f"all regions after prescale: {kilohertz(total)} kHz")


def _one_of(*wanted: float | None) -> None:
    from trigger_ad.errors import ConfigError

    given = sum(value is not None for value in wanted)
    if given != 1:
        raise ConfigError(
            "the choice of prescales",
            "must be by one of --precision, --budget and --bandwidth-hz",
            given or "by none",
            "leave the others out" if given else "give one of them",
        )


def _check_readout(readout: str, precision: float | None, counters: bool) -> None:
    from trigger_ad.errors import ConfigError
    from trigger_ad.trigger.registers import REGIONS

    if "A" not in readout or len(set(readout) & set(REGIONS)) < len(readout):
        raise ConfigError(
            "--readout", "must have A and each of B, C and D at most once", repr(readout), "try A"
        )
    if precision is not None and (counters or len(readout) < len(REGIONS)):
        raise ConfigError(
            "--precision",
            "must come with accepted events of all regions",
            "yields of counters" if counters else f"a read-out of {readout}",
            "take --budget or --bandwidth-hz",
        )


def _counts(scanned: ScanCounts, seconds: float | None) -> list[float]:
    """Events of A, B, C, D in the time of a prediction."""
    expected = list(scanned.expected)
    if seconds is None:
        return expected
    passing = scanned.rate_hz("--seconds") * seconds
    return [count / scanned.events * passing for count in expected]


def _table(counts: list[float], choice: PrescaleChoice, counters: PrescaleChoice) -> list[str]:
    from trigger_ad.trigger.registers import HUNDREDTHS, REGIONS

    lines = [f"{'region':<7}{'events':>14}{'prescale':>14}{'read out':>14}"]
    for region, events, prescale, read in zip(
        REGIONS, counts, choice.prescale, choice.read, strict=True
    ):
        shown = f"{prescale / HUNDREDTHS:.2f}" if prescale else "off"
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


def _with_kappa(counts: list[float], choice: PrescaleChoice, value: float, error: float) -> str:
    """Prediction times kappa: its error grows with the events, and the read-out is no help."""
    a, b, c, d = counts
    plain = b * c / d
    scatter = value * choice.precision * math.sqrt(a) * plain / a
    total = math.hypot(scatter, error * plain)
    return (
        f"predicted in A: {plain:.6g} ± {scatter / value:.3g} without kappa, "
        f"{value * plain:.6g} ± {total:.3g} with kappa {value:.4f} ± {error:.4f}, "
        f"{total / math.sqrt(a):.3g} x sqrt(A)"
    )
