"""The audit of the folder that AMD's tools package IP cores from, where a run has one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from trigger_ad import config
from trigger_ad.audit.hls_project import check_hls_project
from trigger_ad.audit.script import check_commands
from trigger_ad.audit.text import check_sources, read_source
from trigger_ad.convert.headers import read_interval
from trigger_ad.errors import TriggerAdError
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.rtl.project import RtlProject
from trigger_ad.run.ip import ip_sources
from trigger_ad.run_folder import RunFolder
from trigger_ad.trigger.interface import TopInterface

__all__ = ["check_ip"]

_REMEDY = "write the folder again, with make -C firmware ip-folder"


def check_ip(run: Path, out: Path, asked: config.Convert) -> Checked:
    """Compare scripts, constraints and HLS project of the folder with those of the run.

    Parameters
    ----------
    run : Path
        The run folder.
    out : Path
        What `trigger_ad.run.ip.prepare` wrote; the part is the one it was written for.
    asked : config.Convert
        Of the configuration.

    Returns
    -------
    Checked
        Counts of ``files`` and ``lines``, of ``commands`` for the tool, and of what
        `trigger_ad.audit.hls_project.check_hls_project` looks at.
    """
    settings = read_source(out / "settings.tcl", "ip/settings.tcl")
    part = re.search(rf"^set part ({config.PART_PATTERN})$", str(settings), re.M)
    files = RunFolder(run)
    try:
        interface, project = TopInterface.load(files.rtl), RtlProject.load(files.rtl)
        interval = read_interval(files.hls("double"), interface.name)
    except TriggerAdError as error:
        return Checked({"files": 0}, (Finding.of(error),))
    sources = ip_sources(interface, project, part[1] if part else asked.part, interval)
    checked = check_sources(out, sources, "ip")
    script = read_source(out / "hls.tcl", "ip/hls.tcl")
    if isinstance(script, str):
        checked += check_commands(script, "ip/hls.tcl")
    checked += check_hls_project(out / "hls", interface.name, True, asked)
    findings = tuple(replace(finding, remedy=_REMEDY) for finding in checked.findings)
    return Checked(checked.counts, findings)
