"""``trigger-ad monitor``: whether the background prediction holds while the trigger runs."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from trigger_ad.cli.numbers import Number, Whole
from trigger_ad.trigger.rule import Rule

if TYPE_CHECKING:
    from trigger_ad.abcd.kappa_record import Cut

__all__ = ["monitor"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("source")
@click.option("--kappa", type=_FILE, help="Non-closure against pile-up; 1 if not given.")
@click.option("--run", "folder", type=_FILE, help="Run whose trigger it is; kappa must be of it.")
@click.option("--reference", type=_FILE, help="State of an earlier run, whose shares are taken.")
@click.option(
    "--rule",
    type=click.Choice([rule.value for rule in Rule]),
    default=Rule.CMS_COUNTER.value,
    show_default=True,
    help="Of the prescalers.",
)
@click.option(
    "--learn",
    default=30,
    show_default=True,
    type=Whole(3, 100_000),
    help="Sections before shares are judged.",
)
@click.option("--page", type=_FILE, help="HTML file for the shifter.")
@click.option("--state", type=_FILE, help="File from which a killed monitor goes on.")
@click.option("--follow", is_flag=True, help="Wait for more at the end of the file.")
@click.option("--serve", is_flag=True, help="Follow, with metrics for Prometheus.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the metrics.")
@click.option("--port", default=9101, show_default=True, type=Whole(0, 65535))
@click.option(
    "--every",
    default=10.0,
    show_default=True,
    type=Number(1, 86_400),
    help="Seconds between two writings of page and state.",
)
def monitor(
    source: str,
    kappa: Path | None,
    folder: Path | None,
    reference: Path | None,
    rule: str,
    learn: int,
    page: Path | None,
    state: Path | None,
    follow: bool,
    serve: bool,
    host: str,
    port: int,
    every: float,
) -> None:
    """Watch the counters of luminosity sections in SOURCE, a file or - for standard input.

    The events in region A are held against kappa B C / D, accepts against their prescale, shares
    and rates against pile-up. Each alarm is one line. What cannot be recovered ends the monitor
    with exit code 2.
    """
    from trigger_ad.abcd.kappa import Kappa
    from trigger_ad.abcd.kappa_record import load_kappa
    from trigger_ad.monitor import metrics
    from trigger_ad.monitor.session import Outputs, watch
    from trigger_ad.monitor.settings import Settings
    from trigger_ad.monitor.source import lines
    from trigger_ad.monitor.state import references

    outputs = Outputs(page, state, every, kappa is not None)
    outputs.check([Path(source), *(path for path in (kappa, reference) if path is not None)])
    given = load_kappa(kappa, _cut(folder)) if kappa else Kappa()
    settings = Settings(given, Rule(rule), learn)
    known = references(reference) if reference else {}
    board, end = metrics.Board(), None
    if serve:
        listening, end = metrics.serve(board, host, port)
        click.echo(f"metrics at http://{host}:{listening}/metrics")
    earlier = signal.signal(signal.SIGTERM, _interrupt)
    try:
        final = watch(
            source, lines(source, follow or serve), settings, outputs, click.echo, board, known
        )
    finally:
        signal.signal(signal.SIGTERM, earlier)
        if end is not None:
            end()
    click.echo(
        f"{source}: section {final.section} of run {final.run}; "
        f"alarms: {sum(final.raised.values())} raised, {len(final.active)} active"
    )


def _cut(folder: Path | None) -> Cut | None:
    """What kappa must be of, where a run says it."""
    from trigger_ad import config
    from trigger_ad.run.folder.kappa import cut_of_run
    from trigger_ad.run_folder import RunFolder

    return None if folder is None else cut_of_run(folder, config.load(RunFolder(folder).config))


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """End as Ctrl-C does: page and state are written."""
    raise KeyboardInterrupt
