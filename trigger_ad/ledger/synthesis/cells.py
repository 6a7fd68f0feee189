"""Count the cells of a netlist mapped to Virtex-7 or Virtex UltraScale+.

What a cell takes: AMD UG953 (7 series libraries) and UG974 (UltraScale libraries); look-up
tables of distributed RAM: UG474, table 2-3, and UG574, table 5-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trigger_ad.errors import ReportError

__all__ = ["CARRY", "CELLS", "COLUMNS", "FLIP_FLOPS", "MEMORY_TABLES", "count"]

#: Flip-flops.
FLIP_FLOPS = frozenset(
    f"{kind}{edge}" for kind in ("FDRE", "FDSE", "FDCE", "FDPE") for edge in ("", "_1")
)

#: Carry cells, in pieces of four bits.
CARRY: Mapping[str, int] = MappingProxyType({"CARRY4": 1, "CARRY8": 2})

#: Look-up tables that a memory takes.
MEMORY_TABLES: Mapping[str, int] = MappingProxyType(
    {
        "SRL16E": 1,
        "SRLC32E": 1,
        "RAM32X1S": 1,
        "RAM64X1S": 1,
        "RAM128X1S": 2,
        "RAM256X1S": 4,
        "RAM512X1S": 8,
        "RAM32X1D": 2,
        "RAM64X1D": 2,
        "RAM128X1D": 4,
        "RAM256X1D": 8,
        "RAM32M": 4,
        "RAM64M": 4,
        "RAM32M16": 8,
        "RAM64M8": 8,
        "RAM32X16DR8": 8,
        "RAM64X8SW": 8,
    }
)

#: Figures of the ledger by cell: every cell that may occur.
CELLS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {f"LUT{inputs}": {"lut": 1} for inputs in range(1, 7)}
    | {"INV": {"lut": 1}}
    | {name: {"lut": tables, "lut_memory": tables} for name, tables in MEMORY_TABLES.items()}
    | {name: {"ff": 1} for name in FLIP_FLOPS}
    | {name: {"carry": pieces} for name, pieces in CARRY.items()}
    | {name: {"dsp": 1} for name in ("DSP48E1", "DSP48E2")}
    | {name: {"bram": 1} for name in ("RAMB18E1", "RAMB18E2")}
    | {name: {"bram": 2} for name in ("RAMB36E1", "RAMB36E2")}
    | {"URAM288": {"uram": 1}}
    # Multiplexers of a slice, constants: beside the look-up tables.
    | {name: {} for name in ("MUXF7", "MUXF8", "MUXF9", "GND", "VCC")}
)

COLUMNS = ("lut", "lut_memory", "ff", "carry", "dsp", "bram", "uram")


def count(cells: Mapping[str, int]) -> dict[str, int]:
    """Figures of a netlist.

    Parameters
    ----------
    cells : mapping of str to int
        How many there are of each type.

    Returns
    -------
    dict of str to int
        By column of the ledger. `lut` includes `lut_memory`, and an inverter is one. Look-up
        tables are counted one by one: that two small ones can share one of six inputs is left
        to placement.

    Raises
    ------
    ReportError
        If a type is not in the table: latches, buffers, memories that were not mapped.
    """
    total = dict.fromkeys(COLUMNS, 0)
    for name, number in cells.items():
        if name not in CELLS:
            raise ReportError(
                "the netlist",
                "must hold only cells that can be counted",
                f"{number} {name}",
                "describe them as registers, memories or logic",
            )
        for column, each in CELLS[name].items():
            total[column] += number * each
    return total
