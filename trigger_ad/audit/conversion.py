"""Everything that a conversion leaves, audited at once."""

from __future__ import annotations

from pathlib import Path

from trigger_ad import config
from trigger_ad.audit.hls_project import check_hls_project
from trigger_ad.audit.model import check_model
from trigger_ad.audit.scores import check_scores
from trigger_ad.audit.top import check_top
from trigger_ad.audit.widths import check_widths
from trigger_ad.audit.written import check_written
from trigger_ad.ir.findings import Checked
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.trigger.hardware import Block, HardwareTrigger

__all__ = ["check_conversion"]


def check_conversion(
    project: Path,
    quantized: QuantizedModel,
    block: Block,
    trigger: HardwareTrigger | None = None,
    asked: config.Convert | None = None,
) -> dict[str, Checked]:
    """Audit a converted model: record, quantizers and HLS project.

    Parameters
    ----------
    project : Path
        Folder of the HLS project.
    quantized : QuantizedModel
        That was converted.
    block : Block
    trigger : HardwareTrigger, optional
        That the block is of; not given where there is no trigger top.
    asked : config.Convert, optional
        What the project was asked for; without it clock, part, back end and interval are not
        compared.

    Returns
    -------
    dict of str to Checked
        By what was looked at: ``record``, ``model``, ``network as written``, ``scores as
        written``, ``trigger top`` and ``hls project``.
    """
    network, scores = block.own_network, block.scores
    low, high = block.input_range
    found = {
        "record": check_widths(network, scores, low, high, block.beside),
        "model": check_model(quantized, network),
        "network as written": check_written(project, network, low, high),
        "scores as written": check_scores(project, block),
    }
    if trigger is not None:
        for other in trigger.blocks:
            if other is not block:
                found["scores as written"] += check_scores(project, other)
        found["trigger top"] = check_top(project, trigger)
    found["hls project"] = check_hls_project(project, network.name, trigger is not None, asked)
    return found
