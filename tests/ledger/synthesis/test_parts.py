"""Parts are found by the start of their ordering code."""

import pytest

from trigger_ad.errors import ReportError
from trigger_ad.ledger.synthesis.parts import PARTS, part_of


@pytest.mark.parametrize(
    ("name", "family", "lut"),
    [
        ("xcvu13p-flga2577-2-e", "xcup", 1_728_000),
        ("xcvu9p-flga2104-2L-e", "xcup", 1_182_240),
        ("xc7vx690tffg1927-2", "xc7", 433_200),
        ("XC7VX690T", "xc7", 433_200),
    ],
)
def test_part_by_name(name, family, lut):
    part = part_of(name)
    assert (part.family, part.lut) == (family, lut)


@pytest.mark.parametrize("name", PARTS)
def test_totals_fit_together(name):
    """Two flip-flops to a table, whole slices, block RAMs in pairs, and columns of the ledger."""
    part = PARTS[name]
    assert part.ff == 2 * part.lut
    assert part.lut % 8 == part.bram % 2 == 0
    assert set(part.available) == {"lut", "ff", "dsp", "bram", "uram", "carry"}


def test_another_part_lists_the_choices():
    with pytest.raises(
        ReportError,
        match=r"^the part must begin with one of xc7vx690t, xcvu9p, xcvu13p, not xc7z020clg400-1: ",
    ):
        part_of("xc7z020clg400-1")
