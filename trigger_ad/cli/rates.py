"""``trigger-ad rates``: the rates of a run's trigger on event files of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from trigger_ad.cli.numbers import RATE_HZ, WORKERS, Number, Whole
from trigger_ad.cli.rates_text import lines_of, prediction_lines
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import RunFolder

__all__ = ["rates"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--inputs",
    required=True,
    multiple=True,
    help="Event file, quoted pattern or packaged:zero_bias; may be repeated.",
)
@click.option("--split", default="", help="Count only this split of the run's background: test.")
@click.option("--colliding-bunches", type=Whole(1, 3564), help="Pairs, for events of zero bias.")
@click.option(
    "--filling",
    metavar="TEXT_OR_FILE",
    help="Colliding places of the orbit instead of their number, such as 56-103,112.",
)
@click.option("--input-rate-hz", type=RATE_HZ, help="Rate of the filter, for filtered events.")
@click.option(
    "--live-fraction",
    type=Number(0, 1, above=True),
    help="Declared; multiplies the rates in Hz after prescale.",
)
@click.option("--menu", help="Menu file or packaged:small, whose seeds are counted too.")
@click.option(
    "--prescales",
    nargs=2,
    metavar="TABLE COLUMN",
    help="Column of a prescale table, in place of the prescales of the menu.",
)
@click.option(
    "--kappa",
    type=click.Path(path_type=Path),
    help="File of trigger-ad kappa, of this very trigger, for the prediction of region A.",
)
@click.option("--hz", is_flag=True, help="Refuse events whose rates in Hz are not known.")
@click.option(
    "--units",
    type=click.Choice(["GeV", "MeV"]),
    help="Of the momenta of all files; GeV if absent, and what looks like MeV is refused.",
)
@click.option("--scheduler", default="local", show_default=True, help="local, or dask://host:port.")
@click.option("--workers", default=2, show_default=True, type=WORKERS)
@click.option("--out", type=click.Path(path_type=Path), help="JSON; RUN/rates_scan.json if absent.")
def rates(
    folder: Path,
    inputs: tuple[str, ...],
    split: str,
    colliding_bunches: int | None,
    filling: str | None,
    input_rate_hz: float | None,
    live_fraction: float | None,
    menu: str | None,
    prescales: tuple[str, str] | None,
    kappa: Path | None,
    hz: bool,
    units: Literal["GeV", "MeV"] | None,
    scheduler: str,
    workers: int,
    out: Path | None,
) -> None:
    """Count events through the trigger of RUN and give its rates.

    In constant memory, on the cores of this machine or on a Dask cluster, always with the same
    result. An interrupted job goes on where it was. A page with figures is written beside the JSON.
    """
    from trigger_ad.config import Normalisation
    from trigger_ad.errors import ConfigError
    from trigger_ad.menu import file
    from trigger_ad.report.rates_page import write
    from trigger_ad.run.kappa import kappa_for, times_kappa
    from trigger_ad.run.rates import scan
    from trigger_ad.storage.outputs import check_file

    pairs = colliding_bunches if filling is None else _pairs(filling, colliding_bunches)
    given = Normalisation(colliding_bunches=pairs, input_rate_hz=input_rate_hz)
    target = out or RunFolder(folder).rates_scan
    check_file(target)  # first of all: a folder may have no name to put a suffix to
    page = target.with_suffix(".html")
    if page == target:
        raise ConfigError(
            "--out", "must not end in .html, where the page will be", target, "name a JSON file"
        )
    factor = None if kappa is None else kappa_for(folder, kappa)
    read = [Path(filling)] if filling else []
    with StageProgress() as progress:
        record = scan(
            folder,
            inputs,
            target,
            beside=(page,),
            others=read if kappa is None else [*read, kappa],
            menu=None if menu is None else file.find(menu),
            prescales=None if prescales is None else (Path(prescales[0]), prescales[1]),
            split=split,
            rate=given,
            live_fraction=live_fraction,
            in_hz=hz,
            units=units,
            scheduler=scheduler,
            workers=workers,
            progress=lambda part, note: progress("rates", part, note),
        )
    if factor is not None:
        record = times_kappa(record, factor)
        record.write(target)
    for line in (*lines_of(record), *prediction_lines(record)):
        click.echo(line)
    write(record, page)
    click.echo(f"page {page}")
    click.echo(f"{record.events} events in {target}")


def _pairs(filling: str, colliding_bunches: int | None) -> int:
    """Colliding pairs of a filling scheme."""
    from trigger_ad.errors import ConfigError
    from trigger_ad.lhc.fill import FillingScheme

    if colliding_bunches is not None:
        raise ConfigError(
            "--filling", "must come without --colliding-bunches", "with it", "give one of them"
        )
    return FillingScheme.given(filling).pairs
