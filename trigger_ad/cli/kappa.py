"""``trigger-ad kappa``: the non-closure factor of a run, for every prediction of its region A."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad.cli.numbers import Number, Whole

__all__ = ["kappa"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="RUN", type=_FILE)
@click.option("--out", type=_FILE, help="JSON; RUN/kappa.json if absent.")
@click.option("--workspace", type=_FILE, help="Workspace of pyhf to write, of --counts.")
@click.option(
    "--counts",
    nargs=4,
    type=Whole(0, 2**53),
    help="Counters before prescale of A, B, C and D, for --workspace.",
)
@click.option("--signal", help="Signal of RUN, for --workspace.")
@click.option(
    "--signal-events",
    type=Number(0, 1e15, above=True),
    help="Events of it that are expected at strength 1, in all regions.",
)
def kappa(
    folder: Path,
    out: Path | None,
    workspace: Path | None,
    counts: tuple[int, int, int, int] | None,
    signal: str | None,
    signal_events: float | None,
) -> None:
    """Measure kappa, observed over predicted events, for the thresholds of RUN.

    On the threshold split at the same cut, and on the test split in planes beside the cut, none of
    whose events is in region A. Rates, prescales and the monitor take the file with --kappa.
    """
    from trigger_ad.cli.rates_text import estimate_lines
    from trigger_ad.run.kappa import measure, write_workspace_of_run
    from trigger_ad.run.outside import check_output
    from trigger_ad.run_folder import RunFolder

    _together(workspace, counts, signal, signal_events)
    target = out or RunFolder(folder).kappa
    check_output(folder, target, ())
    if workspace is not None:
        check_output(folder, workspace, (target,), "--workspace")
    found = measure(folder)
    for line in (*repr(found.record).splitlines(), *estimate_lines(found.without, found.corrected)):
        click.echo(line)
    found.record.write(target)
    click.echo(f"kappa in {target}")
    if workspace and counts and signal and signal_events:
        write_workspace_of_run(folder, found.record, workspace, counts, signal, signal_events)
        click.echo(f"workspace in {workspace}")


def _together(*given: object) -> None:
    from trigger_ad.errors import ConfigError

    if 0 < sum(one is not None for one in given) < len(given):
        raise ConfigError(
            "--workspace, --counts, --signal and --signal-events",
            "must be given together",
            None,
            "give all four, or none",
        )
