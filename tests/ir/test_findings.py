"""Findings and how parts of an audit are put together."""

import pytest

from trigger_ad.errors import ConversionError
from trigger_ad.ir.findings import Checked, Finding, bits_needed, require, too_narrow
from trigger_ad.ir.fixed import FixedPoint

WARNING = Finding("a", "should be b", "c", "d", fatal=False)
FAULT = Finding("e", "must be f", "g", "h")


def test_parts_are_joined():
    whole = Checked({"x": 1, "y": 2}, (WARNING,)) + Checked({"y": 3, "z": 4}, (FAULT, WARNING))
    assert whole == Checked({"x": 1, "y": 5, "z": 4}, (WARNING, FAULT))
    assert whole.fatal == (FAULT,)


def test_a_warning_fails_nothing():
    require(Checked({}, (WARNING,)))
    with pytest.raises(ConversionError, match=r"^e must be f, not g: h$"):
        require(Checked({}, (WARNING, FAULT)))
    assert Finding.of(ConversionError("e", "must be f", "g", "h")) == FAULT


@pytest.mark.parametrize(
    ("low", "high", "signed", "bits"),
    [
        (0, 0, False, 1),
        (0, 1, False, 1),
        (0, 7, False, 3),
        (0, 8, False, 4),
        (0, 7, True, 4),
        (-8, 7, True, 4),
        (-9, 0, True, 5),
        (-1, 0, False, 1),
        (-8, 8, False, 5),
    ],
)
def test_bits_needed(low, high, signed, bits):
    assert bits_needed(low, high, signed) == bits


def test_a_narrow_type_is_one_sentence():
    finding = too_narrow("x", "can wrap", -8, 7, FixedPoint(3, 1), FixedPoint(4, 2))
    assert str(finding) == (
        "x must hold -8 to 7 x 2**-2 (ap_fixed<4,2>, 4 bits), not ap_fixed<3,1>: widen it, for it "
        "can wrap"
    )
