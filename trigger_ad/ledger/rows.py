"""Rows of resources and latency, and the file that keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path

from trigger_ad.errors import SchemaError

__all__ = ["NOT_TIMED", "SCHEMA", "ResourceRow", "Stage", "not_run", "read", "write"]

SCHEMA = "resources/1"

#: The clock of a stage without timing analysis.
NOT_TIMED = "not timed"


class Stage(StrEnum):
    """How far a figure is from silicon; stages are never mixed."""

    ESTIMATE = "estimate"
    RTL_SYNTHESIS = "rtl-synthesis"
    C_SYNTHESIS = "C-synthesis"
    LOGIC_SYNTHESIS = "logic synthesis"
    IMPLEMENTATION = "implementation"


@dataclass(frozen=True)
class ResourceRow:
    """What one tool said of one design; None is unknown and never zero.

    Parameters
    ----------
    stage : Stage
    tool : str
    version : str or None
        Of the tool.
    lut, ff, dsp, bram, uram : int or None
        Look-up tables, flip-flops, DSP slices, block RAMs of 18 kbit, UltraRAMs.
    latency_cycles : int or None
        From input to output in clock cycles, the worst case.
    ii : int or None
        Clock cycles between two inputs, the worst case.
    clock : str
        What timing analysis said, or ``not timed``.
    note : str
        Or why there are no figures: ``not run: vitis-run not found``.
    """

    stage: Stage
    tool: str
    version: str | None = None
    lut: int | None = None
    ff: int | None = None
    dsp: int | None = None
    bram: int | None = None
    uram: int | None = None
    latency_cycles: int | None = None
    ii: int | None = None
    clock: str = NOT_TIMED
    note: str = ""


def not_run(stage: Stage, tool: str, command: str) -> ResourceRow:
    """Row of a stage whose tool is not on PATH."""
    return ResourceRow(stage, tool, note=f"not run: {command} not found")


def write(path: Path, rows: Iterable[ResourceRow]) -> None:
    """Write ``resources.json``; an interrupted call leaves the last good file."""
    text = json.dumps({"schema": SCHEMA, "rows": [asdict(row) for row in rows]}, indent=1)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)


def read(path: Path) -> tuple[ResourceRow, ...]:
    """Read what `write` wrote.

    Raises
    ------
    SchemaError
        If the file has another schema or rows of another shape.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        found = record["schema"]
    except (ValueError, KeyError, TypeError):
        record, found = {}, "none"
    if found != SCHEMA:
        raise SchemaError(
            str(path), f"must have schema {SCHEMA}", found,
            "convert the model again with this version",
        )  # fmt: skip
    names = {field.name for field in fields(ResourceRow)}
    for row in record["rows"]:
        if set(row) != names:
            raise SchemaError(
                f"a row of {path}", "must have the keys " + ", ".join(sorted(names)),
                ", ".join(sorted(row)), "convert the model again with this version",
            )  # fmt: skip
    return tuple(ResourceRow(**row | {"stage": Stage(row["stage"])}) for row in record["rows"])
