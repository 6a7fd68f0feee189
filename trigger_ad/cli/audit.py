"""``trigger-ad audit``: whether anything in the firmware of a run can wrap or is not the record."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["audit"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.pass_context
def audit(context: click.Context, folder: Path) -> None:
    """Prove that nothing in the firmware of RUN can wrap.

    Every accumulator, product, score, port and counter is held against the range of its inputs,
    every written file against the records it was made of. Each fault is one sentence, and the
    exit code is then 2. Nothing is changed.
    """
    from trigger_ad.run.audit import audit_run

    found = audit_run(folder)
    for (model, part), checked in found.items():
        counts = ", ".join(f"{count:,} {what}" for what, count in checked.counts.items())
        faults = len(checked.fatal)
        click.echo(f"{model:<8} {part:<20} {_faults(faults):<10} in {counts}")
    for (model, part), checked in found.items():
        for finding in checked.findings:
            kind = "fault" if finding.fatal else "warning"
            click.echo(f"{kind}: {model}, {part}: {finding}")
    faults = sum(len(checked.fatal) for checked in found.values())
    total = sum(sum(checked.counts.values()) for checked in found.values())
    click.echo(f"{folder}: {_faults(faults)} in {total:,} things looked at")
    if faults:
        context.exit(2)


def _faults(count: int) -> str:
    return f"{count or 'no'} fault{'' if count == 1 else 's'}"
