"""Sums that a cast drops whole get as many bits as it drops, or are refused."""

from dataclasses import replace

import numpy as np
import pytest

from tests.blocks import block
from tests.convert.conftest import settings
from tests.hls import networks
from trigger_ad.convert.headers import check_project
from trigger_ad.convert.project import convert
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.hls.harness import write_harness
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.rounding import short_sources
from trigger_ad.layers.add import Add
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.concatenate import Concatenate
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.node import Node

GONE = networks.ZOO[-1]


def coarse(**by):
    return networks.quantised((replace(GONE, coarse=by),), 5)


def test_sums_are_widened_and_nothing_else(tmp_path):
    """In front of a ReLU those of the dense layer, else those of its accumulator."""
    as_is = convert(coarse(), settings(), tmp_path / "one")
    wider = convert(coarse(gone_0=16, gone_2=18), settings(), tmp_path / "two")
    assert list(short_sources(wider)) == []
    first, before = wider.layer("gone_0"), as_is.layer("gone_0")
    relu, last = wider.layer("gone_0_relu"), wider.layer("gone")
    assert isinstance(first, Linear)
    assert isinstance(before, Linear)
    assert isinstance(relu, Cast)
    assert isinstance(last, Linear)
    assert first.accumulator == before.accumulator == before.output
    assert first.output.width == first.output.fraction - relu.output.fraction
    assert first.output.width > before.output.width
    assert first.output.fraction == before.output.fraction
    assert last.accumulator.width == last.accumulator.fraction - last.output.fraction
    inputs = np.random.default_rng(1).integers(-256, 255, (1000, 7), endpoint=True)
    assert not networks.interpret(wider, inputs)["gone"].any()
    assert networks.interpret(as_is, inputs)["gone"].any()


def test_more_bits_than_a_type_has_are_refused(tmp_path):
    quantized, sums = coarse(gone_2=70), convert(coarse(), settings(), tmp_path / "sums")
    with pytest.raises(ConversionError) as caught:
        convert(quantized, settings(), tmp_path / "hls")
    output = quantized.precision.layers["gone_2"].output
    last = sums.layer("gone")
    assert isinstance(last, Linear)
    dropped = last.accumulator.fraction - output.fraction
    assert str(caught.value) == (
        f"the output of layer gone must drop at most 62 bits of its sums, not {dropped}: "
        f"use fewer integer bits than the {output.integer} of its type"
    )
    assert not (tmp_path / "hls").exists()


def test_no_harness_for_a_project_that_would_end_its_process(tmp_path):
    """Neither a record nor a project that came from elsewhere reaches the compiler."""
    network = convert(coarse(gone_0=16), settings(), tmp_path / "hls")
    first, relu = network.layer("gone_0"), network.layer("gone_0_relu")
    assert isinstance(first, Linear)
    narrow = replace(first, output=first.accumulator)
    damaged = replace(
        network, layers=tuple(narrow if one is first else one for one in network.layers)
    )
    dropped = narrow.output.fraction - relu.output.fraction
    for check in (
        lambda: check_project(tmp_path / "hls", damaged),
        lambda: write_harness(tmp_path / "hls", block(damaged, {})),
    ):
        with pytest.raises(ConversionError) as caught:
            check()
        assert str(caught.value) == (
            "what is rounded to the output of layer gone_0_relu must have at least the "
            f"{dropped} bits that are dropped, not {narrow.output}: convert the model again"
        )


def merged(kind, **by):
    """The port, and a layer of small values, merged; a type with few bits behind it."""
    nodes = (Node("small", Dense(6), relu=True), Node("end", kind, ("small", "input")))
    sketch = networks.Sketch(
        Architecture("net", (6,), nodes, "end"), networks.bits(), 0.01, coarse=by
    )
    return networks.quantised((sketch,), 3)


@pytest.mark.parametrize(
    ("by", "source"), [({"net_small": -3, "net_end": 4}, "net_small_relu"), ({"net_end": 12}, None)]
)
def test_a_quantizer_or_a_port_is_not_widened(by, source, tmp_path):
    """It would saturate elsewhere, or change the port."""
    with pytest.raises(ConversionError) as caught:
        convert(merged(Concatenate(), **by), settings(), tmp_path / "hls")
    sentence = str(caught.value)
    assert sentence.startswith("the output of layer net must keep a bit of what it reads from net_")
    assert source is None or source in sentence
    assert sentence.endswith(": give both more bits, or binary points that lie closer together")


def test_a_sum_has_more_bits_than_what_is_added(tmp_path):
    """Two values of which a cast drops all bits, and not all of their sum; QKeras says which."""
    quantized = merged(Add(), net_small=-3, net_end=4)
    network = convert(quantized, settings(), tmp_path / "hls")
    assert network.type_of("net_small_relu") == quantized.precision.layers["net_small"].output
    inputs = np.random.default_rng(1).integers(-256, 255, (1000, 6), endpoint=True)
    found = networks.interpret(network, inputs)["net"]
    assert len(np.unique(found)) > 10
    assert np.array_equal(
        QKerasEmulator(quantized, network, {}).run(inputs)["outputs"]["net"], found
    )
