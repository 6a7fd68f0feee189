"""``trigger-ad run``: a configuration to a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import RunFolder

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
    from trigger_ad.run.time_left import TimeLeft

    work = engine(configuration.load(config), out, synth)
    time_left = TimeLeft(work.expected(stage))
    with StageProgress(place=time_left.place, left=time_left.after) as progress:
        done = work.run(progress, stage)
    click.echo(f"{len(done)} stages run in {out}" if done else f"{out} is up to date")
    waiting = [name for name, status in work.status().items() if status.state != "up to date"]
    for line in _waiting(waiting, config, out) if waiting else _summary(out):
        click.echo(line)


def _waiting(stages: list[str], config: Path, out: Path) -> list[str]:
    return [
        f"not up to date: {', '.join(stages)}",
        f"trigger-ad run {config} --out {out} brings them up to date",
    ]


def _summary(out: Path) -> list[str]:
    from trigger_ad.report.summary import summary

    return [*summary(out), f"report     {RunFolder(out).report}"]
