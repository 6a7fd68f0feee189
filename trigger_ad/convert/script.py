"""The Tcl that hls4ml writes beside a network: its settings, and the commands that use them."""

from __future__ import annotations

import re
from pathlib import Path

from trigger_ad.errors import ConversionError

__all__ = ["COMMANDS", "SCRIPT", "SETTINGS", "read_settings"]

_REMEDY = "convert the model again; do not edit the project by hand"

#: Values that every script of a project reads.
SETTINGS = "project.tcl"

#: Script that synthesises the networks by themselves.
SCRIPT = "build_prj.tcl"

#: What hls4ml 1.3.0 says to the tool before it synthesises, by command. Every script of ours that
#: synthesises the same networks must say the same.
COMMANDS = {
    "config_array_partition": "catch {config_array_partition -maximum_size $maximum_size}",
    "config_compile": "config_compile -name_max_length 80",
    "set_part": "set_part $part",
    "config_schedule": "config_schedule -enable_dsp_full_reg=false",
    "create_clock": "create_clock -period $clock_period -name default",
    "set_clock_uncertainty": "set_clock_uncertainty $clock_uncertainty default",
}

#: What `SETTINGS` must set.
_NAMES = (
    "project_name",
    "backend",
    "part",
    "clock_period",
    "clock_uncertainty",
    "version",
    "maximum_size",
)

_NUMBER = re.compile(r"\d+(\.\d+)?")

_SET = re.compile(r'^set (\w+) "?([^"\n]*?)"?$', re.M)


def read_settings(project: Path) -> dict[str, str]:
    """Values in `SETTINGS` of a project, by name.

    Raises
    ------
    ConversionError
        If there is none, it does not set each value once, or the period is no number.
    """
    path = project / SETTINGS
    try:
        found = _SET.findall(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConversionError(path, "must be readable", error.strerror, _REMEDY) from None
    names = [name for name, _ in found]
    for name in _NAMES:
        if names.count(name) != 1:
            times = f"{names.count(name)} times"
            raise ConversionError(f"{name} in {SETTINGS}", "must be set once", times, _REMEDY)
    values = dict(found)
    if not _NUMBER.fullmatch(values["clock_period"]):
        raise ConversionError(
            f"clock_period in {SETTINGS}",
            "must be a number of ns",
            repr(values["clock_period"]),
            _REMEDY,
        )
    return values
