"""Run the vendor's synthesis of an HLS project, where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from trigger_ad.errors import ConversionError
from trigger_ad.storage.commands import run
from trigger_ad.storage.templates import render

__all__ = ["TOOLS", "Synthesis", "synthesise"]

#: Programs that can synthesise a project of each back end, in order of preference, with
#: their arguments (AMD UG1399 and UG902).
TOOLS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "Vitis": (
            ("vitis-run", "--mode", "hls", "--tcl", "build_prj.tcl"),
            ("vitis_hls", "-f", "build_prj.tcl"),
        ),
        "Vivado": (("vivado_hls", "-f", "build_prj.tcl"),),
    }
)

#: What `build_prj.tcl` is asked to do; simulations are done here, without the vendor.
_STEPS: Mapping[str, int] = MappingProxyType(
    {
        "reset": 1,
        "csim": 0,
        "synth": 1,
        "cosim": 0,
        "validation": 0,
        "export": 0,
        "vsynth": 0,
        "fifo_opt": 0,
    }
)


@dataclass(frozen=True)
class Synthesis:
    """What came of it.

    Parameters
    ----------
    status : str
        ``done``, or ``not run: <tool> not found``.
    tool : str
        Program that ran, or would have.
    log : Path or None
        What it said.
    report : Path or None
        ``csynth.xml`` of the top function.
    """

    status: str
    tool: str
    log: Path | None = None
    report: Path | None = None


def synthesise(
    project: Path, name: str, backend: str = "Vitis", timeout: float = 4 * 3600.0
) -> Synthesis:
    """Synthesise an HLS project.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote.
    name : str
        Of the network: of the top function.
    backend : {"Vitis", "Vivado"}
    timeout : float
        Seconds.

    Returns
    -------
    Synthesis
        With status ``not run: vitis-run not found`` where no tool is on PATH.

    Raises
    ------
    ConversionError
        If the tool fails, takes too long, or leaves no report of its own.
    """
    found = [(shutil.which(command[0]), command) for command in TOOLS[backend]]
    program, command = next((pair for pair in found if pair[0]), (None, TOOLS[backend][0]))
    if program is None:
        return Synthesis(f"not run: {command[0]} not found", command[0])
    report = project / f"{name}_prj" / "solution1" / "syn" / "report" / f"{name}_csynth.xml"
    report.unlink(missing_ok=True)  # an old one must not pass for the new one
    arguments = [program, *command[1:]]
    if backend == "Vitis":
        text = render("hls/build_opt.tcl.j2", steps=_STEPS)
        (project / "build_opt.tcl").write_text(text, encoding="utf-8")
    else:
        arguments += [f"{step}={wanted}" for step, wanted in _STEPS.items()]
    log = project / "synthesis.log"
    run(arguments, f"synthesis by {Path(program).name}", log, timeout, folder=project)
    if not report.is_file():
        raise ConversionError(
            f"synthesis by {command[0]}", f"must write {report}", None, f"read {log}"
        )
    return Synthesis("done", command[0], log, report)
