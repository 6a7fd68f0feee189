"""Reports of co-simulation: cycles of the language that passed, or a refusal."""

import pytest

from tests.ledger.reports.data import DATA
from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import co_simulation
from trigger_ad.ledger.rows import ResourceStage

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
            "must have passed, not Verilog Fail: read its log, then run it again",
        ),
        ("|        NA|", "|      Fail|", "must have passed, not VHDL Fail, Verilog Pass: read its"),
        ("|      Pass|", "|        NA|", "must have one language that ran, not none: run it in"),
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


OLDER = REPORT.replace("Latency(Clock Cycles)", "       Latency       ").replace(
    "Interval(Clock Cycles)", "Interval              "
)


def test_heads_up_to_2019_2(tmp_path):
    assert "Clock Cycles" not in OLDER
    path = tmp_path / "top_cosim.rpt"
    path.write_text(OLDER)
    assert (co_simulation(path).latency_cycles, co_simulation(path).ii) == (13, 2)


@pytest.mark.parametrize("text", [REPORT, OLDER])
@pytest.mark.parametrize("tool", ["Simulation tool   : xsim.\n", ""])
def test_failed_run_is_said_to_be_failed(tmp_path, text, tool):
    """Such a report can lack the line with the simulator; nothing of it is a row."""
    path = tmp_path / "top_cosim.rpt"
    cells = "|       NA" * 6 + "|"
    row = f"|   Verilog|      Fail{cells}"
    path.write_text(text.replace(PASSED, row).replace("Simulation tool   : xsim.\n", tool))
    with pytest.raises(ReportError) as caught:
        co_simulation(path)
    assert str(caught.value) == (
        f"the co-simulation of {path} must have passed, not Verilog Fail: "
        "read its log, then run it again"
    )


def test_pass_without_figures_knows_none(write):
    row = co_simulation(write(PASSED, f"|   Verilog|      Pass{'|       NA' * 6}|"))
    assert (row.latency_cycles, row.ii) == (None, None)
    assert row.note == (
        "Verilog measured; latency not known to the tool; interval not known to the tool"
    )


def test_report_without_its_last_line_is_refused(tmp_path):
    path = tmp_path / "cut.rpt"
    path.write_text(REPORT.rstrip().rpartition("\n")[0])
    with pytest.raises(ReportError, match="cut short"):
        co_simulation(path)


@pytest.mark.parametrize(
    ("name", "latency"),
    [("streamhls_2023.2_cosim.rpt", 331_610), ("vivadohls_2019_pass_cosim.rpt", 965)],
)
def test_reports_of_the_tools(name, latency):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    row = co_simulation(path)
    assert (row.latency_cycles, row.ii, row.tool) == (latency, None, "HLS co-simulation, xsim")


def test_failed_report_of_the_tool():
    path = DATA / "vivadohls_fail_cosim.rpt"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with pytest.raises(ReportError, match=r"must have passed, not Verilog Fail: read its log"):
        co_simulation(path)
