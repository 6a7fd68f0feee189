"""``trigger-ad validate``: every form of the trigger against another, bit for bit."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.errors import ConversionError
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import RunFolder
from trigger_ad.validate.record import RungEquality, ValidationRecord

__all__ = ["validate"]

_HEAD = "rung    against     events  differ  extremes  differ  scores"


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option("--all", "again", is_flag=True, help="Climb every rung anew, changed or not.")
def validate(folder: Path, again: bool) -> None:
    """Compare QKeras, fast emulator, HLS, RTL and shared object of RUN, bit for bit.

    Brings RUN up to date as far as it is needed. Without --all the comparison is repeated only
    if something that it depends on has changed. A rung that differs is an error, which names the
    first event, the signal and both values.
    """
    from trigger_ad.run.pipelines import engine

    work = engine(configuration.load(RunFolder(folder).config), folder)
    with StageProgress() as progress:
        work.run(progress, "validate", again=("validate",) if again else ())
    rungs = ValidationRecord.read(RunFolder(folder).validation).bit_exact
    click.echo(_HEAD)
    for rung, row in rungs.items():
        click.echo(
            f"{rung:<7} {row.against:<8} {row.events:>9,} {row.mismatches:>7,} "
            f"{row.extremes:>9,} {row.extreme_mismatches:>7,}  "
            f"{row.distinct_scores:,} different, "
            f"{'equality claimed' if row.claimed else 'no claim'}"
        )
    for rung, row in rungs.items():
        _demand(rung, row)


def _demand(rung: str, row: RungEquality) -> None:
    first = row.first_difference
    if first is not None:
        raise ConversionError(
            f"{first.signal} of rung {rung} in event {first.event}",
            f"must be {first.reference} LSB, as in {row.against}",
            first.result,
            "convert the run again; if it stays, one of the two has a fault",
        )
