"""The RTL through Yosys, for every part that is asked for."""

from __future__ import annotations

from trigger_ad.config import Config
from trigger_ad.ledger.rows import write
from trigger_ad.ledger.synthesis.yosys import require_package, rtl_synthesis
from trigger_ad.lhc.orbit import period_ns
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.top import TOP
from trigger_ad.run.folder.context import Context
from trigger_ad.run_folder import NAMES

__all__ = ["needs", "run"]


def needs(config: Config) -> None:
    """Refuse parts to synthesise for where there is no Yosys."""
    if config.rtl.parts:
        require_package()


def run(context: Context) -> None:
    """Write ``rows.json`` with a row for each part, and Yosys' words in a folder of each."""
    out, folder = context.out(NAMES.yosys), context.run.rtl
    project = RtlProject.load(folder)
    sources = [folder / name for name in project.sources]
    rows = []
    parts = context.config.rtl.parts
    for position, part in enumerate(parts):
        context.progress(position / len(parts), f"Yosys for {part}")
        clock_ns = period_ns(project.clock_mhz)
        rows.append(rtl_synthesis(sources, TOP, part, out / part, clock_ns=clock_ns))
    write(context.out(NAMES.yosys_rows), rows)
