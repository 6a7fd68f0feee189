"""``trigger-ad generate``: simulated events."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad.cli.progress import StageProgress

__all__ = ["generate"]


@click.group()
def generate() -> None:
    """Simulate collision events."""


@generate.command()
@click.option("--process", required=True, help="sm, or one process; a miss lists the names.")
@click.option("--events", required=True, type=click.IntRange(min=1), help="Events that pass.")
@click.option("--seed", required=True, type=click.IntRange(min=0), help="Of every random draw.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HDF5 file.")
def adc2021(process: str, events: int, seed: int, workers: int, out: Path) -> None:
    """Lepton-filtered proton collisions at 13 TeV in the layout of ADC2021.

    The file is the same for any number of workers; a killed job goes on where it was.
    """
    from trigger_ad.events.generate import generate as produce

    with StageProgress() as progress:
        produce(
            process,
            events,
            seed,
            workers,
            out,
            progress=lambda done, total: progress(process, done / total, f"{done:,} events"),
        )
    click.echo(f"{events} events in {out}")
