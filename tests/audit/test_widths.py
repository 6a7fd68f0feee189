"""The audit finds each planted fault, and nothing in a network without one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.planting import sentences
from trigger_ad.audit import Finding, require
from trigger_ad.audit.widths import check_widths
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.linear import Linear, accumulator_range
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score

INPUT = FixedPoint.parse("ap_fixed<9,5>")
RELU = FixedPoint.parse("ap_ufixed<8,4,AP_RND_CONV,AP_SAT>")
LOW, HIGH = np.full(57, -256), np.full(57, 255)


def network(**changes):
    """One dense layer and its ReLU; `changes` go to the dense layer."""
    rng = np.random.default_rng(1)
    wide = FixedPoint(19, 10)
    layer = Linear(
        "dense",
        "x",
        rng.integers(-31, 32, (57, 8)),
        FixedPoint(6, 1),
        np.full(8, -3),
        FixedPoint(6, 1),
        wide,
        wide,
    )
    layers = (replace(layer, **changes), Cast("relu", "dense", 8, RELU, True))
    return HardwareNetwork("planted", "x", 57, INPUT, layers, ("relu",))


def scores(size=8, kind=RELU, **bounds):
    return {"sum": Score("sum", port("relu").sum(), {"relu": PortType(kind, size, **bounds)})}


def exact_sums(layer):
    """Smallest and largest sum of any output, 0 included, from the weights one by one."""
    ends = []
    for j in range(layer.weights.shape[1]):
        products = [
            (int(w) * int(a), int(w) * int(b))
            for w, a, b in zip(layer.weights[:, j], LOW, HIGH, strict=True)
        ]
        bias = int(layer.bias[j]) << 4  # products have 9 bits right of the point, the bias 5
        ends += [bias + sum(min(p) for p in products), bias + sum(max(p) for p in products)]
    return min(*ends, 0), max(*ends, 0)


def test_sound_network_has_no_findings():
    checked = check_widths(network(), scores(), LOW, HIGH)
    assert checked.findings == ()
    nonzero = np.count_nonzero(network().layer("dense").weights)
    assert checked.counts == {
        "accumulators": 1,
        "products": nonzero,
        "casts": 2,
        "weights": 456,
        "biases": 8,
        "types": 6,
        "score ports": 1,
    }


def test_sums_that_are_dropped_whole_are_found():
    """Their simulation would end the process."""
    coarse = replace(RELU, integer=RELU.integer + 16)
    planted = network()
    planted = replace(planted, layers=(planted.layers[0], Cast("relu", "dense", 8, coarse, True)))
    checked = check_widths(planted, {}, LOW, HIGH)
    (finding,) = checked.findings
    assert finding.fatal
    assert str(finding) == (
        "what is rounded to the output of relu must have at least the 21 bits that are dropped, "
        "not ap_fixed<19,10>: convert the model again"
    )


def test_default_accumulator_is_found():
    """An accumulator that hls4ml did not infer, in the dot product of the first layer."""
    planted = network(accumulator=FixedPoint.parse("ap_fixed<16,6>"))
    low, high = exact_sums(planted.layer("dense"))
    checked = check_widths(planted, scores(), LOW, HIGH)
    sentence = (
        f"accumulator of dense must hold {low} to {high} x 2**-9 (ap_fixed<19,10>, 19 bits), not "
        "ap_fixed<16,6>: widen it, for it can overflow, being hls4ml's default that was never "
        "inferred"
    )
    assert sentences(checked) == [sentence]
    with pytest.raises(ConversionError) as caught:
        require(checked)
    assert str(caught.value) == sentence


def test_default_accumulator_that_happens_to_hold_is_a_warning():
    default = FixedPoint.parse("ap_fixed<16,6>")
    weights = np.zeros((57, 8), dtype=np.int64)
    weights[0] = 31
    planted = network(accumulator=default, output=default, weights=weights)
    checked = check_widths(planted, scores(), LOW, HIGH)
    assert checked.fatal == ()
    (sentence,) = sentences(checked)
    assert sentence == (
        "accumulator of dense should hold -7984 to 7857 x 2**-9 (ap_fixed<14,5>, 14 bits), not "
        "left at hls4ml's default ap_fixed<16,6>: convert the model again; it is wide enough by "
        "luck"
    )
    require(checked)


def test_an_accumulator_inferred_as_the_default_type_is_none():
    """31 x 255 x 4 needs 15 bits and a sign: with 10 bits right of the point this is the type."""
    rows = np.full((4, 1), 31)
    kind, fine = FixedPoint(16, 6), FixedPoint(6, 0)
    layer = Linear("d", "x", rows, fine, np.zeros(1, np.int64), fine, kind, kind)
    small = HardwareNetwork("small", "x", 4, INPUT, (layer,), ("d",))
    assert check_widths(small, {}, LOW[:4], HIGH[:4]).findings == ()


def test_types_left_at_the_default_of_the_project():
    default = FixedPoint.parse("fixed<61,17>")
    checked = check_widths(network(accumulator=default, output=default), {}, LOW, HIGH)
    assert sentences(checked) == [
        f"{part} of dense must be inferred, not left at the project default ap_fixed<61,17>: "
        "convert the model again"
        for part in ("output", "accumulator")
    ]


def test_a_network_without_a_dense_layer():
    empty = HardwareNetwork("empty", "x", 57, INPUT, (), ())
    assert sentences(check_widths(empty, {}, LOW, HIGH)) == [
        "network empty must have a dense layer: convert it again"
    ]


@pytest.mark.parametrize(
    ("changes", "name", "problem"),
    [
        ({"accumulator": FixedPoint(18, 9)}, "accumulator", "can overflow"),
        ({"accumulator": FixedPoint(20, 12)}, "accumulator", "rounds every product"),
        ({"output": FixedPoint(18, 9)}, "output", "can wrap"),
        ({"output": FixedPoint(6, 4)}, "output", "can wrap"),
        ({"weights": np.full((57, 8), 32)}, "weights", "lies outside its type"),
        ({"bias": np.full(8, -33)}, "bias", "lies outside its type"),
    ],
)
def test_each_planted_fault_is_found(changes, name, problem):
    checked = check_widths(network(**changes), {}, LOW, HIGH)
    (found,) = [f for f in checked.findings if f.name == f"{name} of dense"]
    assert found.fatal
    assert found.remedy == f"widen it, for it {problem}"
    with pytest.raises(
        ConversionError, match=rf"^{name} of dense must hold -?\d+ to -?\d+ x 2\*\*"
    ):
        require(replace(checked, findings=(found,)))


def test_a_product_that_wraps_on_its_way_is_a_warning():
    """5 x 31 - 40: the sum is from -40 to 115, the product alone goes to 155."""
    kind = FixedPoint(8, 8)
    layer = Linear(
        "d", "x", np.array([[5]]), FixedPoint(4, 4), np.array([-40]), FixedPoint(7, 7), kind, kind
    )
    small = HardwareNetwork("small", "x", 1, FixedPoint(6, 6), (layer,), ("d",))
    checked = check_widths(small, {}, np.array([0]), np.array([31]))
    assert checked.fatal == ()
    (sentence,) = sentences(checked)
    assert sentence == (
        "product of d should hold 0 to 155 x 2**0 (ap_ufixed<8,8>, 8 bits), not ap_fixed<8,8>: "
        "nothing need be done, for the sum fits and comes out right modulo 2**8"
    )


def test_an_output_is_sized_for_all_of_its_elements():
    """The largest value of one, the smallest of another."""
    wide, narrow = FixedPoint(12, 12), FixedPoint(8, 8)
    byte, none = FixedPoint(9, 9), FixedPoint(1, 1, False)
    bias = np.array([200, -2, 0])
    layer = Linear("d", "x", np.array([[0, 0, 1]]), none, bias, byte, wide, narrow)
    small = HardwareNetwork("small", "x", 1, none, (layer,), ("d",))
    (sentence,) = sentences(check_widths(small, {}, np.array([0]), np.array([1])))
    assert sentence == (
        "output of d must hold -2 to 200 x 2**0 (ap_fixed<9,9>, 9 bits), not ap_fixed<8,8>: "
        "widen it, for it can wrap"
    )


def test_saturating_accumulator_must_hold_partial_sums():
    rows = np.array([[31], [-31]])  # the sum is at most 0, and passes 31 x 255 on the way
    low, high = np.array([0, 255]), np.array([255, 255])
    for accumulator, parts in (
        ("ap_fixed<14,5,AP_TRN,AP_SAT>", []),
        ("ap_fixed<13,4,AP_TRN,AP_SAT>", ["accumulator"]),
        ("ap_fixed<14,5>", []),
    ):
        kind = FixedPoint.parse(accumulator)
        layer = Linear(
            "dense",
            "x",
            rows,
            FixedPoint(6, 1),
            np.zeros(1, dtype=np.int64),
            FixedPoint(6, 1),
            kind,
            FixedPoint(19, 10),
        )
        small = HardwareNetwork("small", "x", 2, INPUT, (layer,), ("dense",))
        found = check_widths(small, {}, low, high).findings
        assert [finding.name.split()[0] for finding in found] == parts


def test_saturation_is_no_fault():
    kind = FixedPoint.parse("ap_fixed<8,4,AP_TRN,AP_SAT>")
    assert check_widths(network(output=kind), {}, LOW, HIGH).findings == ()


def test_input_range_beyond_its_type():
    checked = check_widths(network(accumulator=FixedPoint(40, 31)), {}, LOW, HIGH + 1)
    assert sentences(checked)[0] == (
        "range of x must hold -256 to 256 x 2**-4 (ap_fixed<10,6>, 10 bits), not ap_fixed<9,5>: "
        "widen it, for it lies outside its type"
    )


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (scores(kind=FixedPoint(8, 4, False)), None),
        (scores(size=7), "7 x ap_ufixed<8,4,AP_RND_CONV,AP_SAT> from 0 to 255"),
        (scores(maximum=(100,) * 8), "8 x ap_ufixed<8,4,AP_RND_CONV,AP_SAT> from 0 to 100"),
        (scores(kind=FixedPoint(8, 5, False)), "8 x ap_ufixed<8,5> from 0 to 255"),
        (scores(kind=FixedPoint(7, 3, False)), "8 x ap_ufixed<7,3> from 0 to 127"),
    ],
    ids=["same", "size", "range", "fraction", "narrow"],
)
def test_port_of_a_score_must_carry_the_layer(planted, found):
    checked = check_widths(network(), planted, LOW, HIGH)
    sentence = (
        "port relu of score sum must hold 0 to 255 x 2**-4 (ap_ufixed<8,4>, 8 bits), not "
        f"{found}: widen it, for it carries values the score was not sized for"
    )
    assert sentences(checked) == ([sentence] if found else [])


def test_windows_are_counted_each():
    places = np.array([[0, 1], [2, -1], [3, 4]], dtype=np.int32)
    kind, wide = FixedPoint(6, 6), FixedPoint(24, 20)
    weights = np.array([[3, 0], [-4, 5]])
    sums = Linear("sums", "x", weights, kind, np.array([1, 2]), kind, wide, wide, places)
    layers = (sums, Maximum("max", "sums", places[:, :1], FixedPoint(11, 7)))
    small = HardwareNetwork("small", "x", 5, INPUT, layers, ("max",))
    checked = check_widths(small, {}, np.full(5, -256), np.full(5, 255))
    (finding,) = sentences(checked)
    assert finding == (
        "output of max must hold -1772 to 1805 x 2**-4 (ap_fixed<12,8>, 12 bits), not "
        "ap_fixed<11,7>: widen it, for it can wrap"
    )
    assert checked.counts == {
        "accumulators": 1,
        "products": 3 * 3,
        "casts": 2,
        "weights": 4,
        "biases": 2,
        "types": 6,
        "score ports": 0,
    }


def test_port_of_a_score_that_no_layer_feeds():
    other = {"sum": Score("sum", port("other").sum(), {"other": PortType(RELU, 8)})}
    assert check_widths(network(), other, LOW, HIGH).findings == (
        Finding(
            "port other of score sum",
            "must be a layer of the network",
            None,
            "bind the scores to this network",
        ),
    )


@st.composite
def small_layers(draw):
    """Two inputs of few bits, weights, bias and types of which some are too narrow by a bit."""
    ends = draw(st.lists(st.integers(-9, 9), min_size=4, max_size=4, unique=True))
    low, high = sorted(ends[:2]), sorted(ends[2:])
    bounds = np.array([low[0], high[0]]), np.array([low[1], high[1]])
    weights = np.array(draw(st.lists(st.integers(-8, 7), min_size=4, max_size=4))).reshape(2, 2)
    bias = np.array(draw(st.lists(st.integers(-64, 63), min_size=2, max_size=2)))
    weight_type = FixedPoint(4, draw(st.integers(1, 4)))
    bias_type = FixedPoint(7, draw(st.integers(0, 6)))
    output = FixedPoint(
        draw(st.integers(2, 16)),
        draw(st.integers(0, 12)),
        draw(st.booleans()),
        draw(st.sampled_from(Rounding)),
        draw(st.sampled_from(Overflow)),
    )
    loose = FixedPoint(40, 20, overflow=draw(st.sampled_from(Overflow)))
    layer = Linear("d", "x", weights, weight_type, bias, bias_type, loose, output)
    source = Interval(*bounds, 1)
    needed = FixedPoint.holding(*accumulator_range(layer, source))
    integer = needed.integer + draw(st.integers(-1, 1))
    fraction = needed.fraction + draw(st.integers(-1, 1))
    signed = needed.signed or draw(st.booleans())
    if integer + fraction > 0:
        layer = replace(
            layer,
            accumulator=replace(loose, width=integer + fraction, integer=integer, signed=signed),
        )
    return HardwareNetwork("small", "x", 2, FixedPoint(6, 5), (layer,), ("d",)), bounds


def every_input(bounds):
    low, high = bounds
    axes = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def terms(layer, inputs):
    """Products and bias of each output as integers with one binary point: (n, 3, n_out)."""
    fraction = layer.weight_type.fraction + 1
    finest = max(fraction, layer.bias_type.fraction)
    products = (inputs[:, :, None] * layer.weights) << (finest - fraction)
    bias = np.broadcast_to(layer.bias << (finest - layer.bias_type.fraction), products[:, :1].shape)
    return np.concatenate([bias, products], axis=1), finest


def accumulates(layer, inputs):
    """Whether the accumulator ends on the exact sum, for every input and any order of adding."""
    parts, finest = terms(layer, inputs)
    kind = layer.accumulator
    exact = parts.sum(axis=1)
    for order in ((0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0)):
        total = kind.cast(np.zeros_like(exact), finest)
        for part in order:
            total = kind.cast(total + kind.cast(parts[:, part], finest), kind.fraction)
        shift = kind.fraction - finest
        ours, theirs = (total, exact << shift) if shift >= 0 else (total << -shift, exact)
        if not np.array_equal(ours, theirs):
            return False
    return True


def casts(layer, inputs):
    """Whether the output is what a type of any width would make of the exact sum."""
    parts, finest = terms(layer, inputs)
    exact, kind = parts.sum(axis=1), layer.output
    if kind.overflow is Overflow.SATURATE:
        return True
    wide = FixedPoint(60, 60 - kind.fraction, True, kind.rounding)
    return np.array_equal(kind.cast(exact, finest), wide.cast(exact, finest))


@given(small_layers())
def test_audit_is_silent_exactly_where_nothing_wraps(case):
    """Every input is tried in integers, so an audit that is too strict fails as one too lax."""
    small, bounds = case
    inputs = every_input(bounds)
    layer = small.layer("d")
    found = {finding.name for finding in check_widths(small, {}, *bounds).fatal}
    assert ("accumulator of d" in found) == (not accumulates(layer, inputs))
    assert ("output of d" in found) == (not casts(layer, inputs))


@pytest.mark.parametrize(("bias", "fits"), [(4, True), (5, False), (-8, True), (-9, False)])
@pytest.mark.parametrize("narrow", ["accumulator", "output"])
def test_audit_is_silent_up_to_the_last_value(bias, fits, narrow):
    """From 0 to 3 and a bias, in 4 bits: up to 7 and down to -8."""
    kinds = {"accumulator": FixedPoint(20, 19), "output": FixedPoint(20, 19)}
    kinds[narrow] = FixedPoint(4, 3)
    layer = Linear(
        "d",
        "x",
        np.array([[1, 1], [0, 0]]),
        FixedPoint(4, 4),
        np.array([bias, 0]),
        FixedPoint(7, 6),
        **kinds,
    )
    small = HardwareNetwork("small", "x", 2, FixedPoint(6, 5), (layer,), ("d",))
    bounds = np.array([0, 0]), np.array([3, 1])
    exact = accumulates if narrow == "accumulator" else casts
    assert exact(layer, every_input(bounds)) == fits
    found = [finding.name for finding in check_widths(small, {}, *bounds).fatal]
    assert found == ([] if fits else [f"{narrow} of d"])
