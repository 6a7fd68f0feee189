"""Casts that round away more bits than their source has."""

from dataclasses import replace

import numpy as np
from hypothesis import given

from tests.ir.test_fixed import TYPES
from trigger_ad.ir.fixed import FixedPoint, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.rounding import ShortSource, bits_to_round, short_sources

BYTE = FixedPoint.parse("ap_fixed<8,-1>")
COARSE = FixedPoint.parse("ap_fixed<8,8,AP_RND_CONV,AP_SAT>")


def test_bits_that_a_source_must_have():
    assert BYTE.fraction - COARSE.fraction == 9
    assert bits_to_round(COARSE, BYTE.fraction) == 9
    assert bits_to_round(replace(COARSE, rounding=Rounding.HALF_UP), BYTE.fraction) == 9
    assert bits_to_round(replace(COARSE, rounding=Rounding.DOWN), BYTE.fraction) == 0
    assert bits_to_round(COARSE, -3) == 0


@given(TYPES, TYPES)
def test_what_is_short_becomes_zero(source, kind):
    if source.width < bits_to_round(kind, source.fraction):
        ends = [source.minimum, -1 if source.signed else 0, 1, source.maximum]
        assert not kind.cast(ends, source.fraction).any()


def chain(output: FixedPoint, accumulator: FixedPoint = BYTE) -> HardwareNetwork:
    """A dense layer of one weight, and a cast of its accumulator's type."""
    one = np.ones((1, 1), np.int64)
    bit = FixedPoint(1, 1, False)
    dense = Linear("sum", "x", one, bit, one[0], bit, accumulator, output)
    layers = (dense, Cast("wide", "x", 1, output, True))
    return HardwareNetwork("net", "x", 1, accumulator, layers, ("sum", "wide"))


def test_short_sources_of_a_network():
    """A dense layer is cast from its accumulator, a cast from its source."""
    network = chain(COARSE)
    of = ("sum", "x")
    assert list(short_sources(network)) == [
        ShortSource(layer, BYTE, name, 9) for layer, name in zip(network.layers, of, strict=True)
    ]


def test_a_source_of_just_enough_bits():
    assert list(short_sources(chain(COARSE, FixedPoint(9, 0)))) == []
    assert list(short_sources(chain(replace(COARSE, rounding=Rounding.DOWN)))) == []
