"""The audit finds each planted fault, and nothing in a network without one."""

from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.audit import audit, require
from trigger_ad.errors import ConversionError
from trigger_ad.expression import port
from trigger_ad.fixed import FixedPoint
from trigger_ad.network import Cast, Dense, HardwareNetwork
from trigger_ad.score import PortType, Score

INPUT = FixedPoint.parse("ap_fixed<9,5>")
RELU = FixedPoint.parse("ap_ufixed<8,4,AP_RND_CONV,AP_SAT>")
LOW, HIGH = np.full(57, -256), np.full(57, 255)


def network(**changes):
    """One dense layer and its ReLU; `changes` go to the dense layer."""
    rng = np.random.default_rng(1)
    wide = FixedPoint(19, 10)
    layer = Dense(
        "dense", "x", rng.integers(-31, 32, (57, 8)), FixedPoint(6, 1), np.full(8, -3),
        FixedPoint(6, 1), wide, wide,
    )  # fmt: skip
    layers = (replace(layer, **changes), Cast("relu", "dense", 8, RELU, True))
    return HardwareNetwork("planted", "x", 57, INPUT, layers, ("relu",))


def scores(size=8, kind=RELU, **bounds):
    return {"sum": Score("sum", port("relu").sum(), {"relu": PortType(kind, size, **bounds)})}


def test_sound_network_has_no_findings():
    assert audit(network(), scores(), LOW, HIGH) == []


def test_default_accumulator_is_found():
    default = FixedPoint.parse("ap_fixed<16,6>")
    findings = audit(network(accumulator=default, output=FixedPoint(19, 10)), scores(), LOW, HIGH)
    (finding,) = findings
    assert (finding.layer, finding.part, finding.fatal) == ("dense", "accumulator", True)
    assert finding.needed.width > 16
    assert str(finding) == (
        "accumulator of dense can overflow, being hls4ml's default that was never inferred: it "
        "reaches -262144 to 262143 x 2**-9, which needs ap_fixed<19,10> (19 bits), and is "
        "ap_fixed<16,6>"
    )
    with pytest.raises(
        ConversionError,
        match=r"^accumulator of dense must hold -262144 to 262143 x 2\*\*-9 \(ap_fixed<19,10>, "
        r"19 bits\), not ap_fixed<16,6>: widen it, for it can overflow, being hls4ml's default "
        r"that was never inferred$",
    ):
        require(findings)


def test_default_accumulator_that_happens_to_hold_is_a_warning():
    default = FixedPoint.parse("ap_fixed<16,6>")
    weights = np.zeros((57, 8), dtype=np.int64)
    weights[0] = 31
    findings = audit(
        network(accumulator=default, output=default, weights=weights), scores(), LOW, HIGH
    )
    assert [(f.part, f.fatal) for f in findings] == [("accumulator", False)]
    assert "is hls4ml's default, wide enough by luck" in str(findings[0])
    require(findings)


@pytest.mark.parametrize(
    ("changes", "part", "problem"),
    [
        ({"accumulator": FixedPoint(18, 9)}, "accumulator", "can overflow"),
        ({"accumulator": FixedPoint(20, 12)}, "accumulator", "rounds every product"),
        ({"output": FixedPoint(18, 9)}, "output", "can wrap"),
        ({"output": FixedPoint(6, 4)}, "output", "can wrap"),
        ({"weights": np.full((57, 8), 32)}, "weights", "lies outside its type"),
        ({"bias": np.full(8, -33)}, "bias", "lies outside its type"),
    ],
)
def test_each_planted_fault_is_found(changes, part, problem):
    findings = audit(network(**changes), {}, LOW, HIGH)
    found = [(f.layer, f.part, f.problem) for f in findings if f.part == part]
    assert found == [("dense", part, problem)]
    with pytest.raises(ConversionError, match=rf"^{part} of dense must hold "):
        require([f for f in findings if f.part == part])


def test_saturating_accumulator_must_hold_partial_sums():
    rows = np.array([[31], [-31]])  # the sum is at most 0, and passes 31 x 255 on the way
    low, high = np.array([0, 255]), np.array([255, 255])
    for accumulator, parts in (
        ("ap_fixed<14,5,AP_TRN,AP_SAT>", []),
        ("ap_fixed<13,4,AP_TRN,AP_SAT>", ["accumulator"]),
        ("ap_fixed<14,5>", []),
    ):
        kind = FixedPoint.parse(accumulator)
        layer = Dense(
            "dense", "x", rows, FixedPoint(6, 1), np.zeros(1, dtype=np.int64), FixedPoint(6, 1),
            kind, FixedPoint(19, 10),
        )  # fmt: skip
        small = HardwareNetwork("small", "x", 2, INPUT, (layer,), ("dense",))
        assert [finding.part for finding in audit(small, {}, low, high)] == parts


def test_saturation_is_no_fault():
    kind = FixedPoint.parse("ap_fixed<8,4,AP_TRN,AP_SAT>")
    assert audit(network(output=kind), {}, LOW, HIGH) == []


def test_input_range_beyond_its_type():
    (finding,) = audit(network(accumulator=FixedPoint(40, 31)), {}, LOW, HIGH + 1)[:1]
    assert (finding.layer, finding.part, finding.maximum) == ("x", "range", 256)


@pytest.mark.parametrize(
    "planted",
    [
        scores(kind=FixedPoint(8, 4, False)),
        scores(size=7),
        scores(maximum=(100,) * 8),
        scores(kind=FixedPoint(8, 5, False)),
    ],
    ids=["same", "size", "range", "fraction"],
)
def test_port_of_a_score_must_carry_the_layer(planted, request):
    findings = audit(network(), planted, LOW, HIGH)
    sound = request.node.callspec.id == "same"
    assert [(f.layer, f.part) for f in findings] == ([] if sound else [("sum.relu", "port")])
