"""What a report must be of: a top, a part and a clock."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from trigger_ad.errors import ReportError

__all__ = ["check_clock", "check_part", "check_top"]

#: Difference in ns at which two periods are the same: HLS tools print two decimals.
_SAME_NS = 0.005

#: Device and package, with or without a dash between them, then speed and temperature grade.
_PART = re.compile(r"(?:xc)?(\w+(?:-[a-z]\w*)?)(?:-(\d\w*)(?:-([a-z])(?:-\w+)?)?)?", re.A)


def check_top(path: Path, found: str, wanted: str | None) -> None:
    """Refuse the report of another top; any will do if `wanted` is None."""
    if wanted is not None and found != wanted:
        raise ReportError(
            path, f"must be of the top {wanted}", found, f"give the report of {wanted}"
        )


def check_part(path: Path, found: str, wanted: str | None) -> None:
    """Refuse the report of another part; any will do if `wanted` is None.

    Tools leave out dashes, ``xc``, the package or the grades: what one name does not say is not
    compared.
    """
    if wanted is not None and not _same_part(found, wanted):
        raise ReportError(path, f"must be of the part {wanted}", found, f"synthesise for {wanted}")


def check_clock(path: Path, found: Collection[float], wanted: float | None) -> None:
    """Refuse the report of a design without a clock of this period.

    Parameters
    ----------
    path : Path
    found : collection of float
        Periods in ns; empty where the report names none, which is not refused.
    wanted : float or None
        Any will do if it is None.
    """
    if wanted is None or not found:
        return
    if all(abs(period - wanted) > _SAME_NS + 1e-9 for period in found):
        raise ReportError(
            path,
            f"must be of a clock of {wanted:g} ns",
            ", ".join(f"{period:g} ns" for period in found),
            f"build for {wanted:g} ns",
        )


def _same_part(one: str, other: str) -> bool:
    names = [_PART.fullmatch(name.strip().casefold()) for name in (one, other)]
    if None in names:
        return one == other
    (base, *grades), (other_base, *other_grades) = (name.groups() for name in names if name)
    short, long = sorted((base.replace("-", ""), other_base.replace("-", "")), key=len)
    return long.startswith(short) and all(
        a == b for a, b in zip(grades, other_grades, strict=True) if a and b
    )
