"""The page that a shifter looks at: one HTML file that needs no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trigger_ad.monitor.alarms import KINDS, status
from trigger_ad.monitor.figure import draw
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.pages.save import image
from trigger_ad.pages.templating import environment
from trigger_ad.storage.files import write_text
from trigger_ad.trigger.regions import PAIR

__all__ = ["REFRESH", "STALE", "View", "render", "write"]

_TEMPLATES = Path(__file__).parent / "templates"

#: A browser loads the page again after so many seconds.
REFRESH = 10

#: Without a new section for so many seconds, somebody has to look.
STALE = 120.0

_WORDS = {"green": "no alarm", "amber": "look", "red": "act now"}


@dataclass(frozen=True)
class View:
    """What the page is made of.

    Parameters
    ----------
    state : MonitorState
    settings : Settings
    source : str
        Name of the counters' file.
    now : datetime
        With its time zone.
    idle : float
        Since the latest section was read, in s.
    ended : str
        Why the monitor does not run any more; empty while it does.
    kappa_given : bool
    """

    state: MonitorState
    settings: Settings
    source: str
    now: datetime
    idle: float = 0.0
    ended: str = ""
    kappa_given: bool = True

    @property
    def level(self) -> str:
        """``green``, ``amber`` or ``red``; a silent monitor is never green."""
        level = status(self.state.active)
        silent = bool(self.ended) or self.idle > STALE or not self.state.history
        return "amber" if silent and level == "green" else level

    @property
    def predicts(self) -> bool:
        """Whether region A is predicted, as where two scores span the regions."""
        return len(self.state.followers) == PAIR.regions

    @property
    def without_kappa(self) -> float | None:
        """Prediction of the last section without kappa; None where there is no prediction."""
        last = self.state.history[-1] if self.state.history else None
        if last is None or last.predicted is None:
            return None
        return last.predicted / self.settings.kappa.at(last.pileup)[0]

    @property
    def headline(self) -> str:
        """The status in words."""
        titles = [KINDS[alarm.kind].title for alarm in self.state.active]
        if self.ended:
            titles.append(self.ended)
        elif self.idle > STALE:
            titles.append(f"no new section for {self.idle:.0f} s")
        elif not self.state.history:
            titles.append("no section read so far")
        return ", ".join(titles) or "no alarm"


def render(view: View) -> str:
    """Return the page; everything that comes from outside is escaped."""
    history = view.state.history
    return (
        environment(_TEMPLATES)
        .get_template("monitor.html.j2")
        .render(
            view=view,
            state=view.state,
            last=history[-1] if history else None,
            ratio=view.state.window.ratio,
            word=_WORDS[view.level],
            kinds=KINDS,
            refresh=None if view.ended else REFRESH,
            figure=image(draw(history), "monitor").uri if history else "",
        )
    )


def write(path: Path, view: View) -> None:
    """Write the page whole."""
    write_text(path, render(view))
