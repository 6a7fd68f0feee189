"""What a product costs that needs no multiplier, in the estimate and in the circuit."""

import numpy as np
import pytest

from tests.ir.operations import rungs
from trigger_ad.ir.expression import constant, port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.table import OPERATIONS
from trigger_ad.ir.program import Program
from trigger_ad.ir.typed import PortType

PORTS = {
    "a": PortType(FixedPoint(9, 9), 2),
    "b": PortType(FixedPoint(7, 7), 2),
    "bit": PortType(FixedPoint(1, 1, signed=False), 2),
    "one": PortType(FixedPoint(1, 1, signed=False), 1),
}


def program(expression):
    used = {node: kind for node, kind in PORTS.items() if f"name='{node}'" in repr(expression)}
    return Program("prepare", used, {"out": expression})


@pytest.mark.parametrize(
    ("expression", "lut", "dsp"),
    [
        (port("a").multiply(port("b")), 0, 2),
        (port("a").multiply(port("bit")), 2 * 9, 0),
        (port("one").multiply(port("a")), 2 * 9, 0),
        (port("a").multiply(constant((1, 8), 3)), 0, 0),
        (port("a").multiply(constant((-4,))), 0, 0),
        (port("a").multiply(constant((3, 0))), 9 + 2, 0),
        (port("a").dot(constant((5, 1))), 9 + 3 + 12, 0),
        (port("a").square(), 0, 2),
    ],
)
def test_products_with_bits_and_constants_take_no_slices(expression, lut, dsp):
    found = program(expression)
    cost = OPERATIONS[expression.operation].cost(found.typed.call(expression))
    assert (cost.lut, cost.dsp) == (lut, dsp)


@pytest.mark.parametrize("bit", ["bit", "one"])
def test_a_product_with_a_bit_is_no_product_in_the_circuit(bit):
    chosen = program(port("a").multiply(port(bit)))
    logic, _ = rungs.circuit(chosen)
    multiplied, _ = rungs.circuit(program(port("a").multiply(port("b"))))
    products = [{op.opcode for op in found.ops} for found in (logic, multiplied)]
    assert products[1] - products[0], "another operation than a choice"
    values = rungs.events(chosen, np.random.default_rng(2), 100)
    expected = values["a"] * values[bit]
    assert len(np.unique(expected)) > 50
    np.testing.assert_array_equal(rungs.interpret(chosen, values)["out"], expected)
