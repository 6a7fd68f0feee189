"""Synthesise Verilog with Yosys for Virtex-7 or Virtex UltraScale+, and count what it takes.

Yosys works in a process of its own, since it ends its process where it finds a fault:
``python -m trigger_ad.ledger.synthesis.yosys FAMILY TOP FILE...``. No timing analysis takes place.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trigger_ad.errors import ConversionError, ReportError
from trigger_ad.ir.naming import check_name
from trigger_ad.ledger.reports.text import percentages
from trigger_ad.ledger.rows import ResourceRow, ResourceStage
from trigger_ad.ledger.synthesis.cells import count
from trigger_ad.ledger.synthesis.levels import logic_levels
from trigger_ad.ledger.synthesis.parts import part_of
from trigger_ad.storage.extras import require

__all__ = ["LOG", "require_package", "rtl_synthesis"]

#: Times in what the optimiser says.
_TIME = re.compile(r"[ ]*\d+\.\d+ sec(onds)?\b")

logger = logging.getLogger(__name__)

#: What Yosys says, counts and writes, in the folder of the synthesis.
LOG, STATISTICS, NETLIST = "yosys.log", "stat.json", "netlist.json"


def require_package() -> None:
    """Check that Yosys is here.

    Raises
    ------
    MissingDependencyError
        If there is no pyosys.
    """
    require("synthesis of RTL", "rtl", pyosys="pyosys")


def rtl_synthesis(
    sources: Sequence[Path],
    top: str,
    part: str,
    folder: Path,
    *,
    clock_ns: float | None = None,
    timeout: float = 3600.0,
) -> ResourceRow:
    """Synthesise a design, without buffers for pins or clocks: it will lie inside a larger one.

    Parameters
    ----------
    sources : sequence of Path
        Verilog or SystemVerilog files.
    top : str
        Module.
    part : str
        Such as ``xcvu13p-flga2577-2-e``; it decides the family and the percentages.
    folder : Path
        Where Yosys leaves its log and its statistics.
    clock_ns : float, optional
        Period that the design is meant for. It is written down, not checked.
    timeout : float
        Seconds.

    Returns
    -------
    ResourceRow
        With `latency_cycles` and `ii` None: they are measured in simulation.

    Raises
    ------
    MissingDependencyError
        If there is no pyosys.
    ConversionError
        If a source is missing, or Yosys fails or takes too long.
    ReportError
        If the part or a cell is not known, or logic forms a loop.
    """
    known = part_of(part)
    check_name("the top module", top, rtl=True)
    require_package()
    files = [path.absolute() for path in sources]
    for path in files:
        if not path.is_file():
            raise ConversionError(
                "a source of the synthesis", "must be a file", path, "write the RTL first"
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name in (STATISTICS, NETLIST):  # old ones must not pass for new ones
        (folder / name).unlink(missing_ok=True)
    logger.info("synthesising %s with Yosys for %s", top, known.family)
    places = [os.path.relpath(path, folder) for path in files]  # as the log has them
    _run([known.family, top, *places], top, folder, timeout)
    _without_times(folder / LOG)
    statistics, netlist = (_load(folder / name) for name in (STATISTICS, NETLIST))
    figures = count(statistics["design"]["num_cells_by_type"])
    levels = logic_levels(netlist["modules"][top])
    (folder / NETLIST).unlink()  # much larger than the rest
    version = re.match(r"Yosys (\S+)", statistics["creator"])
    return ResourceRow(
        ResourceStage.RTL_SYNTHESIS,
        "Yosys",
        version[1] if version else None,
        lut=figures["lut"],
        lut_memory=figures["lut_memory"],
        ff=figures["ff"],
        carry=figures["carry"],
        dsp=figures["dsp"],
        bram=figures["bram"],
        uram=figures["uram"],
        logic_levels=levels.longest,
        clock_ns=clock_ns,
        part=part,
        top=top,
        percent=percentages(figures, known.available),
        note="look-up tables not packed in pairs; levels by stage, a carry chain being one: "
        + " ".join(map(str, levels.stages)),
    )


def _run(arguments: list[str], top: str, folder: Path, timeout: float) -> None:
    log = folder / LOG
    name, remedy = f"the synthesis of {top} by Yosys", f"read {log}"
    package = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "trigger_ad.ledger.synthesis.yosys", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise ConversionError(
                name, f"must end within {timeout:g} s", "still running", remedy
            ) from None
        finally:
            if process.poll() is None:  # with the optimiser that it started
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code != 0:
        said = re.findall(r"^(?:.*: )?ERROR: (.*)", log.read_text("utf-8", "replace"), re.M)
        ended = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise ConversionError(name, "must succeed", said[0] if said else ended, remedy)


def _without_times(log: Path) -> None:
    """Leave out what differs from run to run, so that the same design has the same log."""
    said = log.read_text("utf-8", "replace")
    log.write_text(_TIME.sub(" -", said), encoding="utf-8")


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ReportError(
            path,
            "must be whole JSON of Yosys",
            "missing or cut short",
            f"read {path.with_name(LOG)}",
        ) from None


def _work(family: str, top: str, *sources: str) -> None:
    """What the other process does, in its working directory."""
    from pyosys import libyosys

    design = libyosys.Design()
    for command in (
        ["read_verilog", "-sv", *sources],
        ["synth_xilinx", "-family", family, "-top", top, "-flatten", "-noiopad", "-noclkbuf"],
        ["delete", "t:$scopeinfo"],  # names of what was flattened
        ["tee", "-q", "-o", STATISTICS, "stat", "-json"],
        ["select", top],
        ["write_json", "-selected", NETLIST],
    ):
        libyosys.Pass.call(design, command)


if __name__ == "__main__":
    _work(*sys.argv[1:])
