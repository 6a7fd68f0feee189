"""The written scores: every operation in a width that holds what it can put out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from trigger_ad.audit.text import REMEDY, check_sources, read_source
from trigger_ad.errors import ConversionError
from trigger_ad.hls.harness import score_sources
from trigger_ad.hls.score import Step, score_steps
from trigger_ad.ir.findings import Checked, Finding, bits_needed, too_narrow
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.score import Score

__all__ = ["check_scores"]

_FUNCTION = re.compile(r"inline void (\w+)\((.*?)\) \{\n(.*?)\n\}", re.S)
_RESULT = re.compile(r"typedef (ap_u?int<\d+>) (\w+)_t;")
_STEP = re.compile(r"^ {4}(ap_u?int<\d+>) (step\d+)\[\d+\];", re.M)
_TYPE = re.compile(r"ap_u?int<\d+>")
_INTEGER = re.compile(r"ap_(u?)int<(\d+)>")


def check_scores(project: Path, network: HardwareNetwork, scores: Mapping[str, Score]) -> Checked:
    """Compare ``score.h`` and what it includes with the scores.

    Parameters
    ----------
    project : Path
        Folder of the HLS project.
    network : HardwareNetwork
    scores : mapping of str to Score
        Of the record.

    Returns
    -------
    Checked
        Counts of ``scores``, ``operations`` (partial sums and results apart), ``files`` and
        ``lines``.
    """
    text = read_source(project / "firmware/score.h", "firmware/score.h")
    if isinstance(text, Finding):
        return Checked({"scores": 0}, (text,))
    findings: list[Finding] = []
    functions = {name: body for name, _, body in _FUNCTION.findall(text)}
    results = {name: kind for kind, name in _RESULT.findall(text)}
    operations = 0
    for name, score in scores.items():
        expected = list(_expected(score))
        operations += len(expected)
        body = functions.get(name)
        if body is None:
            findings.append(Finding(f"score {name}", "must be in firmware/score.h", None, REMEDY))
            continue
        declared = _declared(body, score_steps(score))
        declared["result", name] = results.get(name, "")
        findings += _narrow(name, expected, declared)
    checked = Checked({"scores": len(scores), "operations": operations}, tuple(findings))
    try:
        sources = score_sources(network, scores)
    except ConversionError as error:
        return checked + Checked(findings=(Finding.of(error),))
    return checked + check_sources(project / "firmware", sources, "firmware")


def _declared(body: str, found: tuple[Step, ...]) -> dict[tuple[str, str], str]:
    """Types of the steps in a written function, and of what their statements declare."""
    parts = _STEP.split(body)[1:]
    texts = dict(zip(parts[1::3], parts[2::3], strict=True))
    declared = {("step", name): kind for kind, name in zip(parts[::3], parts[1::3], strict=True)}
    for step in found:
        kinds = _TYPE.findall(texts.get(step.name, ""))
        declared |= {
            (f"{what} of step", step.name): kind
            for what, kind in zip(step.declared, kinds, strict=False)
        }
    return declared


def _expected(score: Score) -> Iterator[tuple[str, Step, Signal]]:
    """Every operation in the order of the C++, with what it can put out."""
    found = score_steps(score)
    for step in found:
        yield "step", step, step.signal
        for what, signal in step.declared.items():
            yield f"{what} of step", step, signal
    yield "result", found[-1], found[-1].signal


def _narrow(
    name: str, expected: list[tuple[str, Step, Signal]], declared: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    for what, step, signal in expected:
        kind = declared.get((what, name if what == "result" else step.name), "")
        title = (
            f"the type of score {name}"
            if what == "result"
            else f"{what.replace('step', step.name)} ({step.operation}) of score {name}"
        )
        match = _INTEGER.fullmatch(kind)
        if match is None:
            yield Finding(title, "must be declared in firmware/score.h", None, REMEDY)
            continue
        low, high = min(signal.minimum), max(signal.maximum)
        signed, width = not match[1], int(match[2])
        if bits_needed(low, high, signed) > width or (low < 0 and not signed):
            needed = FixedPoint.holding(low, high, signal.fraction)
            yield too_narrow(title, "can wrap", low, high, kind, needed)
