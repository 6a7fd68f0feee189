"""Which report belongs to which design: names of parts as tools write them, periods as printed."""

from pathlib import Path

import pytest

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.design import check_clock, check_part

HERE = Path("report.rpt")


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("xcvu13p-flga2577-2-e", None),
        ("xcvu13p-flga2577-2-e", "xcvu13p-flga2577-2-e"),
        ("xcvu13p-flga2577", "xcvu13p-flga2577-2-e"),
        ("xcku3pffva676-2", "xcku3p-ffva676-2-e"),
        ("xc7vx690tffg1927-2", "xc7vx690t-ffg1927-2"),
        ("XCU280-fsvh2892-2L-e", "xcu280-fsvh2892-2L-e"),
        ("xcvu13p-flga2577-2-e", "xcvu13p"),
        ("xcvc1902-vsva2197-2MP-e-S", "xcvc1902-vsva2197-2MP-e"),
        ("a part of its own", "a part of its own"),
    ],
)
def test_same_part(found, wanted):
    check_part(HERE, found, wanted)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("xcvu13p-flga2577-2-e", "xcvu9p-flga2577-2-e"),
        ("xcvu13p-flga2577-2-e", "xcvu13p-fhga2104-2-e"),
        ("xcvu13p-flga2577-1-e", "xcvu13p-flga2577-2-e"),
        ("xcvu13p-flga2577-2-i", "xcvu13p-flga2577-2-e"),
        ("xcu280-fsvh2892-2L-e", "xcu280-fsvh2892-2-e"),
        ("xcku3pffva676-2", "xcku5p-ffva676-2-e"),
        ("a part of its own", "another part"),
    ],
)
def test_other_part(found, wanted):
    with pytest.raises(ReportError) as caught:
        check_part(HERE, found, wanted)
    assert str(caught.value) == (
        f"report.rpt must be of the part {wanted}, not {found}: synthesise for {wanted}"
    )


@pytest.mark.parametrize(
    ("found", "wanted"),
    [([4.17], 1000 / 240), ([4.166], 1000 / 240), ([4.17], None), ([], 5.0), ([2.0, 5.0], 5)],
)
def test_same_clock(found, wanted):
    check_clock(HERE, found, wanted)


@pytest.mark.parametrize(("found", "wanted"), [([4.17], 4.16), ([5.0], 4.166), ([2.0, 5.0], 4.0)])
def test_other_clock(found, wanted):
    with pytest.raises(ReportError, match=f"must be of a clock of {wanted:g} ns, not {found[0]:g}"):
        check_clock(HERE, found, wanted)
