"""What the hardware costs: an estimate always, synthesis where its tool is."""

from __future__ import annotations

import shutil
from dataclasses import replace

from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.hls.synthesis import synthesise
from trigger_ad.ledger.budget import check_budget
from trigger_ad.ledger.estimate import estimate
from trigger_ad.ledger.reports import c_synthesis
from trigger_ad.ledger.rows import ResourceRow, ResourceStage, not_run, read, write
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run_folder import NAMES, RunFolder

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``resources.json``."""
    config = context.config
    trigger = load_hardware(context.folder, config)
    rows = [estimate(trigger), *_rtl(context.run), _synthesis(context, trigger.name)]
    check_budget(config.budget, rows, ResourceStage.RTL_SYNTHESIS)
    write(context.out(NAMES.resources), rows)


def _rtl(run: RunFolder) -> list[ResourceRow]:
    """Rows of Yosys, with the latency and the interval that the simulation shows."""
    with RtlSimulation(run.rtl) as simulation:
        cycles, interval = simulation.latency, simulation.interval
    rows = read(run.yosys_rows)
    return [replace(row, latency_cycles=cycles, ii=interval) for row in rows]


def _synthesis(context: Context, name: str) -> ResourceRow:
    """Row of C-synthesis; a project is synthesised only where that was asked for."""
    backend = context.config.convert.backend
    if not context.synth:
        row = not_run(ResourceStage.C_SYNTHESIS, backend, "")
        return replace(row, note="not run: not asked for, see trigger-ad run --synth")
    # In a copy: what the tool writes must not look like a changed project.
    project = context.run.vendor
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(context.run.hls("double"), project)
    done = synthesise(project, name, backend)
    if done.report is None:
        shutil.rmtree(project)
        return replace(not_run(ResourceStage.C_SYNTHESIS, backend, done.tool), note=done.status)
    settings = context.config.convert
    return c_synthesis(done.report, name, settings.part, settings.clock_ns)
