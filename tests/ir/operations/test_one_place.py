"""An operation that somebody adds: this file, and a line of the table."""

import numpy as np
import pytest
import tensorflow as tf

from tests.ir.operations import rungs
from trigger_ad.audit.program import check_program
from trigger_ad.hls.steps import Port
from trigger_ad.ir.expression import OPERATIONS, Expression, port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.aligned import aligned, on_the_way, to_binary_point
from trigger_ad.ir.operations.costs import adders
from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.operation import Cost, Operation
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.program import Program
from trigger_ad.ir.score import Score
from trigger_ad.ir.typed import PortType
from trigger_ad.ledger.estimate import _expressions
from trigger_ad.train.expression import render_vector

# ---- the operation: how much the first is above the second, 0 where it is not ----


def excess(first: Expression, second: Expression) -> Expression:
    return first.apply("excess", second)


def bound(call):
    left, right = aligned(call)
    low = (max(p - s, 0) for p, s in zip(left.minimum, right.maximum, strict=True))
    high = (max(q - r, 0) for q, r in zip(left.maximum, right.minimum, strict=True))
    return Signal(tuple(low), tuple(high), left.fraction)


def difference(call):
    left, right = aligned(call)
    return {"the difference": Signal.all(1, left.low - right.high, left.high - right.low, 0)}


def compute(call, arrays, events, out):
    left, right = (to_binary_point(a, s, None) for a, s in zip(arrays, call.shifts, strict=True))
    return np.maximum(left - right, 0, out=out)


def hls(call, names, target):
    left, right = (
        f"score_ops::align<{shift}>({name}[i])"
        for name, shift in zip(names, call.shifts, strict=True)
    )
    kind = integer(difference(call)["the difference"])
    return loop(
        call.result.size,
        f"{kind} above = {left} - {right};\n"
        f"if (above < 0)\n    {target}[i] = 0;\nelse\n    {target}[i] = above;",
    )


def trace(call, gates):
    pairs = zip(gates.argument(0), gates.argument(1), strict=True)
    return [gates.positive(a - b) for a, b in pairs]


def tensor(tf, node, tensors, inputs):
    return tf.maximum(tensors[0] - tensors[1], 0.0)


EXCESS = Operation(
    "excess",
    2,
    bound,
    compute,
    hls,
    trace,
    tensor,
    on_the_way=lambda call: {**on_the_way(call), **difference(call)},
    declared=difference,
    cost=adders,
)

# ---- that was all of it ----

PORTS = {"x": PortType(FixedPoint(7, 4), 3), "y": PortType(FixedPoint(6, 5), 3)}


@pytest.fixture
def program(monkeypatch):
    monkeypatch.setitem(OPERATIONS, "excess", EXCESS)
    both = excess(port("x"), port("y"))
    return Program("prepare", PORTS, {"above": both, "most": both.sum()})


@pytest.fixture
def values(program):
    return rungs.events(program, np.random.default_rng(1), 200)


def test_it_is_exact_everywhere(program, values, tmp_path):
    expected = np.maximum(values["x"] - 4 * values["y"], 0)
    found = [
        program.evaluate(values),
        program.evaluate(values, np.float32),
        rungs.interpret(program, values),
        rungs.simulate(program, values, tmp_path),
    ]
    for result in found:
        np.testing.assert_array_equal(result["above"], expected)
        np.testing.assert_array_equal(result["most"], expected.sum(axis=1, keepdims=True))
    assert program.largest == 63 + 4 * 32 + 63 + 4 * 32 + 63 + 4 * 32


def test_training_knows_it(program, values):
    real = {name: tf.constant(kind.type.decode(values[name])) for name, kind in PORTS.items()}
    found = render_vector(program.outputs["above"], real, PORTS).numpy()
    np.testing.assert_array_equal(found * 8, program.evaluate(values)["above"])


def test_it_is_read_back_and_has_a_cost(program):
    assert Program.from_json(program.to_json()) == program
    score = Score("s", program.outputs["most"], PORTS)
    assert _expressions(score.typed, [score.expression]) == Cost(3 * 8 + 2 * 10, 0)


def test_the_audit_finds_what_is_too_narrow(program, tmp_path):
    ports = {name: Port(name, str(kind.type), kind.type, kind.size) for name, kind in PORTS.items()}
    header = tmp_path / "prepare.h"
    header.write_text(rungs.header(program))

    def audit():
        checked = check_program(tmp_path, "prepare.h", program, "net", "net.h", ports)
        return checked.counts["operations"], [str(finding) for finding in checked.findings]

    assert audit() == (4 + 1 + 1 + 2, [])
    header.write_text(header.read_text().replace("ap_int<9> above", "ap_int<8> above"))
    count, (narrow, line) = audit()
    assert count == 8
    assert narrow == (
        "the difference of step2 (excess) of program prepare must hold -188 to 191 x 2**0 "
        "(ap_fixed<9,9>, 9 bits), not ap_int<8>: widen it, for it can wrap"
    )
    assert "must be 'ap_int<9> above" in line
