"""Widths of plain integers in written sources, against the range that each must hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.audit.text import REMEDY, read_source
from trigger_ad.ir.findings import Checked, Finding, bits_needed

__all__ = ["Declaration", "check_declarations", "check_files"]


@dataclass(frozen=True)
class Declaration:
    """An integer that a source must declare.

    Parameters
    ----------
    name : str
        In findings.
    pattern : str
        Regular expression of its declaration. Group ``type`` is what is declared; ``signed``
        takes part for two's complement; of ``width``, ``last`` (the highest bit) and ``more``
        (bits beyond `base`, 0 if it takes no part) it has one.
    minimum, maximum : int
        Range that it must hold.
    base : int
    optional : bool
        Whether it may be declared in another way.
    exact : (int, bool) or None
        Its bits and whether it is signed, where nothing wider will do.
    """

    name: str
    pattern: str
    minimum: int
    maximum: int
    base: int = 0
    optional: bool = False
    exact: tuple[int, bool] | None = None


def check_files(
    folder: Path, where: str, declared: Mapping[str, Iterable[Declaration]]
) -> tuple[Checked, dict[str, str]]:
    """Check the declarations of several sources of a folder.

    Parameters
    ----------
    folder : Path
    where : str
        Name of the folder in findings.
    declared : mapping of str to iterable of Declaration
        By name of the file.

    Returns
    -------
    checked : Checked
        As of `check_declarations`; a source that cannot be read is a finding.
    texts : dict of str to str
        Of the sources that could be read, by name.
    """
    checked, texts = Checked(), {}
    for name, declarations in declared.items():
        text = read_source(folder / name, f"{where}/{name}")
        if isinstance(text, Finding):
            checked += Checked(findings=(text,))
        else:
            texts[name] = text
            checked += check_declarations(text, f"{where}/{name}", declarations)
    return checked, texts


def check_declarations(text: str, where: str, declarations: Iterable[Declaration]) -> Checked:
    """Find declarations that are absent, or too narrow for their range, wherever they occur.

    Returns
    -------
    Checked
        Count of ``integers``, each place of a declaration for itself.
    """
    findings: list[Finding] = []
    count = 0
    for wanted in declarations:
        places = list(re.finditer(wanted.pattern, text, re.M))
        count += len(places)
        if not places and not wanted.optional:
            findings.append(Finding(f"{wanted.name} in {where}", "must be declared", None, REMEDY))
        findings += [found for place in places if (found := _narrow(where, wanted, place))]
    return Checked({"integers": count}, tuple(dict.fromkeys(findings)))


def _narrow(where: str, wanted: Declaration, place: re.Match[str]) -> Finding | None:
    groups = place.groupdict()
    signed = groups.get("signed") is not None
    if "width" in groups:
        width = int(groups["width"])
    elif "last" in groups:
        width = int(groups["last"]) + 1
    else:
        width = wanted.base + int(groups["more"] or 0)
    low, high = wanted.minimum, wanted.maximum
    needed = bits_needed(low, high, signed)
    found = f"{' '.join(groups['type'].split())} ({width} bits)"
    if needed > width or (low < 0 and not signed):
        sign = ", signed" if signed or low < 0 else ""
        rule = f"must hold {low} to {high} ({needed} bits{sign})"
        return Finding(f"{wanted.name} in {where}", rule, found, "widen it, for it can wrap")
    if wanted.exact is not None and wanted.exact != (width, signed):
        bits, sign = wanted.exact[0], "signed" if wanted.exact[1] else "unsigned"
        return Finding(f"{wanted.name} in {where}", f"must have {bits} bits, {sign}", found, REMEDY)
    return None
