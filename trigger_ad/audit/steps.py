"""The operations of a written function: each in a width that holds what it can put out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trigger_ad.audit.text import REMEDY
from trigger_ad.hls.steps import Step
from trigger_ad.ir.findings import Checked, Finding, bits_needed, too_narrow
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import type_of

__all__ = ["check_steps", "functions", "narrow"]

_FUNCTION = re.compile(r"inline void (\w+)\((.*?)\) \{\n(.*?)\n\}", re.S)
_STEP = re.compile(r"^ {4}(ap_u?int<\d+>) (step\d+)\[\d+\];", re.M)
_TYPE = re.compile(r"ap_u?int<\d+>")
_BITS = re.compile(r"ap_(u?)(?:int|fixed)<(\d+)(?:,-?\d+)?>")


def functions(text: str) -> dict[str, str]:
    """Bodies of the functions of a header, by name."""
    return {name: body for name, _, body in _FUNCTION.findall(text)}


def check_steps(body: str, steps: Sequence[Step], title: str, file: str) -> Checked:
    """Compare the types in a function with what its operations need.

    Parameters
    ----------
    body : str
        As it was written.
    steps : sequence of Step
        As they are today.
    title : str
        What the function is, as in ``score score1``.
    file : str
        Where it was written.

    Returns
    -------
    Checked
        Counts of ``operations``, results and what is declared on the way to them apart.
    """
    results, inside = _written(body)
    findings: list[Finding] = []
    count = 0
    for step in steps:
        what = f"{step.name} ({step.operation}) of {title}"
        kinds = [results.get(step.name, ""), *inside.get(step.name, ())]
        wanted = {what: step.signal}
        wanted |= {f"{part} of {what}": signal for part, signal in step.declared.items()}
        count += len(wanted)
        kinds += [""] * len(wanted)  # what is not there
        for (name, signal), kind in zip(wanted.items(), kinds, strict=False):
            findings += narrow(name, signal, kind, file)
    return Checked({"operations": count}, tuple(findings))


def _written(body: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Type of each array, and the types in the statements up to the next."""
    parts = _STEP.split(body)[1:]
    results = dict(zip(parts[1::3], parts[::3], strict=True))
    return results, dict(zip(parts[1::3], map(_TYPE.findall, parts[2::3]), strict=True))


def narrow(name: str, signal: Signal, kind: str, file: str) -> Iterator[Finding]:
    """Say whether a type, as it was written, does not hold a signal."""
    match = _BITS.fullmatch(kind)
    if match is None:
        yield Finding(name, f"must be declared in {file}", None, REMEDY)
        return
    signed, width = not match[1], int(match[2])
    if bits_needed(signal.low, signal.high, signed) > width or (signal.signed and not signed):
        needed = type_of(signal)
        yield too_narrow(name, "can wrap", signal.low, signal.high, kind, needed)
