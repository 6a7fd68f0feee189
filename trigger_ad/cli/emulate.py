"""``trigger-ad emulate``: integer scores and decisions of any event file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from trigger_ad.run.progress import NOTHING, StageProgress

if TYPE_CHECKING:
    from trigger_ad.run.emulation import Emulation
    from trigger_ad.run.live import LiveCounts, LiveTime

__all__ = ["emulate"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--input",
    "inputs",
    required=True,
    multiple=True,
    help="Event file, quoted pattern or packaged:zero_bias; may be repeated.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HDF5 file of scores.")
@click.option(
    "--filling",
    metavar="TEXT_OR_FILE",
    help="Colliding places of the orbit, such as 56-103,112; the events come in them in order.",
)
@click.option(
    "--dead-time",
    metavar="RULES",
    help="1/3 is at most 1 accept in 3 crossings, bucket:9/351 a buffer of 9 events, each read "
    "in 351 crossings; separated by commas.",
)
@click.option(
    "--units",
    type=click.Choice(["GeV", "MeV"]),
    help="Of the momenta; GeV if absent, and what looks like MeV is refused.",
)
def emulate(
    folder: Path,
    inputs: tuple[str, ...],
    out: Path,
    filling: str | None,
    dead_time: str | None,
    units: Literal["GeV", "MeV"] | None,
) -> None:
    """Score event files of any format with the firmware of RUN.

    Any number of events, in constant memory.
    """
    from trigger_ad.run.emulation import emulate_file

    live_time = _live_time(filling, dead_time)
    with StageProgress(NOTHING) as progress:
        done = emulate_file(
            folder,
            inputs,
            out,
            lambda part, note: progress("emulate", part, note),
            live_time,
            units=units,
            others=[Path(filling)] if filling else [],
        )
    for line in (*_regions(done), *_in_fill(done)):
        click.echo(line)
    click.echo(f"{done.events} events in {out}")


def _live_time(filling: str | None, dead_time: str | None) -> LiveTime | None:
    """Start of the fill, if there is one."""
    from trigger_ad.errors import ConfigError
    from trigger_ad.lhc.dead_time import DeadTime
    from trigger_ad.lhc.fill import FillingScheme
    from trigger_ad.run.live import LiveTime

    rules = DeadTime() if dead_time is None else DeadTime.parse(dead_time)
    if filling is not None:
        return LiveTime(FillingScheme.given(filling), rules)
    if dead_time is not None:
        raise ConfigError(
            "--dead-time",
            "must come with the crossings of the events",
            "alone",
            "give --filling; 0-3563 has collisions in every crossing",
        )
    return None


def _regions(done: Emulation) -> list[str]:
    """Fires and accepts of the regions, and how much is saturated, as lines of text."""
    from trigger_ad.trigger.regions import region_names

    counts = done.regions
    rows = [*zip(region_names(len(counts.before)), counts.before, counts.after, strict=True)]
    rows.append(("total", counts.before.sum(), counts.after.sum()))
    lines = [f"{'region':<7}{'fires':>12}{'accepts':>12}"]
    lines += [f"{region:<7}{fires:>12}{accepts:>12}" for region, fires, accepts in rows]
    if done.strata > 1:
        lines.append(
            f"the events were drawn in {done.strata} strata: these are no parts of all crossings, "
            "which trigger-ad rates gives"
        )
    part = _part(done.saturated, done.momenta)
    lines.append(f"saturated words: {part} ({done.saturated} of {done.momenta} momenta)")
    return lines


def _in_fill(done: Emulation) -> list[str]:
    """What dead time took, as lines of text."""
    if done.live is None:
        return []
    lines = []
    if done.origin != "zero_bias":
        lines.append(
            f"the events are {done.origin}, not zero bias: a live fraction of such events as "
            "consecutive crossings is that of no real fill"
        )
    live = done.live
    lines.append(
        f"live fraction {_part(live.colliding - live.dead, live.colliding)}: "
        f"{live.dead} of {live.colliding} crossings with collisions are dead"
    )
    lines.append(f"{'region':<7}{'accepts':>12}{'after dead time':>18}{'survive':>10}")
    for region, before, after in _accepts(live):
        lines.append(f"{region:<7}{before:>12}{after:>18}{_part(after, before):>10}")
    if live.unequal:
        lines.append(
            f"dead time hits the regions unequally: the part of {', '.join(live.unequal)} that "
            "survives is not the live fraction"
        )
    return lines


def _accepts(live: LiveCounts) -> list[tuple[str, int, int]]:
    from trigger_ad.trigger.regions import region_names

    rows = list(zip(region_names(len(live.accepts)), live.accepts, live.live_accepts, strict=True))
    return [*rows, ("total", sum(live.accepts), sum(live.live_accepts))]


def _part(some: int, whole: int) -> str:
    return f"{some / whole:.4f}" if whole else "-"
