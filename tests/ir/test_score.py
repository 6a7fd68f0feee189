"""Scores are exact in every arithmetic, and never leave their proven range."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError, SchemaError
from trigger_ad.ir.expression import OPERATIONS, Expression, fold, port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score

SIZE = 3
PORTS = ("x", "y", "z")
KINDS = st.builds(
    FixedPoint, width=st.integers(1, 8), integer=st.integers(-2, 10), signed=st.booleans()
)


@st.composite
def vectors(draw, depth=3):
    """Expressions of `SIZE` elements without tables."""
    if depth == 0:
        return port(draw(st.sampled_from(PORTS)))
    part = vectors(depth - 1)
    operation = draw(st.sampled_from(["port", "pair", "product", "single", "bits"]))
    if operation == "port":
        return draw(vectors(0))
    left = draw(part)
    if operation == "pair":
        right = draw(part)
        name = draw(st.sampled_from(["add", "subtract", "maximum", "minimum"]))
        return getattr(left, name)(right)
    if operation == "product":
        return draw(vectors(0)).multiply(left)
    if operation == "single":
        name = draw(st.sampled_from(["absolute", "square"]))
        return left.square() if name == "square" and depth == 1 else left.absolute()
    if draw(st.booleans()):
        left = left.offset(draw(st.integers(-30, 30)))
    if draw(st.booleans()):
        return left.shorten(draw(st.integers(0, 4)))
    return left.saturate(draw(st.integers(2, 12)))


@st.composite
def scores(draw):
    ports = {name: PortType(draw(KINDS), SIZE) for name in PORTS}
    body = draw(vectors())
    expression = body.dot(port("x")) if draw(st.booleans()) else body.sum()
    return Score("s", expression, ports)


PAIRS = {"add": lambda p, q: p + q, "subtract": lambda p, q: p - q, "maximum": max, "minimum": min}
SINGLES = {"absolute": abs, "square": lambda v: v * v}


def evaluate(score, event):
    """Value and fraction of a score by Python integers, one event at a time."""

    def visit(node, arguments):
        if node.operation == "port":
            return event[node.name], score.ports[node.name].type.fraction
        values, fraction = arguments[0]
        if len(arguments) == 2:
            others, other = arguments[1]
            if node.operation in PAIRS:
                fine = max(fraction, other)
                values = [v * 2 ** (fine - fraction) for v in values]
                others = [v * 2 ** (fine - other) for v in others]
                combine = PAIRS[node.operation]
                return [combine(p, q) for p, q in zip(values, others, strict=True)], fine
            products = [p * q for p, q in zip(values, others, strict=True)]
            return [sum(products)] if node.operation == "dot" else products, fraction + other
        if node.operation in SINGLES:
            result = [SINGLES[node.operation](v) for v in values]
            return result, fraction * (2 if node.operation == "square" else 1)
        if node.operation == "sum":
            return [sum(values)], fraction
        if node.operation == "offset":
            fine = max(fraction, 0)
            return [v * 2 ** (fine - fraction) + node.parameter * 2**fine for v in values], fine
        if node.operation == "shorten":
            return [v // 2**node.parameter for v in values], fraction - node.parameter
        signed = min(score.signal(node.arguments[0]).minimum) < 0
        low = -(2 ** (node.parameter - 1)) if signed else 0
        high = 2 ** (node.parameter - signed) - 1
        return [min(max(v, low), high) for v in values], fraction

    (value,), fraction = fold(score.expression, visit)
    return value, fraction


def draw_events(score, seed, n=30):
    rng = np.random.default_rng(seed)
    values = {}
    for name, kind in score.ports.items():
        ends = [kind.type.minimum, kind.type.maximum]
        random = rng.integers(*ends, (n, kind.size), endpoint=True)
        corners = rng.choice(ends, (n, kind.size))
        values[name] = np.concatenate([random, corners])
    return values


@settings(max_examples=100, deadline=None)
@given(scores(), st.integers(0, 1000))
def test_every_arithmetic_gives_the_same_integers(score, seed):
    values = draw_events(score, seed)
    result = score.evaluate(values)
    assert result.dtype == np.int64
    bound = score.signal(score.expression)
    for index, value in enumerate(result.tolist()):
        event = {name: array[index].tolist() for name, array in values.items()}
        assert (value, bound.fraction) == evaluate(score, event)
    assert bound.minimum[0] <= result.min()
    assert result.max() <= bound.maximum[0]
    for dtype, bits in ((np.float32, 24), (np.float64, 53)):
        if score.largest <= 2**bits:
            real = score.evaluate(values, dtype)
            assert real.dtype == dtype
            np.testing.assert_array_equal(real.astype(np.int64), result)


@given(scores())
def test_json_round_trip(score):
    record = json.loads(json.dumps(score.to_json()))
    assert Score.from_json(record) == score


X, Y = port("x"), port("y")
KIND = PortType(FixedPoint(8, 4), 2)


@pytest.mark.parametrize(
    ("expression", "minimum", "maximum"),
    [
        (X.subtract(Y).absolute().sum(), 0, 2 * 255),
        (X.subtract(Y).sum(), -510, 510),
        (X.square().sum(), 0, 2 * 128**2),
        (X.dot(Y), -2 * 128 * 127, 2 * 128**2),
        (X.maximum(Y).sum(), -256, 254),
        (X.minimum(Y).sum(), -256, 254),
        (X.sum().shorten(3), -32, 31),
        (X.sum().saturate(6), -32, 31),
        (X.absolute().sum().saturate(6), 0, 63),
        (X.sum().table(tuple(range(511))), 0, 510),
    ],
)
def test_interval_is_attained(expression, minimum, maximum):
    score = Score("s", expression, {"x": KIND, "y": KIND})
    bound = score.signal(expression)
    assert (bound.minimum, bound.maximum) == ((minimum,), (maximum,))
    ends = np.array([-128, 0, 127])
    grid = np.stack(np.meshgrid(ends, ends, ends, ends), axis=-1).reshape(-1, 4)
    result = score.evaluate({"x": grid[:, :2], "y": grid[:, 2:]})
    assert (result.min(), result.max()) == (minimum, maximum)
    assert score.type.contains(minimum, maximum, score.type.fraction)


def test_bounds_of_a_port_are_used():
    narrow = PortType(FixedPoint(8, 4), 2, (0, -3), (5, 3))
    score = Score("s", X.square().sum(), {"x": narrow})
    assert score.signal(score.expression).maximum == (34,)
    away = PortType(FixedPoint(8, 4), 2, (2, -7), (5, -3))
    for part in (X.square(), X.absolute()):
        bound = Score("s", part.sum(), {"x": away}).signal(part)
        assert bound.minimum == ((4, 9) if part.operation == "square" else (2, 3))


def test_binary_points_are_aligned():
    ports = {"x": PortType(FixedPoint(4, 4), 1), "y": PortType(FixedPoint(4, 1), 1)}
    score = Score("s", X.subtract(Y).absolute().sum(), ports)
    assert score.type.fraction == 3
    assert score.evaluate({"x": np.array([[1]]), "y": np.array([[4]])}).tolist() == [4]


def test_table_is_read_by_value_above_the_minimum():
    score = Score("s", X.sum().table((10, 11, 12, 13)), {"x": PortType(FixedPoint(2, 2), 1)})
    values = {"x": np.array([[-2], [-1], [0], [1]])}
    for dtype in (np.int64, np.float32, np.float64):
        assert score.evaluate(values, dtype).tolist() == [10, 11, 12, 13]
    assert score.type == FixedPoint(4, 4, False)


def test_largest_covers_partial_sums():
    """Terms that cancel: their sum is small, but not what is added up on the way to it."""
    bounds = (8_000_000, 8_000_001) * 2 + (-8_000_000, -7_999_999) * 2
    kind = PortType(FixedPoint(24, 24), 8, bounds, tuple(b + 3 for b in bounds))
    score = Score("s", X.sum(), {"x": kind})
    assert score.signal(score.expression).maximum[0] < 100
    assert score.largest >= 4 * 8_000_000


def test_largest_covers_partial_sums_of_a_dot_product():
    """Also where the products cancel, as those of two ports of fixed signs."""
    x = PortType(FixedPoint(24, 24), 4, (5000,) * 4, (5001,) * 4)
    y = PortType(FixedPoint(24, 24), 4, (4000, 4000, -4001, -4001), (4001, 4001, -4000, -4000))
    score = Score("s", X.dot(Y), {"x": x, "y": y})
    signal = score.signal(score.expression)
    assert max(-signal.minimum[0], signal.maximum[0]) < 40_000
    assert score.largest == 2 * 5001 * 4001


def test_largest_covers_the_constant_of_an_offset():
    """2**24 + 1 is no float32, though what it is added to and the sum are."""
    kind = PortType(FixedPoint(26, 26), 1, (-(2**24),), (-(2**24) + 4,))
    score = Score("s", X.offset(2**24 + 1).sum(), {"x": kind})
    assert score.largest == 2**24 + 1
    values = {"x": -(2**24) + np.arange(5)[:, None]}
    assert score.evaluate(values, np.float64).tolist() == [1, 2, 3, 4, 5]
    assert score.evaluate(values, np.float32).tolist() != [1, 2, 3, 4, 5]


def test_largest_covers_aligned_arguments():
    ports = {"x": PortType(FixedPoint(4, 20), 1), "y": PortType(FixedPoint(4, 0), 1)}
    assert Score("s", X.minimum(Y).sum(), ports).largest == 8 << 20


def test_score_must_be_one_number():
    with pytest.raises(
        FixedPointError,
        match=r"^score s must be one number for each event, not 2 numbers: end it with sum or dot$",
    ):
        Score("s", X.absolute(), {"x": KIND})


def test_score_of_just_as_many_bits_as_there_can_be():
    """One bit less than a type, which is left for a sum on the way."""
    for width, operation in ((61, X.sum()), (30, X.square().sum())):
        score = Score("s", operation, {"x": PortType(FixedPoint(width, width, False), 1)})
        assert score.type.width <= 61
    with pytest.raises(FixedPointError, match=r"must fit 61 bits, not 62: "):
        Score("s", X.sum(), {"x": PortType(FixedPoint(62, 62), 1)})


def test_score_that_grows_too_wide():
    wide = PortType(FixedPoint(40, 40), 2)
    with pytest.raises(
        FixedPointError,
        match=r"^square in score s must fit 61 bits, not 79: shorten or saturate its arguments$",
    ):
        Score("s", X.square().sum(), {"x": wide})


def test_table_of_the_wrong_length():
    with pytest.raises(
        FixedPointError,
        match=r"^a score table must have one entry for each raw value of its argument, 511 in all, "
        r"not 3: complete the table$",
    ):
        Score("s", X.sum().table((1, 2, 3)), {"x": KIND})


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"operation": "cosine"}, "'cosine' with 0"),
        ({"operation": "sum"}, "'sum' with 0"),
        ({"operation": "port", "arguments": [{"operation": "port"}]}, "'port' with 1"),
    ],
)
def test_unknown_operation(record, found):
    names = ", ".join(("port", *OPERATIONS))
    with pytest.raises(SchemaError) as caught:
        Expression.from_json(record)
    assert str(caught.value) == (
        f"a score expression must be made of {names} with their arguments, not {found}: write the "
        "score again with this version"
    )


def test_shared_parts_are_visited_once():
    difference = X.subtract(Y)
    seen = []

    def visit(node, arguments):
        seen.append(node.operation)

    fold(difference.multiply(difference).sum(), visit)
    assert sorted(seen) == ["multiply", "port", "port", "subtract", "sum"]


def test_elements_must_agree():
    ports = {"x": KIND, "y": PortType(FixedPoint(8, 4), 3)}
    for expression in (X.dot(Y), X.subtract(Y).sum(), X.maximum(Y).sum()):
        with pytest.raises(
            FixedPointError, match=r"^\w+ in score s must have arguments of one size, not 2 and 3: "
        ):
            Score("s", expression, ports)
    with pytest.raises(FixedPointError) as caught:
        Score("s", X.multiply(Y).sum(), ports)
    assert str(caught.value) == (
        "multiply in score s must have arguments of one size, or one of one element, not 2 and 3: "
        "give ports of one size"
    )


def test_port_without_a_type():
    with pytest.raises(
        FixedPointError, match=r"^port y of score s must have a type: choose from x$"
    ):
        Score("s", X.dot(Y), {"x": KIND})


def test_json_of_a_table():
    score = Score("s", X.sum().table((10, 11, 12, 13)), {"x": PortType(FixedPoint(2, 2), 1)})
    assert Score.from_json(json.loads(json.dumps(score.to_json()))) == score


def test_memory_grows_with_the_events():
    """Arrays of an earlier call are used again where they have rows enough."""
    score = Score("s", X.absolute().sum(), {"x": PortType(FixedPoint(6, 6), 2)})
    memory = {}
    for events in (2, 5, 3, 6, 1):
        values = np.arange(2 * events).reshape(events, 2) - 4
        found = score.evaluate({"x": values}, np.int64, memory)
        assert found.tolist() == np.abs(values).sum(axis=1).tolist()
    assert {len(array) for array in memory.values()} == {6}
