"""``trigger-ad schema``: the configuration reference."""

from __future__ import annotations

import json

import click

from trigger_ad.config.document import json_schema, markdown

__all__ = ["schema"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Schema instead of Markdown.")
def schema(as_json: bool) -> None:
    """Print the reference of all configuration keys."""
    click.echo(json.dumps(json_schema(), indent=1) if as_json else markdown())
