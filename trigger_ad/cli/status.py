"""``trigger-ad status``: which stages of a run folder are up to date."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.run.stages import engine

__all__ = ["status"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def status(folder: Path) -> None:
    """List the stages of a run and which are up to date."""
    work = engine(configuration.load(folder / "config.yaml"), folder)
    for name, current, seconds in work.status():
        click.echo(f"{name:<18} {'up to date' if current else 'to be run':<12} {seconds:>8.1f} s")
