"""The written network as a function that others inline, and a top by itself that calls it.

hls4ml writes one function with the pragmas of a top: interfaces, the shape of its ports, its
interval. Vitis HLS supports no interface pragma below the top (AMD UG1399), and the arrays belong
to whoever calls. So the function keeps its layers, and ``INLINE``; its other pragmas go to a top of
its old name, which is what the scripts and the test bench of hls4ml know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.convert.text import network_function
from trigger_ad.errors import ConversionError
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.storage.files import write_text
from trigger_ad.storage.templates import render

__all__ = ["make_inline"]

_REMEDY = "report the network; hls4ml wrote another text than it used to"

_ARGUMENT = re.compile(r"(\w+) ((\w+)\[\d+\])")

_PRAGMA = re.compile(r"^ *#pragma HLS (.*?) *\n", re.M)


@dataclass(frozen=True)
class _Port:
    name: str
    declaration: str


def make_inline(project: Path, name: str) -> None:
    """Split the function that hls4ml wrote into the network and its top.

    Parameters
    ----------
    project : Path
        As hls4ml wrote it.
    name : str
        Of the network. Its files are then ``firmware/<name>_network.cpp`` and ``.h``, with the
        function ``<name>_network`` in the namespace of the network, and ``firmware/<name>.cpp``
        and ``.h``, with the top ``<name>`` outside of any namespace.

    Raises
    ------
    ConversionError
        If there is not one such function.
    """
    firmware, function = project / "firmware", network_function(name)
    source, header = ((firmware / f"{name}{end}").read_text("utf-8") for end in (".cpp", ".h"))
    head = re.search(rf"void {name}\(([^)]*)\) \{{\n", source)
    if head is None or source.count(f"void {name}(") != 1 or header.count(f"void {name}(") != 1:
        raise ConversionError(f"{name}.cpp", f"must define {name} once", None, _REMEDY)
    space = cpp_namespace(name)
    if f"namespace {space} {{" not in header:
        raise ConversionError(f"{name}.h", f"must declare {name} in a namespace", None, _REMEDY)
    ports = [
        _Port(match[3], f"{space}::{match[1]} {match[2]}") for match in _ARGUMENT.finditer(head[1])
    ]
    pragmas: list[str] = []

    def take(pragma: re.Match[str]) -> str:
        if not _of_top(pragma[1], {port.name for port in ports}):
            return pragma[0]
        pragmas.append(pragma[1])
        return ""

    body = _PRAGMA.sub(take, source[head.end() :])
    start = head[0].replace(name, function, 1) + "    #pragma HLS INLINE\n"
    network = (source[: head.start()] + start + body).replace(f'"{name}.h"', f'"{function}.h"')
    header = header.replace(f"void {name}(", f"void {function}(")
    header = header.replace(f"{name.upper()}_H_", f"{function.upper()}_H_")
    write_text(firmware / f"{function}.cpp", network)
    write_text(firmware / f"{function}.h", header)
    values = {"name": name, "namespace": space, "ports": ports, "pragmas": pragmas}
    for end in (".cpp", ".h"):
        write_text(firmware / f"{name}{end}", render(f"hls/network_top{end}.j2", **values))


def _of_top(pragma: str, ports: set[str]) -> bool:
    """Whether a pragma is about the ports of the function or its interval."""
    kind, *words = pragma.split()
    variable = next((word[9:] for word in words if word.startswith("variable=")), None)
    return kind in ("INTERFACE", "PIPELINE", "DATAFLOW") or variable in ports
