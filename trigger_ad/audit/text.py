"""Sources as they were written, against what the record makes of them today."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from trigger_ad.ir.findings import Checked, Finding

__all__ = ["REMEDY", "check_sources", "read_source"]

REMEDY = "convert the model again; do not edit the project by hand"


def check_sources(folder: Path, sources: Mapping[str, str], where: str) -> Checked:
    """Compare files line by line, comments and spaces left aside.

    Parameters
    ----------
    folder : Path
    sources : mapping of str to str
        What each file must hold, by name.
    where : str
        What the folder is called in findings.

    Returns
    -------
    Checked
        Counts of ``files`` and ``lines``; the first difference of each file.
    """
    findings: list[Finding] = []
    lines = 0
    for name, text in sources.items():
        wanted = _code(text)
        lines += len(wanted)
        found = read_source(folder / name, f"{where}/{name}")
        if isinstance(found, Finding):
            findings.append(found)
            continue
        for left, right in zip_longest(_code(found), wanted):
            if left is None or right is None or left[1] != right[1]:
                findings.append(_line(f"{where}/{name}", left, right))
                break
    return Checked({"files": len(sources), "lines": lines}, tuple(findings))


def read_source(path: Path, name: str) -> str | Finding:
    """Text of a file, or the finding that there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        return Finding(name, "must be readable", (error.strerror or "unreadable").lower(), REMEDY)


def _code(text: str) -> list[tuple[int, str]]:
    """Lines that are not empty without their comments and outer spaces, with their numbers."""
    lines = (line.partition("//")[0].strip() for line in text.splitlines())
    return [(number, line) for number, line in enumerate(lines, 1) if line]


def _line(name: str, found: tuple[int, str] | None, wanted: tuple[int, str] | None) -> Finding:
    if found is None:
        return Finding(f"the end of {name}", f"must be {wanted and wanted[1]!r}", "cut", REMEDY)
    rule = "must be the end" if wanted is None else f"must be {wanted[1]!r}"
    return Finding(f"line {found[0]} of {name}", rule, repr(found[1]), REMEDY)
