"""Networks and scores that a circuit could not compute exactly are refused."""

from dataclasses import replace

import pytest

from tests.blocks import block
from tests.rtl.networks import ports, small_layout, small_network, two_scores
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.score import PortType, Score
from trigger_ad.rtl.check import check_traceable


@pytest.fixture
def network():
    return small_network(1, small_layout())


def with_layer(network, **changes):
    first = replace(network.layers[0], **changes)
    return replace(network, layers=(first, *network.layers[1:]))


def refused(network, scores, words=None):
    with pytest.raises(ConversionError) as error:
        check_traceable(block(network, scores, words or small_layout()))
    return str(error.value)


def test_a_network_with_its_scores_is_taken(network):
    check_traceable(block(network, two_scores(network), small_layout()))


def test_layout_of_another_network(network):
    assert refused(network, {}, small_layout(7)) == (
        "the layout small must give the network 9 x ap_fixed<8,6>, not 9 x ap_fixed<7,5>: "
        "convert a network trained with this layout"
    )


def test_accumulator_that_wraps(network):
    layer = network.layers[0]
    assert isinstance(layer, Linear)
    narrow = FixedPoint(layer.accumulator.width - 1, layer.accumulator.integer - 1)
    assert refused(with_layer(network, accumulator=narrow), {}) == (
        f"the accumulator of layer one_0 must hold sums of type {layer.accumulator} "
        f"({layer.accumulator.width} bits), not {narrow}: widen it: the hardware would wrap or "
        "round"
    )


def test_weights_wider_than_float32(network):
    wide = {"weight_type": FixedPoint(26, 21), "accumulator": FixedPoint(60, 40)}
    weights = network.layers[0].weights.copy()
    weights[1, 0] = -(2**24) + 1
    check_traceable(block(with_layer(network, **wide, weights=weights), {}, small_layout()))
    weights[1, 0] = -(2**24)
    assert refused(with_layer(network, **wide, weights=weights), {}) == (
        "the weights of layer one_0 must have at most 24 bits besides the sign, not 25: "
        "use fewer bits"
    )


def test_score_of_a_port_that_is_not_there(network):
    kind = PortType(FixedPoint(8, 4), 9)
    score = Score("score", port("three").sum(), {"three": kind})
    sentence = refused(network, {"score": score})
    assert sentence.startswith("port three of score score must be one of words, inputs, input, ")
    assert sentence.endswith(", not 9 x ap_fixed<8,4>: bind the score to this block")


def test_score_of_a_narrower_port(network):
    (kind,) = ports(network, "one").values()
    narrow = replace(kind, minimum=(0,) * kind.size, maximum=(0,) * kind.size)
    score = Score("score", port("one").sum(), {"one": narrow})
    assert "port one of score score must hold what the network gives" in refused(
        network, {"score": score}
    )


def test_score_wider_than_float64(network):
    kind = network.type_of("one")
    wide = PortType(FixedPoint(27, 27 - kind.fraction), network.input_size)
    score = Score("huge", port("one").multiply(port("one")).sum(), {"one": wide})
    assert score.type.width > 53
    assert refused(network, {"huge": score}) == (
        f"score huge must fit 53 bits, not {score.type.width}: shorten or saturate it"
    )
