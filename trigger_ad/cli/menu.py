"""``trigger-ad menu``: what a menu takes; columns and fragments that a global trigger is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigger_ad.cli.numbers import Whole

if TYPE_CHECKING:
    from trigger_ad.menu.integers import IntegerMenu
    from trigger_ad.menu.table import PrescaleTable

__all__ = ["menu"]

_INDEX = Whole(0, 999_999_999)

_RUN = click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
_TABLE = click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
_MENU = click.option("--menu", help="Menu file or packaged:small; that of the run if absent.")


@click.group()
def menu() -> None:
    """Menus of runs and from prescale tables, and prescale columns and fragments of a run."""


@menu.command()
@_RUN
def show(folder: Path) -> None:
    """Print the menu of RUN: rates of its seeds, the gain of region A, and what it is made of."""
    from trigger_ad.cli.menu_text import lines_of
    from trigger_ad.menu.record import RunMenuRecord
    from trigger_ad.run.freshness import require_fresh
    from trigger_ad.run_folder import RunFolder

    require_fresh(folder, ("menu",))
    for line in lines_of(RunMenuRecord.read(RunFolder(folder).menu)):
        click.echo(line)


@menu.command()
@_TABLE
@click.argument("column")
@click.option("--name", default="from_table", show_default=True, help="Of the menu.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="YAML file.")
def from_table(table: Path, column: str, name: str, out: Path) -> None:
    """Write a menu of recorded bits: the seeds that COLUMN of TABLE switches on.

    Those of crossings without collisions and of places in a fill are marked as not simulated.
    """
    from trigger_ad.menu.from_table import menu_text
    from trigger_ad.menu.table import load
    from trigger_ad.storage.files import write_text
    from trigger_ad.storage.outputs import check_file

    check_file(out, (table,))
    content = menu_text(load(table), column, name)
    write_text(out, content)
    seeds = content.count("bit: ")
    click.echo(f"{seeds} seeds, {content.count('simulated: false')} not simulated, in {out}")


@menu.command()
@_RUN
@_TABLE
@click.argument("name")
@_MENU
@click.option("--like", help="Column that seeds outside of the menu have theirs from; else off.")
@click.option("--replace", is_flag=True, help="Replace the column NAME, which TABLE has.")
@click.option(
    "--first-index", type=_INDEX, help="Of rows for the anomaly seeds that TABLE does not have."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV file.")
def column(
    folder: Path,
    table: Path,
    name: str,
    menu: str | None,
    like: str | None,
    replace: bool,
    first_index: int | None,
    out: Path,
) -> None:
    """Write TABLE with a column NAME: the prescales of the menu, those of regions as in RUN."""
    from trigger_ad.menu.agreement import require_column
    from trigger_ad.menu.table import load, write
    from trigger_ad.run.outside import check_output

    check_output(folder, out, (table, *_given(menu)))
    seeds, known = _menu(folder, menu), load(table)
    known = _with_rows(known, seeds, first_index)
    write(out, known.with_column(name, seeds, like=like or "", replaced=replace))
    require_column(load(out), name, seeds, out)
    click.echo(f"column {name} with {len(seeds.prescales)} seeds of menu {seeds.name} in {out}")


@menu.command()
@_RUN
@_MENU
@click.option("--column", default="default", show_default=True, help="Of its prescales.")
@click.option("--first-index", default=0, show_default=True, type=_INDEX, help="Of its seeds.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="JSON file.")
def fragment(folder: Path, menu: str | None, column: str, first_index: int, out: Path) -> None:
    """Write the anomaly seeds of RUN for a global trigger: cuts, algorithms, prescales."""
    from trigger_ad.menu import fragment as fragments
    from trigger_ad.menu.agreement import require_fragment
    from trigger_ad.run.outside import check_output

    check_output(folder, out, _given(menu))
    seeds = _menu(folder, menu)
    record = fragments.fragment(seeds, column, first_index)
    record.write(out)
    require_fragment(fragments.load(out), seeds, out)
    click.echo(f"{len(record.algorithms)} seeds of menu {seeds.name} in {out}")


@menu.command()
@_RUN
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@_MENU
@click.option("--column", help="Of FILE, where it is a prescale table and no fragment.")
def check(folder: Path, path: Path, menu: str | None, column: str | None) -> None:
    """Read FILE, a fragment or a prescale table, and refuse it if RUN says otherwise."""
    from trigger_ad.errors import ConfigError
    from trigger_ad.menu import fragment as fragments
    from trigger_ad.menu.agreement import require_column, require_fragment
    from trigger_ad.menu.table import load

    if column is None and path.suffix.lower() == ".csv":
        raise ConfigError("a prescale table", "must come with --column", None, "name its column")
    seeds = _menu(folder, menu)
    if column is None:
        require_fragment(fragments.load(path), seeds, path)
        shown = [str(seed) for seed in seeds.seeds if seed.anomaly]
    else:
        require_column(load(path), column, seeds, path)
        shown = [str(seed) for seed in (*seeds.seeds, *seeds.not_simulated)]
    for line in shown:
        click.echo(line)
    click.echo(f"{path} agrees with {folder}")


def _given(menu: str | None) -> tuple[Path, ...]:
    """Menu file that was named."""
    from trigger_ad.menu import file

    return () if menu is None else (file.find(menu),)


def _menu(folder: Path, menu: str | None) -> IntegerMenu:
    """Menu that was named, or that of the run, with the thresholds and prescales of the run."""
    from trigger_ad import config
    from trigger_ad.errors import ConfigError
    from trigger_ad.menu import file
    from trigger_ad.run.folder.menu import menu_of_trigger
    from trigger_ad.run.folder.trigger import load_trigger
    from trigger_ad.run.freshness import require_fresh
    from trigger_ad.run_folder import RunFolder

    require_fresh(folder)
    own = config.load(RunFolder(folder).config).trigger.menu
    name = menu or (own.file if own else None)
    if name is None:
        raise ConfigError(
            f"the run {folder}", "must have a menu of its own", None, "give one with --menu"
        )
    return menu_of_trigger(load_trigger(folder), file.find(name))


def _with_rows(table: PrescaleTable, seeds: IntegerMenu, first: int | None) -> PrescaleTable:
    """Table with rows for the anomaly seeds that it does not have."""
    from trigger_ad.errors import ConfigError

    known = {row.name for row in table.rows}
    missing = [seed.name for seed in seeds.seeds if seed.anomaly and seed.name not in known]
    if missing and first is None:
        raise ConfigError(
            f"seed {missing[0]} of menu {seeds.name}",
            "must be in the prescale table",
            None,
            "add a row for it, or give the index of the new row with --first-index",
        )
    return table.with_rows(missing, first or 0)
