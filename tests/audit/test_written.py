"""Every difference between the record and the written network is found, with what it needs."""

from dataclasses import replace

import numpy as np
import pytest

from tests.audit.planting import EDITED, edit, records, sentences
from trigger_ad.audit.written import check_written
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scaled_range
from trigger_ad.ir.findings import require
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import accumulator_range, product_range


def audit(run, network=None):
    own, _, layout = records(run)
    return check_written(run / "firmware/hls", network or own, *scaled_range(layout))


def source_of(run, name):
    """A dense layer with the range of what it reads, recomputed here."""
    network, _, layout = records(run)
    low, high = (ends.astype(np.int64) for ends in scaled_range(layout))
    layer = network.layer(name)
    return layer, network.intervals(low, high)[layer.source]


def test_a_sound_project_has_no_findings(run):
    checked = audit(run)
    assert checked.findings == ()
    assert checked.counts == {"written layers": 4, "written weights": 403}


def test_a_default_accumulator_in_the_header_only(run):
    """The record is right: what hls4ml wrote is not."""
    layer, source = source_of(run, "first_0")
    low, high, fraction = accumulator_range(layer, source)
    needed = FixedPoint.holding(low, high, fraction)
    assert not FixedPoint(16, 6).contains(low, high, fraction)
    assert str(layer.accumulator) == "ap_fixed<17,9>"
    edit(
        run / "firmware/hls/firmware/defines.h",
        "ap_fixed<17,9> first_0_accum_t",
        "ap_fixed<16,6> first_0_accum_t",
    )
    checked = audit(run)
    first, second = sentences(checked)
    assert first == (
        f"accumulator of first_0 as written must hold {low} to {high} x 2**-8 ({needed}, "
        f"{needed.width} bits), not ap_fixed<16,6>: widen it, for it can overflow, being hls4ml's "
        "default that was never inferred"
    )
    assert second == (
        "accumulator of layer first_0 as written must be ap_fixed<17,9>, not ap_fixed<16,6>"
        + EDITED
    )
    with pytest.raises(ConversionError) as caught:
        require(checked)
    assert str(caught.value) == first


def test_an_accumulator_that_rounds_in_the_header_only(run):
    edit(
        run / "firmware/hls/firmware/defines.h",
        "ap_fixed<17,9> first_0_accum_t",
        "ap_fixed<17,10> first_0_accum_t",
    )
    assert "can" not in sentences(audit(run))[0].partition("widen")[0]
    assert sentences(audit(run))[0].endswith("widen it, for it rounds every product")


def test_a_result_that_wraps_in_the_header_only(run):
    edit(
        run / "firmware/hls/firmware/defines.h",
        "ap_fixed<9,6,AP_RND_CONV,AP_SAT,0> second_t",
        "ap_fixed<9,6,AP_RND_CONV,AP_WRAP,0> second_t",
    )
    first, second = sentences(audit(run))
    assert first.startswith("output of second as written must hold -")
    assert first.endswith("not ap_fixed<9,6,AP_RND_CONV,AP_WRAP>: widen it, for it can wrap")
    assert second == (
        "output of layer second as written must be ap_fixed<9,6,AP_RND_CONV,AP_SAT>, not "
        "ap_fixed<9,6,AP_RND_CONV,AP_WRAP>" + EDITED
    )


def test_a_product_with_too_few_bits(run):
    """hls4ml has product templates for other kinds of weights, which drop bits of these."""
    layer, source = source_of(run, "first_0")
    low, high, fraction = product_range(layer, source)
    needed = FixedPoint.holding(low, high, fraction)
    edit(
        run / "firmware/hls/firmware/parameters.h",
        "nnet::product::mult<",
        "nnet::product::weight_binary<",
    )
    assert sentences(audit(run)) == [
        f"product of first_0 as written must be nnet::product::mult, whose products hold {low} to "
        f"{high} x 2**-{fraction} ({needed}, {needed.width} bits), not "
        "nnet::product::weight_binary" + EDITED
    ]


def test_a_type_left_at_the_default(run):
    edit(
        run / "firmware/hls/firmware/parameters.h",
        "typedef second_accum_t accum_t;",
        "typedef model_default_t accum_t;",
    )
    checked = audit(run)
    assert sentences(checked) == [
        "accum_t of layer second must be inferred, not left at the default model_default_t" + EDITED
    ]
    assert checked.counts["written layers"] == 0


def plant(path, column):
    """Give one weight of a header or a text file another value; both have 2 decimal digits."""
    text = path.read_text()
    start = text.index("= {") + 3 if "= {" in text else 0
    end = text.index("}", start) if start else len(text)
    values = text[start:end].split(",")
    values[column] = " 0.25" if float(values[column]) != 0.25 else " 0.50"
    path.write_text(text[:start] + ",".join(values) + text[end:])


def test_another_weight(run):
    """In the constants of the synthesis only, and then in what a simulation loads, too."""
    network, _, _ = records(run)
    was = network.layer("first").weights[1, 3]
    folder = run / "firmware/hls/firmware/weights"
    plant(folder / "w5.h", 57 + 3)
    assert sentences(audit(run)) == [
        "array w5 must be equal in its header and its text file, not different" + EDITED
    ]
    plant(folder / "w5.txt", 57 + 3)
    (finding,) = sentences(audit(run))
    assert finding == (
        f"weights of layer first as written must be that of the record, not {2 if was == 1 else 1} "
        f"in place of {was} at [1, 3], 1 in all" + EDITED
    )


def test_every_difference_is_named(run):
    """Against another record of the same shape, each field that differs is a finding."""
    network, _, _ = records(run)
    layers = []
    for layer in network.layers:
        if layer.name == "first":
            weights = layer.weights.copy()
            weights[1, 4] += 1
            weights[0, 2] += 1
            layers.append(replace(layer, weights=weights, bias=layer.bias + 1))
        elif isinstance(layer, Cast):
            layers.append(replace(layer, relu=False))
        else:
            layers.append(layer)
    found = sentences(audit(run, replace(network, layers=tuple(layers))))
    own = network.layer("first")
    assert found == [
        "relu of layer first_0_relu as written must be False, not True" + EDITED,
        "weights of layer first as written must be that of the record, not "
        f"{own.weights[0, 2]} in place of {own.weights[0, 2] + 1} at [0, 2], 2 in all" + EDITED,
        "bias of layer first as written must be that of the record, not "
        f"{own.bias[0]} in place of {own.bias[0] + 1} at [0], 57 in all" + EDITED,
    ]


def test_another_order_of_layers(run):
    network, _, _ = records(run)
    *others, last = network.layers
    (finding,) = sentences(audit(run, replace(network, layers=(last, *others))))
    assert finding == (
        "network planted as written must have the layers second, first_0, first_0_relu, first, not "
        "first_0, first_0_relu, first, second" + EDITED
    )


@pytest.mark.parametrize(
    "file", ["defines.h", "parameters.h", "planted_network.cpp", "weights/w3.h"]
)
def test_a_missing_file(run, file):
    path = run / "firmware/hls/firmware" / file
    path.unlink()
    assert sentences(audit(run)) == [
        f"{path} must be readable, not No such file or directory" + EDITED
    ]
