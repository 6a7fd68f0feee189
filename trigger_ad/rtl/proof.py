"""What the trigger core can never do: its assertions, proven by an SMT solver.

``firmware/formal/`` states the rule of the core as assertions. Yosys turns core and assertions into
formulas over one clock: which states are first, which may follow, which hold an assertion. Two
questions are then put to the solver, with every input free:

* *bounded*: is there a way from a reset to a violated assertion within so many crossings?
* *induction*: is there any state at all, reachable or not, in which all assertions hold and after
  whose next crossing one of them does not? If not, and if none is violated in the first state, all
  of them hold for ever.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.rtl.top import core_sources
from trigger_ad.storage.commands import run
from trigger_ad.storage.files import write_text
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.regions import PAIR, RegionRule

__all__ = ["CHECKER", "Model", "Verdict", "bounded", "build_model", "induction", "proof_sources"]

#: Top module of the assertions.
CHECKER = "trigger_core_check"

#: Synchronous resets and enables become multiplexers, for which there are formulas; assertions keep
#: the names of their labels. A signal that nothing drives is an error.
_YOSYS = """\
read_verilog -sv -formal {files}
hierarchy -check -top {top} {parameters}
prep -flatten -top {top}
async2sync
chformal -lower
dffunmap
opt_clean
check -assert
write_smt2 -stbv -wires model.smt2
"""
_RUN = "from pyosys import libyosys; libyosys.run_pass('script model.ys', libyosys.Design())"
_PROPERTY = re.compile(r"^; yosys-smt2-(assert|cover) (\d+) (\S+)", re.M)


@dataclass(frozen=True)
class Model:
    """Core and assertions as formulas.

    Parameters
    ----------
    text : str
        SMT-LIB, one state a clock.
    assertions, covers : tuple of str
        What must always hold and what must be possible, by name, in the order of their numbers.
    """

    text: str
    assertions: tuple[str, ...]
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """Answer of the solver.

    Parameters
    ----------
    depth : int
        Clocks after the first state.
    proven : tuple of str
        Assertions that hold; none where one is violated, since each proof leans on the others.
    violated : dict of str to int
        Assertions that can be violated, with the first clock in which they can while nothing was
        violated before; of an induction, with its length.
    unreached : tuple of str
        Covers that nothing reaches within the depth: what is said of them would be empty.
    seconds : float
        Wall time of the solver.
    """

    depth: int
    proven: tuple[str, ...]
    violated: dict[str, int]
    unreached: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything asked for is so."""
        return not self.violated and not self.unreached


def proof_sources(regions: RegionRule = PAIR) -> dict[str, str]:
    """Text of the core and of its assertions, by file name."""
    core = core_sources(regions)
    del core["shift_adder.sv"]  # of the scoring circuit
    part = shipped_path("firmware", "formal", "region_check.sv").read_text(encoding="utf-8")
    whole = render(f"formal/{CHECKER}.sv.j2", regions=regions)
    return core | {"region_check.sv": part, f"{CHECKER}.sv": whole}


def build_model(
    folder: Path, sources: Mapping[str, str], timeout: float = 300.0, **parameters: int
) -> Model:
    """Turn SystemVerilog with assertions into formulas.

    Parameters
    ----------
    folder : Path
        For ``model.ys``, ``model.smt2`` and ``yosys.log``; made if it is missing.
    sources : mapping of str to str
        Their text by file name, as of `proof_sources`; written there.
    timeout : float
        Seconds.
    **parameters : int
        Of the checker: RULE, COUNT_BITS, and for each score SCORE1_BITS, SCORE1_SIGNED and on.

    Raises
    ------
    ConversionError
        If Yosys refuses the sources or takes too long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources.items():
        write_text(folder / name, text)
    script = _YOSYS.format(
        files=" ".join(sources),
        top=CHECKER,
        parameters=" ".join(f"-chparam {name} {value}" for name, value in parameters.items()),
    )
    write_text(folder / "model.ys", script)
    log = folder / "yosys.log"
    what, remedy = "Yosys on the trigger core", f"read {log}"
    (folder / "model.smt2").unlink(missing_ok=True)
    run([sys.executable, "-c", _RUN], what, log, timeout, folder)
    text = (folder / "model.smt2").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {"assert": [], "cover": []}
    for kind, number, name in _PROPERTY.findall(text):
        if int(number) != len(found[kind]):
            raise ConversionError(what, f"must number each {kind} in order", number, remedy)
        found[kind].append(name)
    return Model(text, tuple(found["assert"]), tuple(found["cover"]))


def bounded(
    model: Model, depth: int, only: Iterable[str] | None = None, timeout: float = 1800.0
) -> Verdict:
    """Look for violated assertions within some crossings after a reset.

    Parameters
    ----------
    model : Model
    depth : int
        Clocks after the first state, at least 1.
    only : iterable of str, optional
        Assertions looked at; all assertions and covers if it is left out.
    timeout : float
        Seconds.

    Raises
    ------
    MissingToolError
        If there is no solver.
    ConversionError
        If it fails, gives up or takes too long.
    """
    names = model.assertions if only is None else tuple(only)
    covers = model.covers if only is None else ()
    numbers = [model.assertions.index(name) for name in names]
    lines = []
    for clock in range(depth + 1):
        lines += [*_clock(clock), *(() if clock else (f"(assert (|{CHECKER}_i| s0))",))]
        lines += [_ask(f"(not (|{CHECKER}_a {number}| s{clock}))") for number in numbers]
        if only is None:  # what was just proven helps with the next clock
            lines.append(f"(assert (|{CHECKER}_a| s{clock}))")
    for number in range(len(covers)):
        lines.append(_ask(_any(f"(|{CHECKER}_c {number}| s{k})" for k in range(depth + 1))))
    begin = time.perf_counter()
    answers = _solve(model, lines, timeout)
    seconds = time.perf_counter() - begin
    violated: dict[str, int] = {}
    for position, answer in enumerate(answers[: len(answers) - len(covers)]):
        if answer == "sat":
            violated.setdefault(names[position % len(names)], position // len(names))
    possible = answers[len(answers) - len(covers) :]
    return Verdict(
        depth,
        () if violated else names,
        violated,
        tuple(name for name, answer in zip(covers, possible, strict=True) if answer != "sat"),
        seconds,
    )


def induction(model: Model, length: int = 1, timeout: float = 3600.0) -> Verdict:
    """Prove the assertions for ever.

    Parameters
    ----------
    model : Model
    length : int
        Clocks in which all assertions hold before the one in question.
    timeout : float
        Seconds, for each of the two halves.

    Returns
    -------
    Verdict
        An assertion is proven if it is not violated within `length` clocks of the first state and
        no `length` states in a row that hold all of them, reachable or not, lead to its violation.

    Raises
    ------
    MissingToolError
        If there is no solver.
    ConversionError
        If it fails, gives up or takes too long.
    """
    base = bounded(model, length, timeout=timeout)
    lines = []
    for clock in range(length):
        lines += [*_clock(clock), f"(assert (|{CHECKER}_a| s{clock}))"]
    lines += _clock(length)
    lines += [_ask(f"(not (|{CHECKER}_a {n}| s{length}))") for n in range(len(model.assertions))]
    begin = time.perf_counter()
    answers = _solve(model, lines, timeout)
    seconds = base.seconds + time.perf_counter() - begin
    step = {n: length for n, a in zip(model.assertions, answers, strict=True) if a != "unsat"}
    violated = {**step, **base.violated}
    return Verdict(length, () if violated else model.assertions, violated, (), seconds)


def _clock(clock: int) -> list[str]:
    """One more state, after the one before, under the assumptions."""
    state = f"s{clock}"
    lines = [f"(declare-fun {state} () |{CHECKER}_s|)", f"(assert (|{CHECKER}_u| {state}))"]
    if clock:
        lines.append(f"(assert (|{CHECKER}_t| s{clock - 1} {state}))")
    return lines


def _any(terms: Iterable[str]) -> str:
    return f"(or {' '.join(terms)})"


def _ask(formula: str) -> str:
    return f"(push)(assert {formula})(check-sat)(pop)"


def _solve(model: Model, lines: Sequence[str], timeout: float) -> list[str]:
    """Answers of the solver, ``sat`` or ``unsat``, one to each question."""
    folder = str(Path(sys.executable).parent)
    solver = shutil.which("z3", path=folder) or shutil.which("z3")
    if solver is None:
        raise MissingToolError(
            "z3",
            "must be beside Python or on PATH to prove the trigger core",
            None,
            "pip install trigger-ad[rtl]",
        )
    script = "\n".join(("(set-logic QF_BV)", model.text, *lines))
    try:
        done = subprocess.run(
            [solver, "-in"],
            input=script,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConversionError(
            "the proof of the trigger core",
            f"must end within {timeout:g} s",
            "still running",
            "give it more time or less depth",
        ) from None
    answers = done.stdout.split()
    asked = sum(line.count("(check-sat)") for line in lines)
    if done.returncode != 0 or len(answers) != asked or not {"sat", "unsat"}.issuperset(answers):
        said = " ".join((done.stdout + done.stderr).split())[-200:]
        raise ConversionError(
            "z3",
            f"must answer {asked} questions with sat or unsat",
            f"{said!r} and exit code {done.returncode}",
            "take another version of z3-solver",
        )
    return answers
