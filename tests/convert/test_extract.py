"""hls4ml graphs that are not what this project makes."""

import numpy as np
import pytest
from hls4ml.model.types import FixedPrecisionType, IntegerPrecisionType

from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert.extract import network_from_graph
from trigger_ad.convert.graph import graph_of
from trigger_ad.errors import ConversionError
from trigger_ad.layers.architecture import chain
from trigger_ad.layers.node import Node
from trigger_ad.layers.shared import Shared

REMEDY = "report the network; hls4ml inferred something this version does not know"


@pytest.fixture
def graph(tmp_path):
    """A dense layer with ReLU and one without."""
    sketch = networks.Sketch(chain("net", (3, 4, 2), (True, False), True), networks.bits())
    quantized = networks.quantised((sketch,), 3)
    return graph_of(quantized, config.Convert(namespace="tiny"), tmp_path)


def refused(graph) -> str:
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "tiny")
    return str(caught.value)


def test_a_good_graph_is_read(graph):
    network = network_from_graph(graph, "tiny")
    kinds = [str(network.type_of(name)) for name in ("input", "net_0", "net_0_relu", "net")]
    assert str(network) == (
        f"tiny: 3 x {kinds[0]} as input\n"
        f"  net_0 = dense(input): 4 x {kinds[1]}\n"
        f"  net_0_relu = relu(net_0): 4 x {kinds[2]}\n"
        f"  net = dense(net_0_relu): 2 x {kinds[3]}\n"
        "  -> net"
    )


def test_a_type_left_at_the_default_is_found(graph):
    graph.graph["net"].get_attr("accum_t").precision = FixedPrecisionType(61, 17)
    assert refused(graph) == (
        f"the accum type of layer net must be inferred, not left at the default: {REMEDY}"
    )


def test_a_type_that_is_not_fixed_point_is_found(graph):
    graph.graph["net"].get_attr("accum_t").precision = IntegerPrecisionType(12)
    assert refused(graph) == (
        f"the accum type of layer net must be a binary fixed-point type, not int<12>: {REMEDY}"
    )


def test_weights_off_the_grid_are_found(graph):
    graph.graph["net"].weights["weight"].data[0, 0] = 2**-20
    kind = graph.graph["net"].get_attr("weight_t").precision
    assert refused(graph) == (
        f"the weight of layer net must be values of ap_{str(kind).split(',TRN')[0]}>, "
        "not 9.5367431640625e-07: "
        "use quantizers with a power-of-two scale"
    )


def test_other_layers_are_refused(graph):
    graph.graph["net_0_relu"].set_attr("activation", "tanh")
    assert refused(graph) == (
        "layer net_0_relu must be a sum of products, a maximum, a merge, a ReLU or a change of "
        "type, not Activation tanh: build the score from such layers"
    )


def test_two_inputs_are_refused(graph):
    graph.graph["other"] = graph.graph["inputs"]
    assert refused(graph) == f"network tiny must have one input, not 2: {REMEDY}"


def test_a_second_source_is_refused(graph):
    graph.graph["net"].inputs = ["net_0", "net_0_relu"]
    assert refused(graph) == (
        f"layer net must have one source, not ['net_0', 'net_0_relu']: {REMEDY}"
    )


def test_a_kind_with_places_outside_of_its_source_is_refused(tmp_path, monkeypatch):
    shape = (4, 3)
    network = networks.Architecture("net", shape, (Node("one", Shared(2)),), "one")
    quantized = networks.quantised((networks.Sketch(network, networks.bits()),), 3)
    monkeypatch.setattr(Shared, "places", lambda _self, _shape: np.array([[0, 1, 12]], np.int32))
    with pytest.raises(ConversionError) as caught:
        graph_of(quantized, config.Convert(namespace="tiny"), tmp_path)
    assert str(caught.value) == (
        "the places of layer net must be -1 to 11, not 0 to 12: correct the kind of layer"
    )
