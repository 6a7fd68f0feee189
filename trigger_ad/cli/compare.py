"""``trigger-ad compare``: the scores of several runs in one table and on one page."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigger_ad.cli.numbers import Whole
from trigger_ad.run.progress import StageProgress

if TYPE_CHECKING:
    from trigger_ad.compare.rows import CompareRecord, OverSeeds

__all__ = ["compare"]


class _SeveralSeeds(click.Command):
    """Takes all whole numbers that follow ``--seeds``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option for each number, as click knows it."""
        if "--seeds" in args:
            at = args.index("--seeds")
            seeds = list(takewhile(str.isdecimal, args[at + 1 :]))
            repeated = [word for seed in seeds[1:] for word in ("--seeds", seed)]
            args[at + 2 : at + 1 + len(seeds)] = repeated
        return super().parse_args(ctx, args)


@click.command(cls=_SeveralSeeds)
@click.argument(
    "configs", metavar="CONFIG...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    default="runs/compare",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of runs, table and page.",
)
@click.option(
    "--seeds",
    multiple=True,
    metavar="N...",
    type=Whole(0, 2**32 - 1),
    help="Seeds of every configuration, in place of its own.",
)
@click.option(
    "--combine",
    multiple=True,
    metavar="A:SCORE,B:SCORE",
    help="Combine scores of any configurations too; may be repeated.",
)
def compare(
    configs: tuple[Path, ...], out: Path, seeds: tuple[int, ...], combine: tuple[str, ...]
) -> None:
    """Compare the scores of configurations and of run folders on the same events.

    Configurations are brought up to date in OUT/NAME_seedN; run folders are taken as they are.
    """
    from trigger_ad.compare import record as comparison
    from trigger_ad.compare.page import write, write_markdown
    from trigger_ad.compare.runs import prepare, read
    from trigger_ad.storage.outputs import check_file, check_folder, disk_errors

    check_folder(out)
    for name in ("compare.json", "compare.html", "compare.md"):
        if out.exists():
            check_file(out / name, configs)
    with StageProgress() as progress:
        runs = [read(folder) for folder in prepare(configs, out, seeds, progress)]
        record = comparison.compare(
            runs, combine, lambda part, note: progress("compare", part, note)
        )
        progress("compare", 1.0, "")
    with disk_errors(out):
        record.write(out / "compare.json")
        write(record, out / "compare.html")
        write_markdown(record, out / "compare.md")
    for line in _table(record):
        click.echo(line)
    click.echo(f"table {out / 'compare.json'}")
    click.echo(f"page {out / 'compare.html'}")


def _table(record: CompareRecord) -> list[str]:
    """Total improvement of every score, as lines of text."""
    from trigger_ad.compare.tables import final

    rows: list[tuple[str, ...]] = [("score", "model", "smallest TI", "median", "largest")]
    for row in final(record):
        of = row.total_improvement
        rows.append((row.label, row.model, *map(_figure, (of.minimum, of.median, of.maximum))))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _figure(figure: OverSeeds) -> str:
    if figure.mean is None:
        return "not enough events"
    spread = "" if figure.spread is None else f" +- {figure.spread:.2f}"
    return f"{figure.mean:.2f}{spread}"
