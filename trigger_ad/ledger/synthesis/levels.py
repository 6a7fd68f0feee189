"""Logic levels between the registers of a mapped netlist.

A look-up table, an inverter, a multiplexer of a slice (MUXF7 to MUXF9), a read of distributed RAM
or of a shift register at a variable address, and a DSP slice that drives its output without a
register is one level each. **A carry chain is one level, however long**: from piece to piece it
runs on dedicated wires, much faster than logic and routing. A run goes from a register or an
input to a register or an output.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from trigger_ad.errors import ReportError
from trigger_ad.ledger.synthesis.cells import CARRY, FLIP_FLOPS, MEMORY_TABLES

__all__ = ["Levels", "logic_levels"]


@dataclass(frozen=True)
class Levels:
    """Longest runs of logic levels.

    Parameters
    ----------
    longest : int
        Of all.
    stages : tuple of int
        Of those that begin after 0, 1, 2, ... registers, counted from the inputs. Registers in
        a loop, such as a counter, count as one; a shift register of n as n.
    """

    longest: int
    stages: tuple[int, ...]


@dataclass(frozen=True)
class _Cell:
    """A cell as the walk sees it.

    `through` holds the input bits that reach the outputs at once, `chained` those of them that
    come from the piece of carry chain below, `into` those that end in the cell.
    """

    name: str
    through: list[int]
    chained: list[int]
    into: list[int]
    outputs: list[int]
    start: int = 0  # levels at the outputs of what begins in the cell
    registers: int = 0  # in a row within the cell


def logic_levels(module: Mapping[str, Any]) -> Levels:
    """Walk through a flat netlist.

    Parameters
    ----------
    module : mapping
        A module of Yosys' ``write_json``, mapped to the cells of `ledger.synthesis.cells`.

    Raises
    ------
    ReportError
        If logic forms a loop without a register.
    """
    sources = {
        bit
        for cell in module["cells"].values()
        if cell["type"] in CARRY
        for bit in cell["connections"].get("CO", ())
    }
    cells = [_cell(name, cell, sources) for name, cell in module["cells"].items()]
    leaving = _bits(p["bits"] for p in module["ports"].values() if p["direction"] != "input")
    cells += [_Cell("an output", [], [], [bit], []) for bit in leaving]
    driver = {bit: index for index, cell in enumerate(cells) for bit in cell.outputs}
    level = _levels(cells, driver)
    before = _registers_before(cells, driver)
    longest: dict[int, int] = defaultdict(int)
    for cell, stage in zip(cells, before, strict=True):
        for bit in cell.into:
            longest[stage] = max(longest[stage], level[driver[bit]] if bit in driver else 0)
    runs = tuple(longest[stage] for stage in range(max(longest, default=-1) + 1))
    return Levels(max(runs, default=0), runs)


def _bits(ports: Iterable[Iterable[int | str]]) -> list[int]:
    """Bits that are wires; constants are text."""
    return [bit for port in ports for bit in port if isinstance(bit, int)]


def _cell(name: str, cell: Mapping[str, Any], carries: set[int]) -> _Cell:
    kind, wires = cell["type"], cell["connections"]
    sides = cell["port_directions"]
    outputs = _bits(wires[port] for port in wires if sides[port] == "output")
    inputs = {port: bits for port, bits in wires.items() if sides[port] != "output"}
    start, registers = 0, 0
    open_ports = set(inputs)
    if kind in FLIP_FLOPS or kind.startswith(("RAMB", "URAM")):
        open_ports, registers = set(), 1
    elif kind in MEMORY_TABLES:  # written at the clock, read at once
        open_ports = {port for port in inputs if port.startswith(("A", "DPRA"))}
        registers = 1
        if kind.startswith("SRL"):
            address = [bit for port in sorted(open_ports) for bit in inputs[port]]
            if set(address) <= {"0", "1"}:
                registers += int("".join(map(str, reversed(address))), 2)
    elif kind.startswith("DSP"):
        open_ports, start, registers = _dsp(cell, open_ports)
    chained = [bit for bit in _bits([inputs.get("CI", ())]) if bit in carries and kind in CARRY]
    through = _bits(inputs[port] for port in inputs if port in open_ports)
    into = _bits(inputs[port] for port in inputs if port not in open_ports)
    return _Cell(
        name,
        [bit for bit in through if bit not in chained],
        chained,
        into,
        outputs,
        start,
        registers,
    )


def _dsp(cell: Mapping[str, Any], ports: set[str]) -> tuple[set[str], int, int]:
    """Inputs without a register before the output, levels behind the last one, their number.

    Registers within a DSP slice: AMD UG479 and UG579.
    """
    has = {
        name: int(cell["parameters"].get(name, "1"), 2)
        for name in ("AREG", "BREG", "CREG", "DREG", "MREG", "PREG")
    }
    product = {"A": "AREG", "B": "BREG", "D": "DREG"}
    unregistered = {
        port
        for port in ports
        if (name := port.removesuffix("CIN")) in product
        and not (has[product[name]] or has["MREG"] or has["PREG"])
    }
    if not (has["CREG"] or has["PREG"]):
        unregistered |= ports & {"C"}
    if not has["PREG"]:
        unregistered |= ports & {"PCIN"}
    row = max(has["AREG"], has["BREG"]) + has["MREG"] + has["PREG"]
    return unregistered, 0 if has["PREG"] else 1, row


def _levels(cells: list[_Cell], driver: Mapping[int, int]) -> list[int]:
    """Levels at the outputs of each cell."""
    edges = [
        (driver[bit], index)
        for index, cell in enumerate(cells)
        for bit in (*cell.through, *cell.chained)
        if bit in driver
    ]
    order = _order(len(cells), edges)
    if len(order) < len(cells):
        stuck = cells[min(set(range(len(cells))) - set(order))].name
        raise ReportError(
            "the netlist",
            "must have a register in every loop",
            f"a loop behind {stuck}",
            "break the loop with a register",
        )
    level = [0] * len(cells)
    for index in order:
        cell = cells[index]
        found = [cell.start]
        found += [1 + (level[driver[bit]] if bit in driver else 0) for bit in cell.through]
        found += [level[driver[bit]] for bit in cell.chained]
        level[index] = max(found)
    return level


def _registers_before(cells: list[_Cell], driver: Mapping[int, int]) -> list[int]:
    """Registers in a row between the inputs and each cell, loops counted as one."""
    edges = [
        (driver[bit], index)
        for index, cell in enumerate(cells)
        for bit in (*cell.through, *cell.chained, *cell.into)
        if bit in driver
    ]
    size = len(cells)
    rows, columns = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(edges)), (rows, columns)), shape=(size, size))
    groups, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    looped = np.bincount(label, minlength=groups) > 1
    looped[label[rows[rows == columns]]] = True
    within = np.zeros(groups, dtype=np.int64)
    np.maximum.at(within, label, [cell.registers for cell in cells])
    within = np.where(looped, np.minimum(within, 1), within)
    joined = [(label[a], label[b]) for a, b in edges if label[a] != label[b]]
    after: dict[int, list[int]] = defaultdict(list)
    for a, b in joined:
        after[a].append(b)
    before = [0] * groups
    for group in _order(groups, joined):
        for following in after[group]:
            before[following] = max(before[following], before[group] + int(within[group]))
    return [before[group] for group in label]


def _order(size: int, edges: list[tuple[int, int]]) -> list[int]:
    """Nodes after all that lead to them (Kahn 1962); those behind a loop are left out."""
    after: list[list[int]] = [[] for _ in range(size)]
    waits = [0] * size
    for start, end in edges:
        after[start].append(end)
        waits[end] += 1
    order = [node for node in range(size) if not waits[node]]
    for node in order:
        for following in after[node]:
            waits[following] -= 1
            if not waits[following]:
                order.append(following)
    return order
