"""A monitor at work: lines in, page, state file and metrics out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trigger_ad.errors import FeedError, OutputError, TriggerAdError
from trigger_ad.monitor import page, state
from trigger_ad.monitor.alarms import KINDS
from trigger_ad.monitor.counts import Counts, MalformedLineError, read
from trigger_ad.monitor.expected import Reference
from trigger_ad.monitor.metrics import Board
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.source import STDIN
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.watch import advance, complain
from trigger_ad.storage.outputs import check_file

__all__ = ["Outputs", "watch"]


@dataclass(frozen=True)
class Outputs:
    """Where a monitor writes.

    Parameters
    ----------
    page : Path, optional
        HTML file.
    state : Path, optional
        File from which a killed monitor goes on; read first if it is there.
    every : float
        Time between two writings, in s.
    kappa_given : bool
        Whether kappa was measured, for the page.
    """

    page: Path | None = None
    state: Path | None = None
    every: float = 10.0
    kappa_given: bool = True

    def check(self, inputs: Sequence[Path]) -> None:
        """Refuse what could not be written, or would replace what is read.

        Raises
        ------
        OutputError
            Also if page and state are one file.
        """
        if self.state is not None:
            check_file(self.state, inputs, "--state")
        if self.page is not None:
            if self.state is not None and self.page.absolute() == self.state.absolute():
                raise OutputError("--page", "must be another file than --state", None, "rename it")
            check_file(self.page, (*inputs, *filter(None, (self.state,))), "--page")


def watch(
    source: str,
    lines: Iterable[str | None],
    settings: Settings,
    outputs: Outputs,
    say: Callable[[str], None],
    board: Board | None = None,
    known: Mapping[str, Reference] | None = None,
) -> MonitorState:
    """Watch until the lines end or Ctrl-C; page and state are written at the end in any case.

    Parameters
    ----------
    source : str
        Name of the lines, for errors and page.
    lines : iterable of str or None
        Of `source.lines`.
    settings : Settings
    outputs : Outputs
    say : callable
        Called with a sentence when an alarm begins or ends.
    board : Board, optional
        Where metrics are read.
    known : mapping of str to Reference, optional
        References of an earlier run.

    Returns
    -------
    MonitorState
        After the last line taken.

    Raises
    ------
    FeedError
        If the first line is no record, no section is there at all, or a counter wrapped.
    SchemaError
        If a line has another schema.
    """
    work = _Work(source, settings, outputs, say, board or Board(), known or {})
    try:
        for number, line in enumerate(_counted(lines, work.rest), 1):
            work.take(line, number)
            work.rest()
        work.require_sections()
    except TriggerAdError as error:
        work.write(f"stopped: {error}")
        raise
    except KeyboardInterrupt:
        work.write("stopped by hand")
    else:
        work.write("end of the counters")
    return work.state


def _counted(lines: Iterable[str | None], rest: Callable[[], None]) -> Iterable[str]:
    """Lines without the pauses between them."""
    for line in lines:
        if line is None:
            rest()
        else:
            yield line


class _Work:
    """What changes while a monitor works."""

    def __init__(
        self,
        source: str,
        settings: Settings,
        outputs: Outputs,
        say: Callable[[str], None],
        board: Board,
        known: Mapping[str, Reference],
    ) -> None:
        self.source = "the standard input" if source == STDIN else source
        self.settings, self.outputs, self.say = settings, outputs, say
        self.board, self.known = board, known
        path = outputs.state
        resumed = path is not None and path.exists()
        self.state = state.load(path, settings) if path and resumed else MonitorState()
        self.behind = resumed
        self.read_at = self.written_at = time.time()
        self.board.state = self.state

    def take(self, line: str, number: int) -> None:
        """Take one line; those that an earlier monitor took are passed over."""
        if not line.strip():
            return
        place = f"line {number} of {self.source}"
        try:
            counts = read(line, place)
        except MalformedLineError as error:
            if self.state.run < 0:
                raise  # a file whose first line is no record is the wrong file
            if not self.behind:
                self._change(complain(self.state, f"{error}."))
            return
        if self.behind and (counts.run, counts.section) <= (self.state.run, self.state.section):
            return
        self.behind = False
        self._advance(counts)

    def _advance(self, counts: Counts) -> None:
        self._change(advance(self.state, counts, self.settings, self.known))
        self.read_at = time.time()
        self.board.read_at = self.read_at

    def _change(self, after: MonitorState) -> None:
        before = {alarm.kind: alarm for alarm in self.state.active}
        now = {alarm.kind: alarm for alarm in after.active}
        place = f"run {after.run}, section {after.section}"
        for kind in now.keys() - before.keys():
            level, title = KINDS[kind].level, KINDS[kind].title
            self.say(f"{place}: {level}: {title}: {now[kind].sentence}")
        for kind in before.keys() - now.keys():
            self.say(f"{place}: over: {KINDS[kind].title}")
        self.state = self.board.state = after

    def require_sections(self) -> None:
        """Refuse a source without any section."""
        if self.state.run < 0:
            raise FeedError(
                self.source, "must hold at least one section", None, "see docs/monitor.md"
            )

    def rest(self) -> None:
        """Write what is due."""
        if time.time() - self.written_at >= self.outputs.every:
            self.write("")

    def write(self, ended: str) -> None:
        """Write page and state."""
        now = time.time()
        if self.outputs.state is not None:
            state.save(self.outputs.state, self.state, self.settings)
        if self.outputs.page is not None:
            view = page.View(
                self.state,
                self.settings,
                self.source,
                datetime.fromtimestamp(now, UTC),
                now - self.read_at,
                ended,
                self.outputs.kappa_given,
            )
            page.write(self.outputs.page, view)
        self.written_at = time.time()
