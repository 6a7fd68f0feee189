"""Logic levels of netlists drawn by hand, each with its known depth."""

import pytest

from trigger_ad.errors import ReportError
from trigger_ad.ledger.synthesis.levels import logic_levels

CLOCK = 1


class Netlist:
    """A module of Yosys' JSON, grown cell by cell; wires are numbers."""

    def __init__(self, *inputs):
        self.wires = 100
        self.module = {
            "cells": {},
            "ports": {"in": {"direction": "input", "bits": [CLOCK, *inputs]}},
        }

    def cell(self, kind, outputs, parameters=None, **inputs):
        """Add a cell; the new wires of its outputs, which have so many bits, come back."""
        made = {}
        for port, width in outputs.items():
            made[port] = list(range(self.wires, self.wires + width))
            self.wires += width
        directions = dict.fromkeys(inputs, "input") | dict.fromkeys(outputs, "output")
        self.module["cells"][f"{kind}_{self.wires}"] = {
            "type": kind,
            "parameters": parameters or {},
            "port_directions": directions,
            "connections": inputs | made,
        }
        return made

    def lut(self, *wires):
        return self.cell("LUT6", {"O": 1}, I=list(wires))["O"][0]

    def register(self, wire):
        return self.cell("FDRE", {"Q": 1}, D=[wire], C=[CLOCK], R=["0"])["Q"][0]

    def output(self, *wires):
        self.module["ports"]["out"] = {"direction": "output", "bits": list(wires)}
        return logic_levels(self.module)


def test_nothing_between_registers():
    n = Netlist(2)
    found = n.output(n.register(n.register(2)))
    assert (found.longest, found.stages) == (0, (0, 0, 0))


def test_tables_between_registers_by_stage():
    n = Netlist(2, 3)
    first = n.register(n.lut(n.lut(2, 3), 3))
    second = n.register(n.lut(n.lut(n.lut(first))))
    found = n.output(n.lut(second))
    assert (found.longest, found.stages) == (3, (2, 3, 1))


def test_constants_take_no_level():
    n = Netlist(2)
    assert n.output(n.register(n.lut("1", "0", "x"))).longest == 0


def test_multiplexers_and_inverters_are_levels():
    n = Netlist(2, 3)
    wide = n.cell("MUXF7", {"O": 1}, I0=[n.lut(2)], I1=[n.lut(3)], S=[2])["O"][0]
    assert n.output(n.cell("INV", {"O": 1}, I=[wide])["O"][0]).longest == 3


@pytest.mark.parametrize("pieces", [1, 2, 9])
def test_a_carry_chain_is_one_level(pieces):
    n = Netlist(2)
    carry, out = ["0"], None
    for _ in range(pieces):
        made = n.cell("CARRY4", {"CO": 4, "O": 4}, CI=carry, CYINIT=["0"], S=[n.lut(2)], DI=[2])
        carry, out = made["CO"][3:], made["O"][3]
    assert n.output(n.register(n.lut(out))).stages == (3, 0)


def test_a_late_bit_enters_a_carry_chain():
    n = Netlist(2)
    late = n.lut(n.lut(n.lut(2)))
    low = n.cell("CARRY8", {"CO": 8, "O": 8}, CI=["0"], S=[n.lut(2)], DI=[2])
    high = n.cell("CARRY8", {"CO": 8, "O": 8}, CI=low["CO"][7:], S=[late], DI=[2])
    assert n.output(high["O"][0]).longest == 4


def test_a_carry_from_logic_begins_a_chain():
    n = Netlist(2)
    chain = n.cell("CARRY4", {"CO": 4, "O": 4}, CI=[n.lut(2)], CYINIT=["0"], S=[2], DI=[2])
    assert n.output(chain["O"][0]).longest == 2


def test_a_counter_is_one_register():
    n = Netlist(2)
    n.wires = 200
    # The register's output, wire 201, comes back through the table that drives it.
    after = n.register(n.lut(201, 2))
    assert after == 201
    found = n.output(n.register(n.lut(after)))
    assert (found.longest, found.stages) == (1, (1, 1, 0))


def test_a_slow_register_does_not_hold_back_its_stage():
    n = Netlist(2, 3)
    data = n.register(n.register(n.register(2)))
    setting = n.register(3)
    assert n.output(n.register(n.lut(n.lut(data, setting)))).stages == (0, 0, 0, 2, 0)


@pytest.mark.parametrize(("address", "length"), [("11111", 32), ("10000", 2), ("00000", 1)])
def test_a_shift_register_counts_with_its_length(address, length):
    n = Netlist(2)  # address bits from the lowest
    wires = {"D": [n.lut(2)], "A": list(address), "CLK": [CLOCK], "CE": ["1"]}
    shifted = n.cell("SRLC32E", {"Q": 1}, **{**wires, "A": list(address)})["Q"][0]
    found = n.output(n.register(n.lut(shifted)))
    expected = [1] + [0] * (length - 1) + [1, 0]
    assert (found.longest, list(found.stages)) == (1, expected)


def test_a_variable_address_is_read_at_once():
    n = Netlist(2)
    shifted = n.cell("SRL16E", {"Q": 1}, D=[2], A0=[n.lut(2)], A1=["0"], CLK=[CLOCK])["Q"][0]
    assert n.output(shifted).longest == 2
    n = Netlist(2)
    read = n.cell("RAM32M", {"DOA": 2}, ADDRA=[n.lut(2)], ADDRD=[2], DIA=[2], WE=[2], WCLK=[CLOCK])
    assert n.output(read["DOA"][0]).longest == 2


def test_writing_ends_in_a_memory():
    n = Netlist(2)
    deep = n.lut(n.lut(n.lut(2)))
    read = n.cell("RAM32M", {"DOA": 2}, ADDRA=[2], ADDRD=[2], DIA=[deep], WE=[2], WCLK=[CLOCK])
    found = n.output(read["DOA"][0])
    assert (found.longest, found.stages) == (3, (3, 1))


def test_block_memory_is_a_register():
    n = Netlist(2)
    made = n.cell("RAMB36E2", {"DOADO": 36}, ADDRARDADDR=[n.lut(2)], CLKARDCLK=[CLOCK])
    assert n.output(n.lut(made["DOADO"][0])).stages == (1, 1)


@pytest.mark.parametrize(
    ("registers", "stages"),
    [
        ({}, (2,)),  # a table and the slice
        ({"AREG": "1", "BREG": "1"}, (1, 1)),
        ({"MREG": "1"}, (1, 1)),
        ({"PREG": "1"}, (1, 0)),
        ({"AREG": "1", "BREG": "1", "MREG": "1", "PREG": "1"}, (1, 0, 0, 0)),
        ({"AREG": "1"}, (1, 2)),  # B reaches the output at once, behind a table
    ],
)
def test_registers_of_a_dsp_slice(registers, stages):
    n = Netlist(2, 3)
    parameters = dict.fromkeys(("AREG", "BREG", "CREG", "DREG", "MREG", "PREG"), "0") | registers
    made = n.cell("DSP48E2", {"P": 48}, parameters, A=[n.lut(2)], B=[n.lut(3)], CLK=[CLOCK])
    found = n.output(made["P"][0]).stages
    assert found[: len(stages)] == stages
    assert set(found[len(stages) :]) <= {0}


def test_a_loop_of_logic_is_refused():
    n = Netlist(2)
    n.lut(2, 101)
    n.lut(100)
    with pytest.raises(
        ReportError,
        match=r"^the netlist must have a register in every loop, not a loop behind LUT6_101: "
        r"break the loop with a register$",
    ):
        logic_levels(n.module)


def test_an_empty_module():
    assert logic_levels({"cells": {}, "ports": {}}).stages == ()
