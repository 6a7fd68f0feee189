"""Circuits that an optimiser could change: choices by a sign, and bits of bits; every word."""

import numpy as np
import pytest

from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.words import port_types, scale_array
from trigger_ad.ir.expression import port
from trigger_ad.ir.operations.extremes import argument_of_maximum, largest, smallest
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.score import Score
from trigger_ad.rtl.trace import trace
from trigger_ad.trigger.hardware import Block

WORDS, INPUTS = port("words"), port("inputs")


def layout(bits, fraction, *fields):
    """Fields are width, signed, offset, shift and presence."""
    made = (
        Field(
            f"word{i}",
            "objects",
            "quantity",
            width,
            bool(signed),
            offset=offset,
            shift=shift,
            presence=presence,
        )
        for i, (width, signed, offset, shift, presence) in enumerate(fields)
    )
    return Layout("small", tuple(made), bits, fraction)


ONE = layout(4, 4, (3, 1, 0, 0, None))
TWO = layout(6, 0, (4, 1, 0, 0, 0), (4, 0, 13, 4, 0))
TIES = layout(4, 1, (1, 0, 0, 1, 0), (2, 0, 1, 1, 2), (2, 1, 0, 1, 2), (3, 0, 5, 0, 2))
BITS = layout(2, 1, (1, 0, 1, 1, 0), (3, 1, 0, 0, 0))
LOGARITHMS = layout(4, 2, (1, 0, 0, 0, None), (3, 0, 0, 0, None))


@pytest.mark.parametrize(
    ("given", "expression"),
    [
        (ONE, WORDS.square().minimum(INPUTS.multiply(WORDS)).sum()),
        (ONE, WORDS.multiply(WORDS).maximum(WORDS).sum()),
        (TWO, largest(WORDS.multiply(INPUTS))),
        (TWO, smallest(WORDS.multiply(INPUTS))),
        (TIES, argument_of_maximum(INPUTS.offset(-4))),
        (TIES, largest(INPUTS.offset(-4))),
        (TIES, smallest(INPUTS.offset(-4))),
        (BITS, filled(INPUTS).sum()),
        (LOGARITHMS, log2(log2(WORDS, 0), 5).sum()),
    ],
)
def test_every_word_gives_the_integer_of_the_score(given, expression):
    score = Score("score", expression, port_types(given))
    ranges = [np.arange(field.minimum, field.maximum + 1) for field in given.fields]
    words = np.stack([axis.ravel() for axis in np.meshgrid(*ranges)], axis=1).astype(np.int32)
    expected = score.evaluate({"words": words, "inputs": scale_array(words, given)})
    assert len(np.unique(expected)) > 1
    found = trace(Block(given, None, {"score": score}, label="small")).run(words)
    np.testing.assert_array_equal(found["score"], expected)
