"""Every cell that may occur is counted for what it takes."""

import re

import pytest

from trigger_ad.errors import ReportError
from trigger_ad.ledger.synthesis.cells import COLUMNS, count

NOTHING = dict.fromkeys(COLUMNS, 0)


@pytest.mark.parametrize(
    ("cells", "figures"),
    [
        ({}, {}),
        ({"LUT1": 1, "LUT6": 5, "INV": 2}, {"lut": 8}),
        ({"LUT2": 3, "SRLC32E": 2, "RAM32M16": 1}, {"lut": 13, "lut_memory": 10}),
        ({"RAM32M": 2}, {"lut": 8, "lut_memory": 8}),
        ({"FDRE": 2, "FDSE": 1, "FDCE": 1, "FDPE_1": 1}, {"ff": 5}),
        ({"CARRY4": 3, "CARRY8": 2}, {"carry": 7}),
        ({"DSP48E1": 1, "DSP48E2": 1}, {"dsp": 2}),
        ({"RAMB18E2": 1, "RAMB36E1": 2, "URAM288": 3}, {"bram": 5, "uram": 3}),
        ({"MUXF7": 4, "MUXF9": 1, "VCC": 1}, {}),
    ],
)
def test_counts(cells, figures):
    assert count(cells) == NOTHING | figures


@pytest.mark.parametrize("name", ["LDCE", "$mem_v2", "BUFG", "my_module"])
def test_what_is_not_known_is_refused(name):
    sentence = f"the netlist must hold only cells that can be counted, not 2 {name}: describe"
    with pytest.raises(ReportError, match="^" + re.escape(sentence)):
        count({"LUT1": 1, name: 2})
