"""Rows of resources and latency, and the file that keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from trigger_ad.display import Displayed, Table, brief
from trigger_ad.errors import SchemaError
from trigger_ad.storage.files import write_json

__all__ = [
    "NOT_TIMED",
    "SCHEMA",
    "ResourceRow",
    "ResourceRows",
    "ResourceStage",
    "not_run",
    "read",
    "write",
]

SCHEMA = "resources/1"

_AGAIN = "convert the model again with this version"

#: The clock of a stage without timing analysis.
NOT_TIMED = "not timed"

#: Keys of every row of this schema. The other columns came later and may be missing: unknown.
_FIRST = frozenset(
    {
        "stage",
        "tool",
        "version",
        "lut",
        "ff",
        "dsp",
        "bram",
        "uram",
        "latency_cycles",
        "ii",
        "clock",
        "note",
    }
)


class ResourceStage(StrEnum):
    """How far a figure is from silicon; stages are never mixed."""

    ESTIMATE = "estimate"
    RTL_SYNTHESIS = "rtl-synthesis"
    C_SYNTHESIS = "C-synthesis"
    CO_SIMULATION = "co-simulation"
    LOGIC_SYNTHESIS = "logic synthesis"
    IMPLEMENTATION = "implementation"


@dataclass(frozen=True, repr=False)
class ResourceRow(Displayed):
    """What one tool said of one design; None is unknown and never zero.

    Parameters
    ----------
    stage : ResourceStage
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
    part, top : str or None
        FPGA and top module that the figures belong to.
    lut_memory : int or None
        Of the look-up tables: those used as distributed RAM or as shift registers.
    carry : int or None
        Carry chains in pieces of four bits: CARRY4 is one, CARRY8 two.
    logic_levels : int or None
        Longest run between registers, by the rule of the tool that the note names.
    clock_ns : float or None
        Period that the design was built for; whether it is met, only `clock` says.
    percent : mapping of str to float, or None
        Figures in percent of what the part has, by column.
    """

    stage: ResourceStage
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
    part: str | None = None
    top: str | None = None
    lut_memory: int | None = None
    carry: int | None = None
    logic_levels: int | None = None
    clock_ns: float | None = None
    percent: Mapping[str, float] | None = field(default=None, hash=False)


class ResourceRows(Displayed, tuple[ResourceRow, ...]):
    """Rows in the order of their stages."""

    __slots__ = ()

    def _display(self) -> Table:
        columns = ("lut", "ff", "dsp", "bram", "latency_cycles", "clock", "note")
        rows = ((str(row.stage), *(brief(getattr(row, name)) for name in columns)) for row in self)
        return Table("resources and latency", ("stage", *columns), tuple(rows))


def not_run(stage: ResourceStage, tool: str, command: str) -> ResourceRow:
    """Row of a stage whose tool is not on PATH."""
    return ResourceRow(stage, tool, note=f"not run: {command} not found")


def write(path: Path, rows: Iterable[ResourceRow]) -> None:
    """Write ``resources.json``; an interrupted call leaves the last good file."""
    write_json(path, {"schema": SCHEMA, "rows": [asdict(row) for row in rows]})


def read(path: Path) -> ResourceRows:
    """Read what `write` wrote.

    Raises
    ------
    SchemaError
        If the file has another schema, or rows of another shape or with other values.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        found = record["schema"]
    except (ValueError, KeyError, TypeError, RecursionError):
        record, found = {}, "none"
    if found != SCHEMA:
        raise SchemaError(path, f"must have schema {SCHEMA}", found, _AGAIN)
    rows = record.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SchemaError(path, "must hold a list of rows", None, _AGAIN)
    return ResourceRows(_row(path, row) for row in rows)


def _row(path: Path, row: dict[str, Any]) -> ResourceRow:
    """Row of the file, with values of the types that its columns have."""
    import pydantic

    if not _FIRST <= set(row) <= {column.name for column in fields(ResourceRow)}:
        raise SchemaError(
            f"a row of {path}",
            "must have the keys " + ", ".join(sorted(_FIRST)),
            ", ".join(sorted(row)),
            _AGAIN,
        )
    try:
        return pydantic.TypeAdapter(ResourceRow).validate_json(json.dumps(row), strict=True)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        column = str((*first["loc"], "the text")[0])  # no place where the text itself is at fault
        raise SchemaError(
            f"{column} in a row of {path}", "must be what it can hold", row.get(column), _AGAIN
        ) from None
