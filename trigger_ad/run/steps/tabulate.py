"""Scores of a trigger without a network: tables of background events, and their HLS project."""

from __future__ import annotations

from trigger_ad.audit.tables import check_tables
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.top import FOLDER, write_top
from trigger_ad.ir.findings import require
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.tables import tabulated_scores
from trigger_ad.run.folder.trigger import SCORES_SCHEMA
from trigger_ad.run_folder import NAMES
from trigger_ad.storage.files import write_json
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.rule import Rule

__all__ = ["run"]


def run(context: Context) -> None:
    """Write the HLS project and ``scores.json``."""
    config = context.config
    data = Dataset(context.folder, config.features)
    label = config.convert.namespace
    bare = Block(data.layout, None, {}, data.reading.program, label=label)
    context.progress(0.0, "tables of background events")
    scores = tabulated_scores(config.scorer, bare, data)
    block = Block(data.layout, None, scores, data.reading.prepare(None, scores), label=label)
    trigger = HardwareTrigger((block,), Rule(config.trigger.rule))
    project = context.out(NAMES.hls("double"))
    project.mkdir()
    write_top(project, trigger)
    context.progress(0.3, "audit")
    for checked in check_tables(project, block, trigger).values():
        require(checked)
    context.progress(0.4, "compiling the trigger top")
    build_csim(project, folder=FOLDER)
    write_json(
        context.out(NAMES.model("double").scores),
        {
            "schema": SCORES_SCHEMA,
            "label": block.label,
            "scores": [score.to_json() for score in scores.values()],
        },
    )
