"""Everything that a trigger without a network leaves, audited at once."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.audit.scores import check_scores
from trigger_ad.audit.top import check_top
from trigger_ad.ir.findings import Checked
from trigger_ad.trigger.hardware import Block, HardwareTrigger

__all__ = ["check_tables"]


def check_tables(
    project: Path, block: Block, trigger: HardwareTrigger | None = None
) -> dict[str, Checked]:
    """Audit the HLS project of a block without a network.

    Parameters
    ----------
    project : Path
        Folder of the HLS project.
    block : Block
    trigger : HardwareTrigger, optional
        That the block is of; not given where there is no trigger top.

    Returns
    -------
    dict of str to Checked
        By what was looked at: ``scores as written`` and ``trigger top``.
    """
    found = {"scores as written": check_scores(project, block)}
    if trigger is not None:
        found["trigger top"] = check_top(project, trigger)
    return found
