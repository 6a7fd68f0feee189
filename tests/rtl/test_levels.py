"""Levels of small circuits, each with its known depth."""

import pytest
from alkaid.trace import FVariable
from alkaid.trace import trace as alkaid_trace
from alkaid.trace.passes import optimize

from trigger_ad.rtl.levels import with_levels


def variable(low, high, step=1.0):
    return FVariable(float(low), float(high), step, latency=0.0, hwconf=(1, 1, -1))


def levels(build, *inputs):
    logic = optimize(alkaid_trace(list(inputs), [build(*inputs)], optimize=False))
    timed = with_levels(logic)
    assert [op.latency for op in timed.ops] == sorted(op.latency for op in timed.ops)
    assert timed.cost == logic.cost
    return timed.latency[1]


@pytest.mark.parametrize(
    ("build", "inputs", "expected"),
    [
        (lambda a, b: a + b, (variable(0, 15), variable(0, 15)), 2),
        (lambda a, b: a - b, (variable(0, 15), variable(-8, 7)), 2),
        (lambda a, b: (a + b) + a * 4, (variable(0, 15), variable(0, 15)), 4),
        # Bits in a row: no logic, unless the lower number has a sign or is taken away.
        (lambda a, b: a * 16 + b, (variable(0, 15), variable(0, 15)), 0),
        (lambda a, b: a * 16 + b, (variable(0, 15), variable(-16, 15)), 2),
        (lambda a, b: a * 16 - b, (variable(0, 15), variable(0, 15)), 2),
        (lambda a: a + 3.0, (variable(0, 15),), 2),
        (lambda a: a.relu(), (variable(-8, 7),), 1),
        (lambda a, b: a.msb_mux(b, 3.0), (variable(0, 1), variable(0, 15)), 1),
        (lambda a, b: a & b, (variable(0, 15), variable(0, 15)), 1),
        (lambda a: a.unary_bit_op("any"), (variable(0, 15),), 1),
        (lambda a: a.unary_bit_op("any"), (variable(0, 255),), 2),
        (lambda a: a.quantize(0, 2, 0), (variable(0, 15),), 0),
    ],
)
def test_levels_of_one_operation(build, inputs, expected):
    assert levels(build, *inputs) == expected
