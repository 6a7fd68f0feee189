"""Sums that a cast drops whole get as many bits as it drops, or are refused."""

from dataclasses import replace

import numpy as np
import pytest

from tests.blocks import block
from tests.convert.conftest import settings
from tests.hls import networks
from trigger_ad.convert.headers import check_project
from trigger_ad.convert.project import convert
from trigger_ad.errors import ConversionError
from trigger_ad.hls.harness import write_harness
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.rounding import short_sources

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
