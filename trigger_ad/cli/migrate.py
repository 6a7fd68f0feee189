"""``trigger-ad migrate``: what an earlier version wrote, in the schemas of this one."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["migrate"]


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write it.  [default: beside PATH, as NAME.migrated]",
)
def migrate(path: Path, out: Path | None) -> None:
    """Write a configuration, a record or a run folder anew, in the schemas of this version.

    PATH stays as it is. Every change is told in a line. Comments of a configuration are kept,
    but for those beside a key that is dropped, and stages of a run folder that were up to date are
    so in the copy. Most of what earlier versions
    wrote is read without this.
    """
    from trigger_ad.run import migrate as work

    whole = path.resolve()
    suffix = "" if path.is_dir() else whole.suffix
    target = out or whole.with_name(f"{whole.name.removesuffix(suffix)}.migrated{suffix}")
    if path.is_dir():
        changes = work.migrate_folder(path, target)
    elif path.suffix == ".json":
        changes = work.migrate_record(path, target)
    else:
        changes = work.migrate_configuration(path, target)
    for change in changes:
        click.echo(change)
    click.echo(f"written to {target}" if changes else f"{path} has the schemas of this version")
