"""``trigger-ad emulate``: integer scores and decisions of any event file."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad.cli.progress import StageProgress

__all__ = ["emulate"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--input", "source", required=True, type=click.Path(path_type=Path), help="Event file."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HDF5 file of scores.")
def emulate(folder: Path, source: Path, out: Path) -> None:
    """Score an event file with the firmware of RUN.

    Any number of events, in constant memory.
    """
    from trigger_ad.run.emulation import emulate_file

    with StageProgress() as progress:
        events = emulate_file(
            folder, source, out, lambda part, note: progress("emulate", part, note)
        )
    click.echo(f"{events} events in {out}")
