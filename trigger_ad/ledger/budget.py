"""Budgets: what the firmware may cost, checked on the rows of one stage."""

from __future__ import annotations

from collections.abc import Iterable

from trigger_ad.config import Budget
from trigger_ad.errors import BudgetError
from trigger_ad.ledger.rows import ResourceRow, ResourceStage

__all__ = ["check_budget", "latency_ns"]

#: Names of the figures, and what brings each down.
_RESOURCES = {
    "lut": ("look-up tables", "prune weights, take fewer bits or smaller layers"),
    "ff": ("flip-flops", "take fewer pipeline stages or fewer bits"),
    "dsp": ("DSP slices", "score by absolute differences or take fewer bits"),
    "bram": ("block RAMs", "take smaller tables"),
    "uram": ("UltraRAMs", "take smaller tables"),
    "logic_levels": ("logic levels in a stage", "cut the pipeline into more stages"),
    "latency_ns": ("latency in ns", "take fewer pipeline stages, smaller layers or a faster clock"),
}


def latency_ns(row: ResourceRow) -> float | None:
    """Latency in ns: cycles times clock period of the same row; None if either is unknown."""
    if row.latency_cycles is None or row.clock_ns is None:
        return None
    return row.latency_cycles * row.clock_ns


def check_budget(budget: Budget, rows: Iterable[ResourceRow], stage: ResourceStage) -> None:
    """Check the rows of one stage; rows of other stages count neither for nor against it.

    Parameters
    ----------
    budget : Budget
        Entries that are None are not checked.
    rows : iterable of ResourceRow
    stage : ResourceStage

    Raises
    ------
    BudgetError
        If a figure is above its budget. Also if it is unknown, or if no row of the stage has
        figures: what cannot be checked is not held.
    """
    mine = [row for row in rows if row.stage == stage]
    for name, (what, cure) in _RESOURCES.items():
        allowed = getattr(budget, name)
        if allowed is None:
            continue
        values = [latency_ns(row) if name == "latency_ns" else getattr(row, name) for row in mine]
        known = [float(value) for value in values if value is not None]
        if not known or len(known) < len(values):
            raise BudgetError(
                f"{what} in {stage}",
                f"must be known to hold the budget of {allowed:.12g}",
                "unknown",
                f"run the tool of this stage, or leave budget.{name} out",
            )
        worst = max(known)
        if worst > allowed:
            raise BudgetError(
                f"{what} in {stage}",
                f"must be at most {allowed:.12g}",
                f"{worst:.12g}",
                f"{cure}, or raise budget.{name}",
            )
