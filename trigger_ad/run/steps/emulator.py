"""The shared object for an experiment's software, checked with the golden vectors."""

from __future__ import annotations

import shutil

from trigger_ad.run.emulation import build_emulator
from trigger_ad.run.engine import Context
from trigger_ad.run.models import EMULATOR

__all__ = ["run"]


def run(context: Context) -> None:
    """Write the folder of the shared object; it is compiled again only for other sources."""
    settings, out = context.config.emulator, context.out(EMULATOR)
    if (context.folder / EMULATOR).exists():
        shutil.copytree(context.folder / EMULATOR, out)
    build_emulator(context.folder, out, settings.name, settings.version)
