"""What a stage of a run is: its step, and everything that the step may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trigger_ad.config import Config

__all__ = ["Stage"]


@dataclass(frozen=True)
class Stage:
    """One step from records to records.

    The step is given what is declared here and nothing else; `trigger_ad.run.declared` says so to
    one that reads more.

    Parameters
    ----------
    name : str
    step : callable
        Does the work: takes the `Context`, and `arguments` by name.
    sections : tuple of str
        Keys of the configuration that it reads, dotted.
    inputs : tuple of str
        Stages whose outputs it reads.
    outputs : tuple of str
        Files or folders that it writes, relative to the run folder.
    packages : tuple of str
        Distributions whose version changes the result.
    version : int
        Of its own code: raised when the same inputs give another result.
    arguments : tuple of (str, str)
        Passed on to the step.
    files : str
        Name of the group of files from outside that it reads, if any.
    checks : tuple of str
        Keys of the configuration that may make it refuse, but change nothing that it writes; they
        are no part of its key.
    beside : tuple of str
        Paths of the run folder that it may use though they are no part of its key: an earlier
        output of its own that it takes up again after a check, the place where a vendor's tool
        works, the manifest.
    absent : tuple of str
        Outputs of stages that this configuration leaves out: not there for the step, whatever an
        earlier run has left.
    synthesises : bool
        Whether the result depends on vendor synthesis being asked for.
    seconds : float
        About how long it takes beside the others, where no earlier run of the folder tells.
    needs : callable, optional
        Refuses a configuration for which a tool or package is missing; asked before any stage
        works.
    """

    name: str
    step: Callable[..., None]
    sections: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    packages: tuple[str, ...] = ("numpy",)
    version: int = 1
    arguments: tuple[tuple[str, str], ...] = ()
    files: str = ""
    checks: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    synthesises: bool = False
    seconds: float = 1.0
    needs: Callable[[Config], None] | None = None
