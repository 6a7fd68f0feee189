"""Ledger: resources and latency by stage, each with the tool that said so."""

from trigger_ad.ledger.budget import check_budget
from trigger_ad.ledger.estimate import estimate
from trigger_ad.ledger.reports import (
    c_synthesis,
    c_synthesis_text,
    co_simulation,
    timing,
    utilization,
)
from trigger_ad.ledger.rows import ResourceRow, Stage, not_run, read, write

__all__ = [
    "ResourceRow",
    "Stage",
    "c_synthesis",
    "c_synthesis_text",
    "check_budget",
    "co_simulation",
    "estimate",
    "not_run",
    "read",
    "timing",
    "utilization",
    "write",
]
