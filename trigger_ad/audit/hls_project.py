"""The HLS project as a tool reads it: its tops, pragmas, state and scripts.

No tool of AMD is here. So this holds the project to what is on record of them: the user guides, the
scripts of hls4ml, and faults that others have met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from trigger_ad import config
from trigger_ad.audit.cpp import Function, Source, read
from trigger_ad.audit.pragmas import check_pragmas
from trigger_ad.audit.script import check_script
from trigger_ad.audit.state import check_state
from trigger_ad.audit.text import REMEDY, read_source
from trigger_ad.convert.text import network_function
from trigger_ad.hls.top import FOLDER
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.naming import cpp_namespace

__all__ = ["check_hls_project"]


def check_hls_project(
    project: Path, name: str, trigger: bool, asked: config.Convert | None = None
) -> Checked:
    """Check what a tool makes of an HLS project, by its text.

    Parameters
    ----------
    project : Path
        Folder of the project.
    name : str
        Of the network.
    trigger : bool
        Whether it has a trigger top.
    asked : config.Convert, optional
        Part, clock, back end and interval; without it they are not compared.

    Returns
    -------
    Checked
        Counts of ``tops``, of all that `trigger_ad.audit.pragmas.check_pragmas`,
        `trigger_ad.audit.state.check_state` and `trigger_ad.audit.script.check_script` look at.
    """
    tops = {name: f"firmware/{name}.cpp"}
    with_state = (f"{name}_trigger", f"{name}_algorithm_bits") if trigger else ()
    tops |= dict.fromkeys(with_state, f"{FOLDER}/trigger_top.cpp")
    sources, missing = _read(project, name, trigger)
    checked = Checked(findings=missing)
    checked += Checked({"tops": len(tops)}, tuple(_tops(sources, tops)))
    checked += Checked(findings=tuple(_types(sources, name)))
    checked += check_pragmas(sources, tuple(tops))
    if asked is not None:
        checked += Checked(findings=tuple(_intervals(sources, tops, asked.reuse_factor)))
    checked += check_state(sources, with_state)
    return checked + check_script(project, name, asked)


def _read(project: Path, name: str, trigger: bool) -> tuple[dict[str, Source], tuple[Finding, ...]]:
    """Sources that are synthesised, but for the library of hls4ml and the weights."""
    function = network_function(name)
    files = [f"firmware/{file}" for file in (f"{function}.cpp", f"{name}.cpp")]
    files += [f"firmware/{file}" for file in ("score.h", "score_ops.h")]
    if trigger:
        files += [f"{FOLDER}/{file}" for file in ("trigger_core.h", "scale_words.h")]
        files += [f"{FOLDER}/{file}" for file in ("trigger_top.h", "trigger_top.cpp")]
    texts = {file: read_source(project / file, file) for file in files}
    findings = tuple(text for text in texts.values() if isinstance(text, Finding))
    sources = {file: read(text) for file, text in texts.items() if isinstance(text, str)}
    return sources, findings


def _named(sources: Mapping[str, Source], name: str) -> list[tuple[str, Function]]:
    return [
        (where, function)
        for where, source in sources.items()
        for function in source.functions
        if function.name == name
    ]


def _tops(sources: Mapping[str, Source], tops: Mapping[str, str]) -> Iterator[Finding]:
    """Each top is one function of its name, where ``set_top`` finds it, in a file it is told."""
    for name, file in tops.items():
        found = _named(sources, name)
        if [where for where, _ in found] != [file]:
            places = ", ".join(where for where, _ in found) or None
            yield Finding(f"top {name}", f"must be defined once, in {file}", places, REMEDY)
        for where, function in found:
            if function.scope:
                rule = "must stand outside of any namespace"
                yield Finding(f"top {name} in {where}", rule, f"in {function.scope}", REMEDY)
            if re.match(r"(?:static|inline|template)\b", function.head):
                rule = "must be a plain function"
                yield Finding(
                    f"top {name} in {where}",
                    rule,
                    repr(function.head.partition("(")[0] + "("),
                    REMEDY,
                )


def _types(sources: Mapping[str, Source], name: str) -> Iterator[Finding]:
    """The top of the networks has the ports of the function that it calls."""
    called = _named(sources, network_function(name))
    for where, top in _named(sources, name):
        for _, function in called:
            wanted = tuple(f"{cpp_namespace(name)}::{text}" for text in function.arguments)
            if top.arguments != wanted:
                yield Finding(
                    f"the ports of {name} in {where}",
                    f"must be {', '.join(wanted)}",
                    ", ".join(top.arguments),
                    REMEDY,
                )


def _intervals(
    sources: Mapping[str, Source], tops: Mapping[str, str], interval: int
) -> Iterator[Finding]:
    for name in tops:
        for where, function in _named(sources, name):
            found = re.findall(r"#pragma HLS PIPELINE II=(\d+)", function.body)
            if found != [str(interval)]:
                rule = f"must be {interval}, the reuse factor"
                yield Finding(
                    f"the interval of {name} in {where}", rule, ", ".join(found) or None, REMEDY
                )
