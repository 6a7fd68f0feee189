"""The written scores: every operation in a width that holds what it can put out."""

from __future__ import annotations

import re
from pathlib import Path

from trigger_ad.audit.program import check_program
from trigger_ad.audit.steps import check_steps, functions, narrow
from trigger_ad.audit.text import REMEDY, check_sources, read_source
from trigger_ad.errors import ConversionError
from trigger_ad.hls.blocks import block_ports, names_of, score_sources
from trigger_ad.hls.score import score_steps
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.trigger.hardware import Block

__all__ = ["check_scores"]

_RESULT = re.compile(r"typedef (ap_u?int<\d+>) (\w+)_t;")


def check_scores(project: Path, block: Block) -> Checked:
    """Compare ``score.h`` and what it includes with the scores.

    Parameters
    ----------
    project : Path
        Folder of the HLS project.
    block : Block
        Of the record.

    Returns
    -------
    Checked
        Counts of ``scores``, ``operations`` (partial sums and results apart), ``files`` and
        ``lines``.
    """
    names = names_of(block)
    file = f"firmware/{names.score}"
    text = read_source(project / file, file)
    if isinstance(text, Finding):
        return Checked({"scores": 0}, (text,))
    bodies = functions(text)
    results = {name: kind for kind, name in _RESULT.findall(text)}
    checked = Checked({"scores": len(block.scores)})
    for name, score in block.scores.items():
        if name not in bodies:
            missing = Finding(f"score {name}", f"must be in {file}", None, REMEDY)
            checked += Checked(findings=(missing,))
            continue
        checked += check_steps(bodies[name], score_steps(score), f"score {name}", file)
        signal, kind = score.signal(score.expression), results.get(name, "")
        found = narrow(f"the type of score {name}", signal, kind, file)
        checked += Checked({"operations": 1}, tuple(found))
    if block.prepare is not None:
        header, program = str(names.prepare), block.prepare
        given = (program, names.namespace, names.types, block_ports(block))
        checked += check_program(project / "firmware", header, *given)
    try:
        sources = score_sources(block)
    except ConversionError as error:
        return checked + Checked(findings=(Finding.of(error),))
    sources.pop(str(names.prepare), None)
    return checked + check_sources(project / "firmware", sources, "firmware")
