"""``trigger-ad run``: a configuration to a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.cli.progress import StageProgress

__all__ = ["run"]


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run folder.")
@click.option("--stage", metavar="NAME", help="Stop after this stage and what it needs.")
@click.option(
    "--synth/--no-synth",
    default=None,
    help="Run Vitis where it is on PATH.  [default: as in the last run of this folder, or not]",
)
def run(config: Path, out: Path, stage: str | None, synth: bool | None) -> None:
    """Train, quantise, convert, emulate and validate what CONFIG says.

    Stages that are up to date are not repeated; a killed run goes on where it was.
    """
    from trigger_ad.run.pipelines import engine

    work = engine(configuration.load(config), out, synth)
    with StageProgress() as progress:
        done = work.run(progress, stage)
    click.echo(f"{len(done)} stages run in {out}" if done else f"{out} is up to date")
    report = out / "report.html"
    if report.exists():
        click.echo(f"report: {report}")
