"""hls4ml graphs that are not what this project makes."""

import hls4ml
import keras
import numpy as np
import pytest
from qkeras import QActivation, QDense, quantized_bits, quantized_relu, quantized_tanh

from trigger_ad.convert import handlers
from trigger_ad.convert.extract import DEFAULT_TYPE, network_from_graph
from trigger_ad.errors import ConversionError

REMEDY = "report the network; hls4ml inferred something this version does not know"
REBUILD = "build the network with trigger_ad.quantize.model"
BITS = quantized_bits(8, 2, alpha=1)
INPUT = {"scaled": {"Precision": {"result": "fixed<8,3,RND_CONV,SAT>"}}}


def graph_of(layers, tmp_path, *, exact=True, precisions=None):
    handlers.register()
    handlers.register()
    inputs = keras.Input((3,), name="inputs")
    values = QActivation(BITS, name="scaled")(inputs)
    for layer in layers:
        values = layer(values)
    model = keras.Model(inputs, values)
    for layer in model.layers:
        if layer.get_weights():
            layer.set_weights([np.full(w.shape, 0.3, np.float32) for w in layer.get_weights()])
    names = (
        {layer.name: {"Precision": {"result": "auto"}} for layer in model.layers}
        | INPUT
        | (precisions or {})
    )
    return hls4ml.converters.convert_from_keras_model(
        model,
        output_dir=str(tmp_path / "hls"),
        hls_config={
            "Model": {"Precision": {"default": DEFAULT_TYPE}, "ReuseFactor": 1},
            "LayerName": names,
        },
        bit_exact=exact,
        allow_da_fallback=False,
        allow_v2_fallback=False,
        backend="Vitis",
        namespace="net",
    )


def dense(kernel=None, bias=None, **values):
    return QDense(
        2,
        kernel_quantizer=kernel or quantized_bits(6, 1, alpha=1),
        bias_quantizer=bias or quantized_bits(6, 1, alpha=1),
        name="dense",
        **values,
    )


def last(result="fixed<9,4,RND_CONV,SAT>"):
    return QActivation(quantized_bits(9, 3, alpha=1), name="cast"), {
        "cast": {"Precision": {"result": result}}
    }


def test_a_good_graph_is_read(tmp_path):
    cast, precisions = last()
    graph = graph_of([dense(), cast], tmp_path, precisions=precisions)
    network = network_from_graph(graph, "net")
    assert str(network) == (
        "net: 3 x ap_fixed<8,3,AP_RND_CONV,AP_SAT> as input\n"
        "  dense = dense(input): 2 x ap_fixed<9,4,AP_RND_CONV,AP_SAT>\n"
        "  -> dense"
    )
    layer = network.layer("dense")
    assert np.all(layer.weight_type.decode(layer.weights) == 0.3125)


def test_a_type_left_at_the_default_is_found(tmp_path):
    graph = graph_of([dense()], tmp_path, exact=False)
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == (
        f"the accum type of layer dense must be inferred, not left at the default: {REMEDY}"
    )


def test_a_type_that_is_not_fixed_point_is_found(tmp_path):
    cast, precisions = last()
    graph = graph_of([dense(), cast], tmp_path, precisions=precisions)
    from hls4ml.model.types import IntegerPrecisionType

    graph.graph["dense"].get_attr("accum_t").precision = IntegerPrecisionType(12)
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == (
        f"the accum type of layer dense must be a binary fixed-point type, not int<12>: {REMEDY}"
    )
    from hls4ml.model.types import FixedPrecisionType

    graph.graph["dense"].get_attr("accum_t").precision = FixedPrecisionType(61, 17)
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == (
        f"the accum type of layer dense must be inferred, not left at the default: {REMEDY}"
    )


def test_weights_off_the_grid_are_found(tmp_path):
    cast, precisions = last()
    graph = graph_of([dense(), cast], tmp_path, precisions=precisions)
    graph.graph["dense"].weights["weight"].data[0, 0] = 0.3
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    kind = graph.graph["dense"].get_attr("weight_t").precision
    assert str(caught.value) == (
        f"the weight of layer dense must be values of ap_{str(kind).split(',TRN')[0]}>, "
        f"not {np.float64(graph.graph['dense'].weights['weight'].data[0, 0])}: "
        "use quantizers with a power-of-two scale"
    )


@pytest.mark.parametrize(
    ("layer", "what"),
    [
        (keras.layers.Activation("tanh", name="odd"), "Activation tanh"),
        (keras.layers.ELU(name="odd"), "ParametrizedActivation elu"),
    ],
)
def test_other_layers_are_refused(tmp_path, layer, what):
    graph = graph_of([layer], tmp_path, exact=False)
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == (
        f"layer odd must be a dense layer, a ReLU or a change of type, not {what}: "
        "build the score from such layers"
    )


def test_two_inputs_are_refused(tmp_path):
    handlers.register()
    inputs = [keras.Input((3,), name=name) for name in ("left", "right")]
    outputs = [QActivation(BITS, name=f"{port.name}_cast")(port) for port in inputs]
    graph = hls4ml.converters.convert_from_keras_model(
        keras.Model(inputs, outputs),
        output_dir=str(tmp_path),
        backend="Vitis",
        hls_config={"Model": {"Precision": DEFAULT_TYPE, "ReuseFactor": 1}},
    )
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == f"network net must have one input, not 2: {REMEDY}"


def test_sums_of_layers_are_refused(tmp_path):
    handlers.register()
    inputs = keras.Input((3,), name="inputs")
    left = QActivation(BITS, name="left")(inputs)
    right = QActivation(quantized_relu(8, 2), name="right")(inputs)
    result = {"Precision": {"result": "ufixed<8,2,RND_CONV,SAT>"}}
    graph = hls4ml.converters.convert_from_keras_model(
        keras.Model(inputs, keras.layers.Add(name="total")([left, right])),
        output_dir=str(tmp_path),
        backend="Vitis",
        hls_config={
            "Model": {"Precision": DEFAULT_TYPE, "ReuseFactor": 1},
            "LayerName": {"left": result, "right": result},
        },
    )
    with pytest.raises(ConversionError) as caught:
        network_from_graph(graph, "net")
    assert str(caught.value) == (
        f"layer total must have one source, not ['left', 'right']: {REMEDY}"
    )


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            dense(kernel=quantized_bits(6, 1, alpha="auto")),
            f"layer dense must have quantizers of scale 1, not alpha 'auto': {REBUILD}",
        ),
        (
            dense(bias=quantized_bits(6, 1, alpha=0.7)),
            f"layer dense must have quantizers of scale 1, not alpha 0.7: {REBUILD}",
        ),
        (
            dense(kernel=quantized_tanh(6)),
            "layer dense must have quantized_bits weights and biases, not quantized_tanh(6): "
            + REBUILD,
        ),
        (
            QActivation(quantized_tanh(6), name="act"),
            f"layer act must be quantized_bits or quantized_relu, not quantized_tanh(6): {REBUILD}",
        ),
    ],
)
def test_other_quantizers_are_refused(tmp_path, layer, sentence):
    with pytest.raises(ConversionError) as caught:
        graph_of([layer], tmp_path)
    assert str(caught.value) == sentence


def test_unquantised_weights_are_refused(tmp_path):
    layer = QDense(2, kernel_quantizer=None, bias_quantizer=None, name="dense")
    with pytest.raises(ConversionError) as caught:
        graph_of([layer], tmp_path)
    assert str(caught.value) == (
        f"layer dense must have quantized_bits weights and biases: {REBUILD}"
    )
