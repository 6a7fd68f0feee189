"""The errors a user can cause, each one sentence: name, rule, value, remedy."""

from __future__ import annotations

from typing import Self

__all__ = [
    "ArchitectureError",
    "BudgetError",
    "ConfigError",
    "ConversionError",
    "CountsError",
    "EventFileError",
    "FeedError",
    "FixedPointError",
    "MissingDependencyError",
    "MissingToolError",
    "NormalisationError",
    "OutputError",
    "ReportError",
    "RunFolderError",
    "SchemaError",
    "TrainingError",
    "TriggerAdError",
    "WorkingPointError",
    "sentence",
]


def sentence(name: object, rule: str, value: object, remedy: str) -> str:
    """One sentence of four parts: ``name rule, not value: remedy``.

    Parameters
    ----------
    name : object
        What is wrong: a file, a configuration key with its line, a port.
    rule : str
        What must hold, as the end of a sentence that starts with `name`.
    value : object
        What was found instead; None, where there is nothing, leaves this part out.
    remedy : str
        What can be done about it.

    Examples
    --------
    >>> sentence("port 3", "must be an integer", 2.5, "round it")
    'port 3 must be an integer, not 2.5: round it'
    >>> sentence("the menu", "must have a seed", None, "add one")
    'the menu must have a seed: add one'
    """
    found = "" if value is None else f", not {value}"
    return f"{name} {rule}{found}: {remedy}"


class TriggerAdError(Exception):
    """A mistake in what the user gave, as opposed to a fault of the program.

    The command line prints the sentence and exits with code 2; nothing that
    was written earlier is touched.

    Parameters
    ----------
    name, rule, value, remedy
        As in `sentence`.
    """

    def __init__(self, name: object, rule: str, value: object, remedy: str) -> None:
        self.name, self.rule, self.value, self.remedy = str(name), rule, value, remedy
        super().__init__(sentence(name, rule, value, remedy))

    def __reduce__(self) -> tuple[type[TriggerAdError], tuple[str, str, str | None, str]]:
        """Travel between processes with all four parts."""
        value = None if self.value is None else str(self.value)
        return type(self), (self.name, self.rule, value, self.remedy)


class ConfigError(TriggerAdError):
    """A configuration key is unknown, repeated, of the wrong type or out of range."""


class EventFileError(TriggerAdError):
    """An event file is missing, truncated, of the wrong shape or holds impossible values."""


class FeedError(TriggerAdError):
    """A stream of counters cannot be read, or a counter in it wrapped."""


class FixedPointError(TriggerAdError):
    """A fixed-point type cannot be written, or cannot hold what it is asked to hold."""


class ArchitectureError(TriggerAdError):
    """The layers of a network do not fit each other, or what is put into them."""


class ConversionError(TriggerAdError):
    """A network cannot be converted to hardware without changing what it computes."""


class TrainingError(TriggerAdError):
    """A training diverged or collapsed."""


class WorkingPointError(TriggerAdError):
    """Thresholds leave a region empty or a wanted efficiency cannot be reached."""


class CountsError(TriggerAdError):
    """Counts of the trigger are not what they must be: a counter wrapped, live times differ."""


class NormalisationError(TriggerAdError):
    """A rate in Hz was asked for where the sample has no normalisation."""


class RunFolderError(TriggerAdError):
    """A run folder belongs to another configuration, is incomplete or is in use."""


class OutputError(TriggerAdError):
    """An output cannot be written, or would replace what was given as an input."""


class BudgetError(TriggerAdError):
    """The firmware costs more than its budget, or nobody knows what it costs."""


class ReportError(TriggerAdError):
    """A report of an external tool is missing, cut short or not what its name says."""


class SchemaError(TriggerAdError):
    """A file carries a schema version that this version does not know."""


class MissingDependencyError(TriggerAdError):
    """An optional package is not installed."""

    @classmethod
    def of(cls, purpose: str, package: str, extra: str = "") -> Self:
        """Say what needs which package, and how to install it.

        Parameters
        ----------
        purpose : str
            What cannot be done without it, as ``serving metrics``.
        package : str
            As it is called where it is installed from.
        extra : str
            Of trigger-ad, that brings it; none if trigger-ad itself does.
        """
        wanted = f"trigger-ad[{extra}]" if extra else "trigger-ad"
        return cls(purpose, f"needs {package}", None, f"pip install {wanted}")


class MissingToolError(TriggerAdError):
    """An external program is not on PATH."""
