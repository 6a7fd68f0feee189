"""Timing summaries of Vivado: met, not met, not constrained, or refused."""

import pytest

from tests.ledger.reports.data import DATA
from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import timing
from trigger_ad.ledger.rows import ResourceStage

PATH = """Slack ({verdict}) :        {slack}ns  (required time - arrival time)
  Source:                 a_reg/C
  Destination:            b_reg/D
  Path Group:             clk
  Path Type:              {kind} at Slow Process Corner)
  Data Path Delay:        3.000ns  (logic 1.000ns (33.333%)  route 2.000ns (66.667%))
  Logic Levels:           {levels}  (CARRY8=1 LUT6=2)

                         net (fo=3, {net})                   0.700     0.700    b
  -------------------------------------------------------------------    -------------------
                         required time                          4.000
                         arrival time                          -3.816
  -------------------------------------------------------------------
                         slack                                  {slack}

"""


def path(levels, slack="0.184", kind="Setup (Max", net="routed", verdict="MET"):
    return PATH.format(levels=levels, slack=slack, kind=kind, net=net, verdict=verdict)


REPORT = (
    """Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
-----------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022
| Date         : Wed Mar 15 10:00:00 2023
| Command      : report_timing_summary -file timing.rpt
| Design       : top
| Device       : xcvu13p-flga2577
| Speed File   : -2  PRODUCTION 1.23 2018-06-13
-----------------------------------------------------------------------------------

Timing Summary Report

------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      WPWS(ns)
    -------      -------  ---------------------  -------------------      -------      --------
      0.184        0.000                      0                 2374        0.033         1.968


All user specified timing constraints are met.


------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------

Clock  Waveform(ns)         Period(ns)      Frequency(MHz)
-----  ------------         ----------      --------------
clk    {0.000 2.083}        4.166           240.038


------------------------------------------------------------------------------------
| Intra Clock Table
| -----------------
------------------------------------------------------------------------------------

Clock             WNS(ns)      TNS(ns)
-----             -------      -------
clk                 0.184        0.000

------------------------------------------------------------------------------------
| Timing Details
| --------------
------------------------------------------------------------------------------------

Max Delay Paths
"""
    + path(3)
    + path(7, "0.290")
    + "Min Delay Paths\n"
    + path(9, "0.033", "Hold (Min")
)


@pytest.fixture
def write(tmp_path):
    def write(old="", new="", text=REPORT):
        assert old in text
        file = tmp_path / "timing.rpt"
        file.write_text(text.replace(old, new))
        return file

    return write


def test_complete_report(write):
    row = timing(write(), "top")
    assert (row.stage, row.tool, row.version) == (ResourceStage.IMPLEMENTATION, "Vivado", "2022.2")
    assert row.clock == "WNS 0.184 ns, WHS 0.033 ns, WPWS 1.968 ns at 4.166 ns: met"
    assert (row.clock_ns, row.logic_levels) == (4.166, 7)  # hold paths do not count
    assert (row.part, row.top, row.note) == ("xcvu13p-flga2577", "top", "2 setup paths listed")
    assert (row.lut, row.ff, row.dsp, row.latency_cycles) == (None,) * 4


def test_constraints_that_are_not_met(write):
    text = REPORT.replace(
        "All user specified timing constraints are met.", "Timing constraints are not met."
    )
    old = "      0.184        0.000                      0 "
    row = timing(write(old, "     -0.463       -4.140                     10 ", text))
    assert row.clock == (
        "WNS -0.463 ns, WHS 0.033 ns, WPWS 1.968 ns at 4.166 ns: not met, "
        "setup fails at 10 of 2374 endpoints"
    )


def test_design_without_constraints_is_not_timed(write):
    text = REPORT.replace(
        "      0.184        0.000                      0                 2374        0.033"
        "         1.968",
        "         NA           NA                     NA                   NA           NA"
        "            NA",
    )
    text = text.replace(
        "All user specified timing constraints are met.",
        "There are no user specified timing constraints.",
    )
    text = text.replace("clk    {0.000 2.083}        4.166           240.038\n", "")
    row = timing(write(text=text), clock_ns=4.166)
    assert (row.clock, row.clock_ns) == ("not timed", None)


@pytest.mark.parametrize(
    ("net", "stage", "note"),
    [
        ("unplaced", ResourceStage.LOGIC_SYNTHESIS, "2 setup paths listed"),
        ("estimated", ResourceStage.IMPLEMENTATION, "2 setup paths listed; placed, not routed"),
    ],
)
def test_stage_of_paths(write, net, stage, note):
    row = timing(write(", routed)", f", {net})"))
    assert (row.stage, row.note) == (stage, note)


def test_stage_of_the_design_state(write):
    row = timing(write("| Speed File", "| Design State : Routed\n| Speed File"))
    assert (row.stage, row.note) == (
        ResourceStage.IMPLEMENTATION,
        "2 setup paths listed; design state Routed",
    )
    with pytest.raises(
        ReportError, match=r"must be one of Synthesized, .*, not Partially Routed: "
    ):
        timing(write("| Speed File", "| Design State : Partially Routed\n| Speed File"))


def test_several_clocks_have_no_one_period(write):
    row = timing(
        write("240.038\n", "240.038\nfast   {0.000 1.000}        2.000           500.000\n")
    )
    assert (row.clock_ns, row.clock) == (None, "WNS 0.184 ns, WHS 0.033 ns, WPWS 1.968 ns: met")
    assert row.note == "2 setup paths listed; clocks clk 4.166 ns, fast 2 ns"


def test_clock_and_part_that_are_wanted(write):
    two = write("240.038\n", "240.038\nfast   {0.000 1.000}        2.000           500.000\n")
    row = timing(two, "top", "xcvu13p-flga2577-2-e", 1000 / 240)
    assert (row.part, row.note.startswith("2 setup paths listed; clocks")) == (
        "xcvu13p-flga2577",
        True,
    )
    with pytest.raises(ReportError) as caught:
        timing(two, clock_ns=3.125)
    assert str(caught.value) == (
        f"{two} must be of a clock of 3.125 ns, not 4.166 ns, 2 ns: build for 3.125 ns"
    )
    with pytest.raises(ReportError, match=r"must be of the part .*-1-e, not xcvu13p-flga2577-2: "):
        timing(two, part="xcvu13p-flga2577-1-e")  # the grade has a line of its own


def test_report_without_paths(write):
    text = REPORT[: REPORT.index("Max Delay Paths")]
    with pytest.raises(ReportError, match=r"must tell by its paths whether it is routed, not 0: "):
        timing(write(text=text))
    row = timing(write("| Speed File", "| Design State : Routed\n| Speed File", text))
    assert (row.logic_levels, row.clock_ns) == (None, 4.166)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "Timing Summary Report",
            "Utilization Design Information",
            "must be a Timing Summary Report of Vivado, not such a report",
        ),
        ("| Design       : top", "| Design       : other", "must be of the top top, not other"),
        ("| Timing Details", "| Other", "must hold Timing Details"),
        (
            "constraints are met",
            "constraints",
            "must say once whether its constraints are met, not 0",
        ),
        (
            "All user specified timing constraints are met.",
            "Timing constraints are not met.",
            "must agree with its slacks, not Timing constraints are not met",
        ),
        ("      0.184        0.000  ", "     -0.184        0.000  ", "must agree with its slacks"),
        ("        0.033         1.968\n", "        0.033\n", "must have 6 cells, not 5"),
        (
            "        0.033         1.968\n",
            "        0.033         fast\n",
            "must be a number, not 'fast'",
        ),
        ("    WNS(ns) ", "    Worst ", "must hold the Design Timing Summary"),
        (
            "                         slack                                  0.290",
            "",
            "must hold whole paths, not one that is cut short: run the tool again",
        ),
        ("  Path Type:", "  Kind:", "must hold the type of each path"),
    ],
)
def test_report_that_lacks_something_is_refused(write, old, new, sentence):
    file = write(old, new)
    with pytest.raises(ReportError) as caught:
        timing(file, "top")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("share", [3, 20, 40, 60, 75, 92])
def test_report_cut_short_is_refused(write, share):
    with pytest.raises(ReportError):
        timing(write(text=REPORT[: len(REPORT) * share // 100]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "edalize_2019.2_artix7_top_timing_summary_routed.rpt",
            (
                (
                    "WNS -3.463 ns, WHS 0.097 ns, WPWS 1.370 ns at 5.000 ns: not met, "
                    "setup fails at 10 of 2371 endpoints"
                ),
                9,
                "xc7a200t-ffv1156",
            ),
        ),
        (
            "edalize_2019.2_kusp_top_timing_summary_routed.rpt",
            ("WNS 0.184 ns, WHS 0.033 ns, WPWS 1.968 ns at 5.000 ns: met", 3, "xcku3p-ffva676"),
        ),
    ],
)
def test_reports_of_the_tool(name, expected):
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not there")
    row = timing(DATA / name, "top")
    assert (row.clock, row.logic_levels, row.part) == expected
    assert (row.stage, row.version, row.clock_ns) == (ResourceStage.IMPLEMENTATION, "2019.2", 5.0)
