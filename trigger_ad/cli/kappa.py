"""``trigger-ad kappa``: the non-closure factor of a run, for every prediction of its region A."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from trigger_ad.run.kappa import MeasuredKappa

__all__ = ["kappa"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="RUN", type=_FILE)
@click.option("--out", type=_FILE, help="JSON; RUN/kappa.json if absent.")
def kappa(folder: Path, out: Path | None) -> None:
    """Measure kappa, observed over predicted events, for the thresholds of RUN.

    On the threshold split at the same cut, and on the test split in planes beside the cut, none of
    whose events is in region A. Rates, prescales and the monitor take the file with --kappa.
    """
    from trigger_ad.run.kappa import measure
    from trigger_ad.run.outside import check_output
    from trigger_ad.run_folder import RunFolder

    target = out or RunFolder(folder).kappa
    check_output(folder, target, ())
    found = measure(folder)
    for line in (*repr(found.record).splitlines(), *_prediction(found)):
        click.echo(line)
    found.record.write(target)
    click.echo(f"kappa in {target}")


def _prediction(found: MeasuredKappa) -> list[str]:
    """What kappa does on the test split, as lines of text."""
    without, times = found.without, found.corrected
    ends = (without.low, without.high)
    plain = _line(without.predicted, without.predicted_error, without.ratio, ends)
    times_kappa = _line(times.predicted, times.predicted_error, times.ratio, times.interval95)
    return [
        f"observed in region A of the test split: {without.observed:.6g}",
        f"predicted without kappa: {plain}; excess {without.significance:.2f} sigma",
        f"predicted with kappa: {times_kappa}; excess {times.significance:.2f} sigma",
    ]


def _line(value: float, error: float, ratio: float, ends: tuple[float, float]) -> str:
    low, high = ends
    return f"{value:.6g} ± {error:.3g}, predicted over observed {ratio:.3f} [{low:.3f}, {high:.3f}]"
