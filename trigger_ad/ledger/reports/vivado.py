"""Head and sections that the reports of Vivado have in common (AMD UG835, UG906)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.design import check_part, check_top
from trigger_ad.ledger.reports.text import AGAIN, read_text
from trigger_ad.ledger.rows import ResourceStage

__all__ = ["STATES", "Report", "open_report"]

#: Stage by the state of the design.
STATES: Mapping[str, ResourceStage] = MappingProxyType(
    {
        "Synthesized": ResourceStage.LOGIC_SYNTHESIS,
        "Optimized": ResourceStage.LOGIC_SYNTHESIS,
        "Fully Placed": ResourceStage.IMPLEMENTATION,
        "Physopt postPlace": ResourceStage.IMPLEMENTATION,
        "Routed": ResourceStage.IMPLEMENTATION,
        "Fully Routed": ResourceStage.IMPLEMENTATION,
        "Physopt postRoute": ResourceStage.IMPLEMENTATION,
    }
)


@dataclass(frozen=True)
class Report:
    """A report of Vivado with its head.

    Parameters
    ----------
    path : Path
    text : str
        Everything below the head.
    version, top, part : str
    state : str or None
        Of the design; older timing reports do not say.
    """

    path: Path
    text: str
    version: str
    top: str
    part: str
    state: str | None

    @property
    def stage(self) -> ResourceStage | None:
        """Stage of its state, None where there is no state."""
        if self.state is None:
            return None
        if self.state not in STATES:
            raise ReportError(
                f"the design state of {self.path}",
                "must be one of " + ", ".join(STATES),
                self.state,
                "report after synthesis, placement or routing",
            )
        return STATES[self.state]


def open_report(path: Path, title: str, top: str | None, part: str | None) -> Report:
    """Read a report of a kind.

    Parameters
    ----------
    path : Path
    title : str
        Line below the head that names the kind.
    top, part : str or None
        Top and part that it must be of.

    Raises
    ------
    ReportError
        If the file is missing, cut short within its head, of another kind, tool, top or part.
    """
    head, found, text = read_text(path).partition(f"\n{title}\n")
    fields = dict(re.findall(r"^\| (\w[\w ]*?) *: (.*?) *$", head, re.M))
    tool = re.match(r"Vivado v\.(\S+)", fields.get("Tool Version", ""))
    if not found or tool is None:
        raise ReportError(
            path,
            f"must be a {title} of Vivado",
            "such a report",
            "give the report that its name says",
        )
    for name in ("Design", "Device"):
        if not fields.get(name):
            raise ReportError(path, f"must name its {name.lower()}", None, AGAIN)
    check_top(path, fields["Design"], top)
    device = fields["Device"]
    # Some versions leave out the first letters of the part.
    found_part = device if device.startswith("xc") else f"xc{device}"
    check_part(path, _graded(found_part, fields.get("Speed File", "")), part)
    return Report(path, text, tool[1], fields["Design"], found_part, fields.get("Design State"))


def _graded(part: str, speed: str) -> str:
    """Part with its speed grade, which timing reports write on a line of its own."""
    grade = re.match(r"-\d\w*", speed, re.A)
    return f"{part}{grade[0]}" if grade and not re.search(r"-\d", part, re.A) else part
