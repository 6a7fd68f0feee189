"""``trigger-ad generate``: simulated events."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad.cli.numbers import EVENTS, SEED, WORKERS, Number
from trigger_ad.run.progress import StageProgress

__all__ = ["generate"]


@click.group()
def generate() -> None:
    """Simulate collision events."""


@generate.command()
@click.option("--process", required=True, help="sm, or one process; a miss lists the names.")
@click.option("--events", required=True, type=EVENTS, help="Events that pass.")
@click.option("--seed", required=True, type=SEED, help="Of every random draw.")
@click.option("--workers", default=1, show_default=True, type=WORKERS)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HDF5 file.")
def adc2021(process: str, events: int, seed: int, workers: int, out: Path) -> None:
    """Lepton-filtered proton collisions at 13 TeV in the layout of ADC2021.

    The file is the same for any number of workers; a killed job goes on where it was.
    """
    from trigger_ad.generate.adc2021 import generate as produce

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


@generate.command()
@click.option(
    "--pileup", type=Number(0, 200, above=True), help="Mean number of collisions in a crossing."
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    help="A pile-up profile: two columns, mean and weight.",
)
@click.option("--events", required=True, type=EVENTS, help="Crossings.")
@click.option("--seed", required=True, type=SEED, help="Of every random draw.")
@click.option("--workers", default=1, show_default=True, type=WORKERS)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HDF5 file.")
@click.option(
    "--library",
    type=click.Path(path_type=Path),
    help="Library of collisions (NPZ); made there if there is none.",
)
@click.option(
    "--collisions", type=EVENTS, help="About how many a new library has.  [default: 64000]"
)
@click.option("--signal", help="Add a collision of it to each crossing; a miss lists the names.")
@click.option(
    "--strata",
    type=click.Path(path_type=Path),
    help="Draw crossings within the strata of this file (YAML), each of known probability.",
)
def zerobias(
    pileup: float | None,
    profile: Path | None,
    events: int,
    seed: int,
    workers: int,
    out: Path,
    library: Path | None,
    collisions: int | None,
    signal: str | None,
    strata: Path | None,
) -> None:
    """Unfiltered bunch crossings at 13.6 TeV as a Level-1 trigger sees them.

    The file is the same for any number of workers; a killed job goes on where it was.
    """
    from trigger_ad.errors import ConfigError
    from trigger_ad.generate.zerobias import Pileup
    from trigger_ad.generate.zerobias import generate as produce
    from trigger_ad.generate.zerobias.run import COLLISIONS
    from trigger_ad.generate.zerobias.strata import load
    from trigger_ad.storage.outputs import check_file

    if (pileup is None) == (profile is None):
        given = "neither" if pileup is None else "both"
        raise ConfigError("pile-up", "must be given once", given, "use --pileup or --profile")
    check_file(out, tuple(path for path in (profile, strata) if path is not None))
    chosen = Pileup((pileup,)) if pileup is not None else Pileup.from_file(Path(str(profile)))
    with StageProgress() as progress:
        produce(
            chosen,
            events,
            seed,
            workers,
            out,
            library,
            collisions or COLLISIONS,
            progress=lambda done, total: progress(
                "zerobias", done / total, f"{done:,} of {total:,}"
            ),
            signal=signal,
            strata=None if strata is None else load(strata),
        )
    click.echo(f"{events} events in {out}")
