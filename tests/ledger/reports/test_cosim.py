"""Reports of co-simulation: cycles of the language that passed, or a refusal."""

from pathlib import Path

import pytest

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import co_simulation
from trigger_ad.ledger.rows import ResourceStage

DATA = Path(__file__).parents[4] / "shared" / "data"

REPORT = """
Report time       : mer. 25 sept. 2024 02:03:31.
Solution          : solution1.
Simulation tool   : xsim.

+----------+----------+-----------------------------+-----------------------------+
|          |          |    Latency(Clock Cycles)    |   Interval(Clock Cycles)    |
+   RTL    +  Status  +-----------------------------+-----------------------------+
|          |          |   min   |   avg   |   max   |   min   |   avg   |   max   |
+----------+----------+-----------------------------+-----------------------------+
|      VHDL|        NA|       NA|       NA|       NA|       NA|       NA|       NA|
|   Verilog|      Pass|       11|       12|       13|        1|        1|        2|
+----------+----------+-----------------------------+-----------------------------+
"""
PASSED = "|   Verilog|      Pass|       11|       12|       13|        1|        1|        2|"


@pytest.fixture
def write(tmp_path):
    def write(old="", new=""):
        assert old in REPORT
        path = tmp_path / "top_cosim.rpt"
        path.write_text(REPORT.replace(old, new))
        return path

    return write


def test_complete_report(write):
    row = co_simulation(write())
    assert (row.stage, row.tool) == (ResourceStage.CO_SIMULATION, "HLS co-simulation, xsim")
    assert (row.latency_cycles, row.ii) == (13, 2)
    assert row.note == "Verilog measured; latency 11 to 13"
    assert (row.lut, row.ff, row.dsp, row.clock, row.clock_ns) == (
        None,
        None,
        None,
        "not timed",
        None,
    )


def test_unknown_interval_is_none(write):
    row = co_simulation(write("|        1|        1|        2|", "|       NA|       NA|       NA|"))
    assert (row.latency_cycles, row.ii) == (13, None)
    assert row.note.endswith("; interval not known to the tool")


def test_one_event_has_one_latency(write):
    row = co_simulation(write("       11|       12|", "       13|       13|"))
    assert row.note == "Verilog measured"


def test_total_execution_time_may_follow(write):
    assert co_simulation(write("|        2|", "|        2|     4711|")).ii == 2


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "      Pass|       11|       12|       13|        1|        1|        2|",
            "      Fail|       NA|       NA|       NA|       NA|       NA|       NA|",
            "must have one language that passed, not Verilog Fail: read its log, then run it again",
        ),
        ("|      Pass|", "|        NA|", "must have one language that passed, not none that ran"),
        ("|        NA|", "|      Pass|", "not VHDL Pass, Verilog Pass"),
        ("|       13|", "|       1.3|", "must be a count, not '1.3'"),
        ("Simulation tool", "Tool", "must hold its simulation tool"),
        ("Latency(Clock Cycles)", "Time", "must hold a table of latencies"),
        (PASSED[20:], "", "must hold a whole table of latencies, not one that is cut short"),
        (PASSED, PASSED[:40], "must hold a whole table of latencies, not one that is cut short"),
    ],
)
def test_report_that_lacks_something_is_refused(write, old, new, sentence):
    with pytest.raises(ReportError) as caught:
        co_simulation(write(old, new))
    assert sentence in str(caught.value)


def test_report_without_its_last_line_is_refused(tmp_path):
    path = tmp_path / "cut.rpt"
    path.write_text(REPORT.rstrip().rpartition("\n")[0])
    with pytest.raises(ReportError, match="cut short"):
        co_simulation(path)


def test_report_of_the_tool():
    path = DATA / "streamhls_2023.2_cosim.rpt"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    row = co_simulation(path)
    assert (row.latency_cycles, row.ii, row.tool) == (331_610, None, "HLS co-simulation, xsim")
