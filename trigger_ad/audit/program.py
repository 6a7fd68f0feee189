"""The written preparation: every operation in a width that holds what it can put out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from trigger_ad.audit.steps import check_steps, functions, narrow
from trigger_ad.audit.text import REMEDY, check_sources, read_source
from trigger_ad.errors import ConversionError
from trigger_ad.hls.program import program_steps, render_program
from trigger_ad.hls.steps import Port
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.program import Program

__all__ = ["check_program"]

_OUTPUT = re.compile(r"typedef (ap_u?fixed<\d+,-?\d+>) (\w+)_t;")


def check_program(
    folder: Path,
    file: str,
    program: Program,
    namespace: str,
    include: str,
    ports: Mapping[str, Port],
) -> Checked:
    """Compare a header that `trigger_ad.hls.score.render_program` wrote with its program.

    Parameters
    ----------
    folder : Path
        That of the header.
    file : str
        Its name.
    program : Program
        Of the record.
    namespace, include, ports
        As of `render_program`.

    Returns
    -------
    Checked
        Counts of ``operations`` (partial sums and outputs apart), ``files`` and ``lines``.
    """
    text = read_source(folder / file, file)
    if isinstance(text, Finding):
        return Checked(findings=(text,))
    title = f"program {program.name}"
    body = functions(text).get(program.name)
    if body is None:
        return Checked(findings=(Finding(title, f"must be in {file}", None, REMEDY),))
    checked = check_steps(body, program_steps(program), title, file)
    types = {name: kind for kind, name in _OUTPUT.findall(text)}
    for name, signal in program.signals.items():
        kind = types.get(f"{program.name}_{name}", "")
        found = narrow(f"output {name} of {title}", signal, kind, file)
        checked += Checked({"operations": 1}, tuple(found))
    try:
        source = render_program(namespace, include, program, ports)
    except ConversionError as error:
        return checked + Checked(findings=(Finding.of(error),))
    return checked + check_sources(folder, {file: source}, str(folder.name))
