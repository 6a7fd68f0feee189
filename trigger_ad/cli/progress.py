"""Progress of stages and of long counts, on a terminal and in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

__all__ = ["StageProgress"]

_SECONDS_BETWEEN_LINES = 15.0


class StageProgress:
    """A bar for each stage on a terminal; elsewhere a line at its end and now and then."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._live = sys.stderr.isatty()
        self._bars = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=self._console,
            disable=not self._live,
        )
        self._tasks: dict[str, TaskID] = {}
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, stage: str, part: float, note: str) -> None:
        """Show that `part` (0 to 1) of a stage is done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=1.0, note="")
        self._bars.update(self._tasks[stage], completed=part, note=note)
        now = time.monotonic()
        if not self._live and (part >= 1 or now - self._last > _SECONDS_BETWEEN_LINES):
            self._last = now
            self._console.print(f"{stage:<20} {100 * part:>3.0f} %  {note}")
