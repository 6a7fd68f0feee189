"""The alarms: what each means, which hides which, how long one lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["HIDDEN_BY", "HOLD", "KINDS", "Alarm", "Kind", "status", "update"]

#: Sections for which an alarm is still shown after its last sign.
HOLD = 5


@dataclass(frozen=True)
class Kind:
    """One kind of alarm.

    Parameters
    ----------
    level : str
        ``red``: somebody has to act now; ``amber``: somebody has to look.
    title, action : str
        What a shifter reads: what it is, and what to do.
    """

    level: str
    title: str
    action: str


#: Every kind, in the order in which the page shows them.
KINDS = {
    "counters": Kind(
        "red",
        "counters unusable",
        "Sections are left out until the counters are right: call the expert of the read-out.",
    ),
    "dead": Kind(
        "red",
        "dead input",
        "Look at the links into the trigger and at the run control; then call the expert.",
    ),
    "prescaler": Kind(
        "red",
        "stuck prescaler",
        "Accepted events do not follow the prescale: call the expert of the trigger firmware.",
    ),
    "live": Kind(
        "amber",
        "changed live time",
        "Look for dead time, a masked region or a change of the beams.",
    ),
    "drift": Kind(
        "amber",
        "drifting response",
        "Compare the inputs of the scores with the run before; the prediction may be off.",
    ),
    "signal": Kind(
        "red",
        "excess in A",
        "Nothing else has moved: keep the section range and call the physics coordinator.",
    ),
    "deficit": Kind(
        "amber",
        "too few events in A",
        "Nothing else has moved: the two scores are no longer related as kappa says.",
    ),
    "feed": Kind(
        "amber",
        "faulty feed",
        "Lines are malformed, repeated, out of order or missing: look at what writes them.",
    ),
}

#: What explains what: an alarm is not raised while one of these is, and ends when one begins.
HIDDEN_BY = {
    "dead": ("counters",),
    "live": ("counters", "dead"),
    "drift": ("counters", "dead", "live"),
    "signal": ("counters", "dead", "live", "drift"),
    "deficit": ("counters", "dead", "live", "drift"),
}


@dataclass(frozen=True)
class Alarm:
    """An alarm.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    run, section : int
        Where it was raised.
    latest : int
        Section of its latest sign.
    sentence : str
        What was seen in the latest section.
    """

    kind: str
    run: int
    section: int
    latest: int
    sentence: str


def update(
    active: tuple[Alarm, ...], seen: Mapping[str, str], run: int, section: int
) -> tuple[Alarm, ...]:
    """Alarms after a section.

    Parameters
    ----------
    active : tuple of Alarm
        Those before it.
    seen : mapping of str to str
        Sentence by kind, of everything that looks wrong in this section.
    run, section : int

    Returns
    -------
    tuple of Alarm
        In the order of `KINDS`; what another one explains is left out.
    """
    lasting = {a.kind: a for a in active if a.kind in seen or section - a.latest < HOLD}
    for kind, sentence in seen.items():
        before = lasting.get(kind, Alarm(kind, run, section, section, sentence))
        lasting[kind] = replace(before, latest=section, sentence=sentence)
    return tuple(
        lasting[kind]
        for kind in KINDS
        if kind in lasting and not any(cause in lasting for cause in HIDDEN_BY.get(kind, ()))
    )


def status(active: tuple[Alarm, ...]) -> str:
    """``green``, ``amber`` or ``red``."""
    levels = {KINDS[alarm.kind].level for alarm in active}
    return next((level for level in ("red", "amber") if level in levels), "green")
