"""Progress of stages and of long counts, on a terminal and in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

__all__ = ["GOES_ON", "NOTHING", "StageProgress"]

#: What Ctrl-C left.
GOES_ON = "interrupted: what is finished is kept, and the same command goes on from there"
NOTHING = "interrupted: nothing was written"

_SECONDS_BETWEEN_LINES = 15.0


class StageProgress:
    """A bar for each stage on a terminal; elsewhere a line at its end and now and then.

    Parameters
    ----------
    interrupted : str
        Said after Ctrl-C.
    place : callable, optional
        Which of all stages one is, by its name.
    left : callable, optional
        Takes a stage and the part of it that is done; seconds until all are, None if unknown.
    """

    def __init__(
        self,
        interrupted: str = GOES_ON,
        place: Callable[[str], str] = lambda stage: "",  # noqa: ARG005
        left: Callable[[str, float], float | None] = lambda stage, part: None,  # noqa: ARG005
    ) -> None:
        self._interrupted, self._place, self._left = interrupted, place, left
        self._console = Console(stderr=True, highlight=False)
        self._live = sys.stderr.isatty()
        self._bars = Progress(
            TextColumn("{task.description:<22}"),
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
        if kind is KeyboardInterrupt:
            self._console.print(f"trigger-ad: {self._interrupted}")

    def __call__(self, stage: str, part: float, note: str) -> None:
        """Show that `part` (0 to 1) of a stage is done."""
        place = self._place(stage)
        title = f"{place:>5} {stage}" if place else stage
        left = self._left(stage, part)
        if self._live and part >= 1:
            left = None  # the bar of the next stage says it
        shown = ", ".join(filter(None, (note, about(left))))
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(title, total=1.0, note="")
        self._bars.update(self._tasks[stage], completed=part, note=shown)
        now = time.monotonic()
        if not self._live and (part >= 1 or now - self._last > _SECONDS_BETWEEN_LINES):
            self._last = now
            self._console.print(f"{title:<22} {100 * part:>3.0f} %  {shown}", soft_wrap=True)


def about(seconds: float | None) -> str:
    """Time that is left, as one says it; nothing if it is unknown or next to nothing.

    Examples
    --------
    >>> about(200.0)
    'about 3 min left'
    >>> about(8000.0)
    'about 2.2 h left'
    """
    if seconds is None or seconds < 1:
        return ""
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"
