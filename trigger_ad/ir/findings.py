"""What an audit looked at, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from trigger_ad.errors import ConversionError, TriggerAdError, sentence
from trigger_ad.ir.fixed import FixedPoint

__all__ = ["Checked", "Finding", "bits_needed", "require", "too_narrow"]


@dataclass(frozen=True)
class Finding:
    """Something that can go wrong for some input, or that is not what the record says.

    Parameters
    ----------
    name : str
        What is wrong: an accumulator with its layer, a port, a line of a file.
    rule : str
        What must hold; of a width, the range that is reached and the type it needs.
    found : str or None
        What is there instead, if anything.
    remedy : str
        What to do about it, and for a width what can happen.
    fatal : bool
        Whether a build must fail; otherwise the finding is a warning.
    """

    name: str
    rule: str
    found: str | None
    remedy: str
    fatal: bool = True

    def __str__(self) -> str:
        return sentence(self.name, self.rule, self.found, self.remedy)

    @classmethod
    def of(cls, error: TriggerAdError) -> Self:
        """Finding with the sentence of an error."""
        found = None if error.value is None else str(error.value)
        return cls(error.name, error.rule, found, error.remedy)


@dataclass(frozen=True)
class Checked:
    """What a part of an audit looked at, and what it found.

    Parts are joined with ``+``.

    Parameters
    ----------
    counts : mapping of str to int
        Number of things that were looked at, by what they are.
    findings : tuple of Finding
        Empty if all of it is proven.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Checked) -> Checked:
        names = dict.fromkeys((*self.counts, *other.counts))
        counts = {name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in names}
        return Checked(counts, tuple(dict.fromkeys(self.findings + other.findings)))

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """Findings that must fail a build."""
        return tuple(finding for finding in self.findings if finding.fatal)


def require(checked: Checked) -> None:
    """Fail a build on the first fatal finding.

    Raises
    ------
    ConversionError
        With its sentence: name, range, needed width, what is there.
    """
    for finding in checked.fatal:
        raise ConversionError(finding.name, finding.rule, finding.found, finding.remedy)


def too_narrow(
    name: str, problem: str, low: int, high: int, found: FixedPoint | str, needed: FixedPoint
) -> Finding:
    """Finding that a fixed-point type does not hold a range.

    Parameters
    ----------
    name : str
    problem : str
        What can happen, as ``can overflow``.
    low, high : int
        Range that is reached, in units of ``2**-needed.fraction``.
    found : FixedPoint or str
    needed : FixedPoint
        Narrowest type that holds the range.
    """
    return Finding(
        name,
        f"must hold {low} to {high} x 2**{-needed.fraction} ({needed}, {needed.width} bits)",
        str(found),
        f"widen it, for it {problem}",
    )


def bits_needed(low: int, high: int, signed: bool) -> int:
    """Bits of the narrowest integer type, of the sign asked for or needed, that holds a range."""
    width = max((-1 - low).bit_length() if low < 0 else 0, high.bit_length())
    return max(width + int(signed or low < 0), 1)
