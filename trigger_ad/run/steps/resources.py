"""What the hardware costs: an estimate always, synthesis where its tool is."""

from __future__ import annotations

import shutil
from dataclasses import replace

from trigger_ad.features.layout import layout
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.synthesis import synthesise
from trigger_ad.ledger.estimate import estimate
from trigger_ad.ledger.reports import c_synthesis
from trigger_ad.ledger.rows import ResourceRow, Stage, not_run, write
from trigger_ad.network import HardwareNetwork
from trigger_ad.run.emulation import load_scores
from trigger_ad.run.engine import Context
from trigger_ad.run.models import MODELS

__all__ = ["SYNTHESIS", "run"]

#: Where a vendor's tool works, with its reports.
SYNTHESIS = "firmware/synthesis"


def run(context: Context) -> None:
    """Write ``resources.json``."""
    folder = context.folder / "model/double"
    network = HardwareNetwork.load(folder / "network.npz")
    scores = load_scores(folder / "scores.json")
    rows = [
        estimate(network, scores, *scaled_range(layout(context.config.features))),
        _synthesis(context, network),
    ]
    write(context.out("resources.json"), rows)


def _synthesis(context: Context, network: HardwareNetwork) -> ResourceRow:
    """Row of C-synthesis; a project is synthesised only where that was asked for."""
    backend = context.config.convert.backend
    if not context.synth:
        row = not_run(Stage.C_SYNTHESIS, backend, "")
        return replace(row, note="not run: not asked for, see trigger-ad run --synth")
    # In a copy: what the tool writes must not look like a changed project.
    project = context.folder / SYNTHESIS
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(context.folder / MODELS["double"], project)
    done = synthesise(project, network.name, backend)
    if done.report is None:
        shutil.rmtree(project)
        return replace(not_run(Stage.C_SYNTHESIS, backend, done.tool), note=done.status)
    return c_synthesis(done.report)
