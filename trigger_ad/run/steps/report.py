"""The page that a person looks at."""

from __future__ import annotations

from trigger_ad import report
from trigger_ad.run.folder.context import Context

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``report.html`` and ``plots/``."""
    report.build(context.folder, context.partial)
