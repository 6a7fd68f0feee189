"""``trigger-ad kappa``: the non-closure factor of a run, for every prediction of its region A."""

from __future__ import annotations

from pathlib import Path

import click

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
    from trigger_ad.cli.rates_text import estimate_lines
    from trigger_ad.run.kappa import measure
    from trigger_ad.run.outside import check_output
    from trigger_ad.run_folder import RunFolder

    target = out or RunFolder(folder).kappa
    check_output(folder, target, ())
    found = measure(folder)
    for line in (*repr(found.record).splitlines(), *estimate_lines(found.without, found.corrected)):
        click.echo(line)
    found.record.write(target)
    click.echo(f"kappa in {target}")
