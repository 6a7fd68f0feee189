"""Ledger: resources and latency by stage, each with the tool that said so."""

from trigger_ad.ledger.estimate import estimate
from trigger_ad.ledger.reports import c_synthesis
from trigger_ad.ledger.rows import ResourceRow, Stage, not_run, read, write

__all__ = ["ResourceRow", "Stage", "c_synthesis", "estimate", "not_run", "read", "write"]
