"""The command group, and how errors reach the user."""

from __future__ import annotations

import logging
import os
import sys

import click

from trigger_ad.cli.audit import audit
from trigger_ad.cli.compare import compare
from trigger_ad.cli.convert import convert
from trigger_ad.cli.emulate import emulate
from trigger_ad.cli.generate import generate
from trigger_ad.cli.kappa import kappa
from trigger_ad.cli.menu import menu
from trigger_ad.cli.migrate import migrate
from trigger_ad.cli.monitor import monitor
from trigger_ad.cli.prescales import prescales
from trigger_ad.cli.rates import rates
from trigger_ad.cli.run import run
from trigger_ad.cli.schema import schema
from trigger_ad.cli.status import status
from trigger_ad.cli.validate import validate
from trigger_ad.errors import TriggerAdError
from trigger_ad.train import environment

__all__ = ["cli", "main"]


class InOrder(click.Group):
    """Verbs in the order of the flow, as they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of the verbs."""
        return list(self.commands)


@click.group(
    cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96}
)
@click.version_option(package_name="trigger-ad")
@click.option("-v", "--verbose", is_flag=True, help="Show what the rooms log.")
def cli(verbose: bool) -> None:
    """Anomaly scores from collision events to firmware, equal bit for bit."""
    environment.fix()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "0" if verbose else "3")
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("tensorflow").setLevel(logging.INFO if verbose else logging.ERROR)


for _verb in (
    generate,
    run,
    status,
    validate,
    compare,
    convert,
    audit,
    emulate,
    rates,
    kappa,
    prescales,
    menu,
    monitor,
    schema,
    migrate,
):
    cli.add_command(_verb)


def main() -> None:
    """Run the command line; a mistake of the user ends with one sentence and exit code 2."""
    try:
        cli(standalone_mode=True)
    except TriggerAdError as error:
        click.echo(f"trigger-ad: {error}", err=True)
        sys.exit(2)
