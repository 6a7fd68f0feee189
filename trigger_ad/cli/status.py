"""``trigger-ad status``: which stages of a run folder are up to date."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.run_folder import RunFolder

__all__ = ["status"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def status(folder: Path) -> None:
    """List the stages of a run: up to date, to be run, or waiting for one before them."""
    from trigger_ad.run.pipelines import engine

    work = engine(configuration.load(RunFolder(folder).config), folder)
    for name, stage in work.status().items():
        took = "" if stage.seconds is None else f"{stage.seconds:>8.1f} s"
        click.echo(f"{name:<18} {stage.state:<12} {took}".rstrip())
