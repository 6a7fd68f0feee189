"""Random programs: numpy, circuits and C++ give the numbers that the operations mean.

A few, and many with ``--ladder``.
"""

import numpy as np

from tests.ir.operations import rungs
from tests.ir.operations.random_programs import OPERATIONS, random_program

SEEDS = {"circuit": (range(4), range(100)), "compiled": (range(100, 101), range(100, 112))}


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("ladder")
    for name, (few, many) in SEEDS.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, many if every else few)


def compare(found, expected, program):
    for name, wanted in expected.items():
        np.testing.assert_array_equal(found[name], wanted, err_msg=str(program.outputs[name]))


def test_numpy_and_circuits_are_exact(circuit, rng):
    program = random_program(circuit)
    values = rungs.events(program, rng, 30)
    expected = rungs.reference(program, values)
    compare(program.evaluate(values), expected, program)
    for dtype, bits in ((np.float32, 24), (np.float64, 53)):
        if program.largest <= 2**bits:
            compare(program.evaluate(values, dtype), expected, program)
    compare(rungs.interpret(program, values), expected, program)
    for name, signal in program.signals.items():
        assert (expected[name] >= np.array(signal.minimum)).all()
        assert (expected[name] <= np.array(signal.maximum)).all()


def test_compiled_headers_are_exact(compiled, rng, tmp_path):
    program = random_program(compiled, 25)
    values = rungs.events(program, rng, 100)
    expected = program.evaluate(values)
    compare(rungs.simulate(program, values, tmp_path), expected, program)
    compare(rungs.interpret(program, values), expected, program)


def test_programs_have_all_operations():
    """Where a name is not that of the operation, others stand for it."""
    found = {
        operation["operation"]
        for seed in range(15)
        for operation in random_program(seed).to_json()["operations"]
    }
    others = {"absolute sum", "wrap more", "place", "segments", "spread"}
    assert found >= {"port", "argument_of_maximum", *OPERATIONS} - others
