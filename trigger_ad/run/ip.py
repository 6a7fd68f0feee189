"""The folder that AMD's tools package IP cores from: both tops of a run, with their scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.audit.hls_project import check_hls_project
from trigger_ad.convert.headers import read_interval
from trigger_ad.convert.script import read_settings
from trigger_ad.emulate.abi import GOLDEN_SCHEMA
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.hls.top import FOLDER
from trigger_ad.hls.vectors import write_vectors
from trigger_ad.ir.findings import require
from trigger_ad.ir.naming import check_name
from trigger_ad.lhc.orbit import period_ns
from trigger_ad.rtl.project import RtlProject
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.freshness import TRIGGER, require_fresh
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage import arrays
from trigger_ad.storage.files import put, write_text
from trigger_ad.storage.outputs import check_replaced, disk_errors
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import Stream, state_signals
from trigger_ad.validate.crossings import stream

__all__ = ["CROSSINGS", "SCRIPTS", "VERSION", "ip_sources", "prepare", "write_ip"]

#: Of the cores.
VERSION = "1.0"

#: Scripts for the tools, copied as they are.
SCRIPTS = ("hls.tcl", "rtl.tcl", "timing.tcl")

#: What the scripts read first.
SETTINGS = "settings.tcl"

#: Events among the golden vectors of the test bench, which a cosimulation takes one by one.
CROSSINGS = 2000

#: What a simulation made here leaves in a project.
_BUILT = shutil.ignore_patterns("*.so", "*.log", "build.json", "csim", "csim.cpp", "tb_data")


@dataclass(frozen=True)
class _Port:
    name: str
    width: int
    signed: bool = False


def prepare(folder: Path, out: Path, part: str | None = None) -> None:
    """Write what the tools read to package the trigger of a finished run.

    Parameters
    ----------
    folder : Path
        A run folder.
    out : Path
        Replaced as a whole. It needs no other file: it can be copied to where the tools are.
    part : str, optional
        FPGA, else that of the configuration.

    Raises
    ------
    RunFolderError
        If a stage that it needs has not been run.
    ConfigError
        If the part cannot be one.
    OutputError
        If `out` cannot be written, or holds something else.
    """
    check_replaced(out, SETTINGS)
    require_fresh(folder, (*TRIGGER, "rtl"))
    trigger = load_trigger(folder)
    run = RunFolder(folder)
    vectors = arrays.load(run.golden, GOLDEN_SCHEMA)[1]
    crossings = stream(vectors["words"][:CROSSINGS], trigger.registers, 1)
    scores = tuple(trigger.scores_of_words(crossings.words).values())
    part = part or configuration.load(run.config).convert.part
    write_ip(run.hls("double"), run.rtl, out, part, crossings, scores)


def write_ip(
    hls: Path,
    rtl: Path,
    out: Path,
    part: str,
    crossings: Stream,
    scores: Sequence[NDArray[np.int64]],
) -> None:
    """Write the folder of two projects of one trigger.

    Parameters
    ----------
    hls, rtl : Path
        Folders of the projects, the first with its trigger top.
    out : Path
        Replaced as a whole: ``settings.tcl``, the scripts, ``hls/`` with the golden vectors of
        its test bench, ``rtl/`` with ``trigger_ip.v`` and ``clock.xdc``.
    part : str
        FPGA.
    crossings : Stream
        From reset on, for the test bench.
    scores : sequence of ndarray (n,) of int64
        Of its words, in LSB.

    Raises
    ------
    RunFolderError
        If a project is absent or the two are of different triggers.
    ConversionError
        If a tool could not take the HLS project, as that of an earlier version.
    ConfigError
        If the part cannot be one, or one clock has two periods.
    """
    if not re.fullmatch(configuration.PART_PATTERN, part):
        raise ConfigError(
            "PART",
            f"must match {configuration.PART_PATTERN}",
            repr(part),
            "name an FPGA as Vivado does",
        )
    interface, project = TopInterface.load(rtl), RtlProject.load(rtl)
    if TopInterface.load(hls / FOLDER) != interface:
        raise RunFolderError(
            rtl, "must hold the trigger of the HLS project", "another one", "repeat the run"
        )
    name = interface.name
    check_name("the name of the network", name)
    require(check_hls_project(hls, name, True))
    _check_clock(hls, project.clock_mhz)
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    with disk_errors(out):
        shutil.copytree(hls, temporary / "hls", ignore=_BUILT)
        write_vectors(temporary / "hls", crossings, scores)
        (temporary / "rtl").mkdir()
        for source in project.sources:
            shutil.copy(rtl / source, temporary / "rtl")
        for file, text in ip_sources(interface, project, part, read_interval(hls, name)).items():
            write_text(temporary / file, text)
        put(temporary, out)


def ip_sources(
    interface: TopInterface, project: RtlProject, part: str, interval: int
) -> dict[str, str]:
    """Text of every script and every source of the folder that is in neither project, by name.

    Parameters
    ----------
    interface : TopInterface
    project : RtlProject
    part : str
        FPGA.
    interval : int
        Clocks from one crossing to the next that the HLS asks for.
    """
    inputs, outputs = _ports(interface)
    values = {
        "name": interface.name,
        "part": part,
        "version": VERSION,
        "rule": interface.rule.value,
        "interval": interval,
        "clock_mhz": project.clock_mhz,
        "period": period_ns(project.clock_mhz),
        "cycles": project.cycles,
        "sources": [*project.sources, "trigger_ip.v"],
        "inputs": inputs,
        "outputs": outputs,
    }
    scripts = {
        script: shipped_path("firmware", "ip", script).read_text(encoding="utf-8")
        for script in SCRIPTS
    }
    rendered = (SETTINGS, "rtl/trigger_ip.v", "rtl/clock.xdc")
    return scripts | {file: render(f"ip/{Path(file).name}.j2", **values) for file in rendered}


def _check_clock(hls: Path, clock_mhz: int) -> None:
    """Refuse two periods of one clock: that of the HLS and that of the constraints."""
    asked, wanted = float(read_settings(hls)["clock_period"]), period_ns(clock_mhz)
    if asked != wanted and round(1000 / asked / 40) * 40 == clock_mhz:
        raise ConfigError(
            "convert.clock_ns",
            f"must be {wanted}, the period of {clock_mhz} MHz at the LHC, as in clock.xdc",
            asked,
            "leave it out or give this period, and run the stage convert_double again",
        )


def _ports(interface: TopInterface) -> tuple[list[_Port], list[_Port]]:
    """Inputs and outputs of the top in RTL but clock and reset, each as one vector."""
    words = [_Port(f.name, f.width, f.signed) for f in interface.layout.fields if f.width]
    scores, regions = list(enumerate(interface.scores, 1)), interface.regions
    cuts = zip(regions.threshold_names, interface.axes, strict=True)
    count, words_of = regions.regions, state_signals(regions)
    inputs = [
        *words,
        *(_Port(strobe, 1) for strobe in ("valid", "load", "section")),
        *(_Port(name, kind.width + 1, signed=True) for name, kind in cuts),
        _Port("prescale", count * 32),
        _Port("enable", count),
    ]
    outputs = [
        _Port("out_valid", 1),
        _Port("fire", count),
        _Port("accept", count),
        _Port("region", len(regions.axes)),
        *(_Port(f"score{i}", kind.width, kind.signed) for i, kind in scores),
        *(_Port(name, 24 if name == "random" else n * 32) for name, n in words_of.items()),
    ]
    return inputs, outputs
