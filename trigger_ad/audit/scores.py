"""The written scores: every operation in a width that holds what it can put out."""

from __future__ import annotations

import re
from pathlib import Path

from trigger_ad.audit.steps import check_steps, functions, narrow
from trigger_ad.audit.text import REMEDY, check_sources, read_source
from trigger_ad.errors import ConversionError
from trigger_ad.hls.blocks import score_sources
from trigger_ad.hls.score import score_steps
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.trigger.hardware import Block

__all__ = ["check_scores"]

_FILE = "firmware/score.h"
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
    text = read_source(project / _FILE, _FILE)
    if isinstance(text, Finding):
        return Checked({"scores": 0}, (text,))
    bodies = functions(text)
    results = {name: kind for kind, name in _RESULT.findall(text)}
    checked = Checked({"scores": len(block.scores)})
    for name, score in block.scores.items():
        if name not in bodies:
            missing = Finding(f"score {name}", f"must be in {_FILE}", None, REMEDY)
            checked += Checked(findings=(missing,))
            continue
        checked += check_steps(bodies[name], score_steps(score), f"score {name}", _FILE)
        signal, kind = score.signal(score.expression), results.get(name, "")
        found = narrow(f"the type of score {name}", signal, kind, _FILE)
        checked += Checked({"operations": 1}, tuple(found))
    try:
        sources = score_sources(block)
    except ConversionError as error:
        return checked + Checked(findings=(Finding.of(error),))
    return checked + check_sources(project / "firmware", sources, "firmware")
