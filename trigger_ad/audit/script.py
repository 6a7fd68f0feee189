"""Scripts that synthesise an HLS project: what they say to the tool, and which top they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from trigger_ad import config
from trigger_ad.audit.text import REMEDY, read_source
from trigger_ad.convert.script import COMMANDS, SCRIPT, SETTINGS, read_settings
from trigger_ad.errors import ConversionError
from trigger_ad.ir.findings import Checked, Finding

__all__ = ["check_commands", "check_script"]

#: Top and source of the networks by themselves, as hls4ml's script names them.
_OWN = {
    "set_top": "set_top ${project_name}",
    "add_files": 'add_files firmware/${project_name}.cpp -cflags "-std=c++0x"',
}


def check_script(project: Path, name: str, asked: config.Convert | None = None) -> Checked:
    """Compare settings and script of a project with what was asked for.

    Parameters
    ----------
    project : Path
        Folder of the HLS project.
    name : str
        Of the network, and of its top.
    asked : config.Convert, optional
        Part, clock and back end; without it they are not compared.

    Returns
    -------
    Checked
        Counts of ``settings`` and ``commands``.
    """
    try:
        values = read_settings(project)
    except ConversionError as error:
        return Checked({"settings": 0}, (Finding.of(error),))
    wanted = {"project_name": name, "maximum_size": "4096"}
    if asked is not None:
        wanted |= {"part": asked.part, "backend": asked.backend.lower()}
        wanted |= {"clock_period": str(asked.clock_ns)}
    findings = [
        Finding(f"{key} in {SETTINGS}", f"must be {value}", values[key], REMEDY)
        for key, value in wanted.items()
        if not _same(values[key], value)
    ]
    checked = Checked({"settings": len(wanted)}, tuple(findings))
    text = read_source(project / SCRIPT, SCRIPT)
    if isinstance(text, Finding):
        return checked + Checked({"commands": 0}, (text,))
    return checked + check_commands(text, SCRIPT, COMMANDS | _OWN)


def check_commands(text: str, where: str, wanted: Mapping[str, str] = COMMANDS) -> Checked:
    """Find commands of a script that are absent, or others.

    Parameters
    ----------
    text : str
        The script.
    where : str
        Its name in findings.
    wanted : mapping of str to str
        The line of each command.

    Returns
    -------
    Checked
        Count of ``commands``.
    """
    return Checked({"commands": len(wanted)}, tuple(_commands(text, where, wanted)))


def _commands(text: str, where: str, wanted: Mapping[str, str]) -> Iterator[Finding]:
    lines = [line.strip() for line in text.splitlines()]
    for command, line in wanted.items():
        found = [one for one in lines if re.match(rf"(?:catch \{{)?{command}\b(?! -tb)", one)]
        for other in [one for one in found if one != line]:
            yield Finding(f"{command} in {where}", f"must be {line!r}", repr(other), REMEDY)
        if not found:
            yield Finding(f"{command} in {where}", f"must be {line!r}", None, REMEDY)
    for line in lines:
        if re.match(r"set (?:clock_period|clock_uncertainty|part|project_name)\b", line):
            yield Finding(f"line {line!r} of {where}", f"must stand in {SETTINGS}", None, REMEDY)


def _same(found: str, wanted: str) -> bool:
    """Whether two settings are equal, as numbers where they are some."""
    return found == wanted or (_number(found) is not None and _number(found) == _number(wanted))


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?(e[-+]?\d+)?", text) else None
