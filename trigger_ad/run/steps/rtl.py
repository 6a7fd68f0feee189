"""The RTL project of the trigger, and its simulation."""

from __future__ import annotations

from trigger_ad.audit.rtl import check_rtl
from trigger_ad.config import Config
from trigger_ad.ir.findings import require
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.rtl.verilator import version
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run_folder import NAMES

__all__ = ["needs", "run"]


def needs(config: Config) -> None:  # noqa: ARG001
    """Refuse to begin where the RTL cannot be simulated in the end."""
    version()


def run(context: Context) -> None:
    """Write the RTL and compile its simulation."""
    project = context.out(NAMES.rtl)
    trigger = load_hardware(context.folder, context.config)
    write_project(project, trigger, preset(context.config.rtl.preset))
    require(check_rtl(project, trigger))
    context.progress(0.2, "compiling the simulation")
    build_simulation(project)
