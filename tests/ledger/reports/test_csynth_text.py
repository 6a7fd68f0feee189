"""Text reports of C synthesis: both forms, old and new, whole or refused."""

from dataclasses import replace

import pytest

from tests.ledger.reports.data import DATA
from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import c_synthesis, c_synthesis_text
from trigger_ad.ledger.rows import ResourceStage

BAR = "================================================================"

DETAILED = f"""

{BAR}
== Vitis HLS Report for 'top'
{BAR}
* Date:           Do Mär 14 2024
* Version:        2022.2 (Build 3670227 on Oct 13 2022)
* Project:        top_prj
* Target device:  xcvu13p-flga2577-2-e

{BAR}
== Performance Estimates
{BAR}
+ Timing:
    * Summary:
    +--------+---------+----------+------------+
    |  Clock |  Target | Estimated| Uncertainty|
    +--------+---------+----------+------------+
    |ap_clk  |  4.17 ns|  3.020 ns|     1.12 ns|
    +--------+---------+----------+------------+

+ Latency:
    * Summary:
    +---------+---------+-----------+-----------+-----+-----+---------+
    |  Latency (cycles) |   Latency (absolute)  |  Interval | Pipeline|
    |   min   |   max   |    min    |    max    | min | max |   Type  |
    +---------+---------+-----------+-----------+-----+-----+---------+
    |        9|        9|  37.530 ns|  37.530 ns|    1|    1|      yes|
    +---------+---------+-----------+-----------+-----+-----+---------+

{BAR}
== Utilization Estimates
{BAR}
* Summary:
+---------------------+---------+-----+--------+--------+-----+
|         Name        | BRAM_18K| DSP |   FF   |   LUT  | URAM|
+---------------------+---------+-----+--------+--------+-----+
|Expression           |        -|    -|       0|    5000|    -|
+---------------------+---------+-----+--------+--------+-----+
|Total                |        0|    3|    1700|    5200|    -|
+---------------------+---------+-----+--------+--------+-----+
|Available SLR        |     1344| 3072|  864000|  432000|  320|
+---------------------+---------+-----+--------+--------+-----+
|Utilization SLR (%)  |        0|   ~0|      ~0|       1|    0|
+---------------------+---------+-----+--------+--------+-----+
|Available            |     5376|12288| 3456000| 1728000| 1280|
+---------------------+---------+-----+--------+--------+-----+
|Utilization (%)      |        0|   ~0|      ~0|      ~0|    0|
+---------------------+---------+-----+--------+--------+-----+

+ Detail:
    * Instance:
    +------+---------+
    | Total|      999|
    +------+---------+
    N/A

{BAR}
== Interface
{BAR}
* Summary:
"""

SUMMARY = f"""

{BAR}
== Synthesis Summary Report of 'top'
{BAR}
+ General Information:
    * Date:           Thu Mar 14 10:00:00 2024
    * Version:        2024.1 (Build 5069499 on May 21 2024)
    * Target device:  xcvu13p-flga2577-2-e

+ Performance & Resource Estimates:

    PS: '+' for module; 'o' for loop; '*' for dataflow
    +-----------+-------+------+---------+---------+----------+----------+-----+---------+------------+------+
    |  Modules  | Issue |      | Latency | Latency |          |          |     |         |            |      |
    |  & Loops  | Type  | Slack| (cycles)|   (ns)  | Interval | Pipelined| BRAM|   DSP   |     LUT    |  FF  |
    +-----------+-------+------+---------+---------+----------+----------+-----+---------+------------+------+
    |+ top*     | Timing| -0.27|        9|   37.530|         2|  dataflow|    -|  3 (~0%)|  5200 (<1%)|  1700|
    | + inner   |      -|  0.10|        7|   29.190|         1|       yes|    -|  1 (~0%)|  4000 (~0%)|  1000|
    +-----------+-------+------+---------+---------+----------+----------+-----+---------+------------+------+

{BAR}
== HW Interfaces
{BAR}
"""  # noqa: E501


@pytest.fixture
def write(tmp_path):
    def write(old="", new="", text=DETAILED):
        assert old in text
        path = tmp_path / "top_csynth.rpt"
        path.write_bytes(text.replace(old, new).encode("latin-1"))
        return path

    return write


def test_complete_report(write):
    row = c_synthesis_text(write(), "top")
    assert (row.stage, row.tool, row.version) == (ResourceStage.C_SYNTHESIS, "Vitis HLS", "2022.2")
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram) == (5200, 1700, 3, 0, None)
    assert (row.latency_cycles, row.ii, row.clock_ns) == (9, 1, 4.17)
    assert row.clock == "3.020 ns estimated for 4.17 ns"
    assert (row.part, row.top, row.note) == ("xcvu13p-flga2577-2-e", "top", "")
    assert row.percent == {"bram": 0.0, "dsp": 0.0244, "ff": 0.0492, "lut": 0.3009}


def test_older_form(write):
    """Units in the heads, no absolute latency, the older name of DSP slices."""
    text = DETAILED.replace("== Vitis HLS", "== Vivado HLS").replace(
        "+ Timing: ", "+ Timing (ns): "
    )
    text = text.replace(
        "|  4.17 ns|  3.020 ns|     1.12 ns|", "|     4.17|     3.020|        1.12|"
    )
    text = text.replace("| DSP |", "|DSP48E|").replace("2022.2 (", "2018.2 (")
    text = text.replace("+-----------+-----------+-----+-----+", "+-----+-----+")
    text = text.replace("   Latency (absolute)  |", "").replace("    min    |    max    |", "")
    text = text.replace("  37.530 ns|  37.530 ns|", "")
    row = c_synthesis_text(write(text=text))
    assert (row.tool, row.version, row.dsp) == ("Vivado HLS", "2018.2", 3)
    assert (row.latency_cycles, row.ii, row.clock_ns) == (9, 1, 4.17)


@pytest.mark.parametrize("unknown", ["?", "undef", "-", "NA"])
def test_unknown_latency_is_none(write, unknown):
    row = c_synthesis_text(write("|        9|        9|", f"|        {unknown}|        {unknown}|"))
    assert (row.latency_cycles, row.ii) == (None, 1)
    assert row.note == "latency not known to the tool"


XML = """<profile>
<ReportVersion><Version>2022.2</Version></ReportVersion>
<UserAssignments>
<Part>xcvu13p-flga2577-2-e</Part><TopModelName>top</TopModelName>
<TargetClockPeriod>4.17</TargetClockPeriod>
</UserAssignments>
<PerformanceEstimates>
<SummaryOfTimingAnalysis><EstimatedClockPeriod>3.020</EstimatedClockPeriod>
</SummaryOfTimingAnalysis>
<SummaryOfOverallLatency>
<Best-caseLatency>9</Best-caseLatency><Worst-caseLatency>9</Worst-caseLatency>
<Interval-min>1</Interval-min><Interval-max>1</Interval-max>
</SummaryOfOverallLatency>
</PerformanceEstimates>
<AreaEstimates><Resources>
<BRAM_18K>0</BRAM_18K><DSP>3</DSP><FF>1700</FF><LUT>5200</LUT>
</Resources></AreaEstimates>
</profile>
"""


def no_interval(write):
    return write("|    1|    1|", "|    0|    0|")


def test_interval_of_0_is_what_the_xml_says(write):
    """Versions of 2018 write 0 in the text where the XML says 1."""
    path = no_interval(write)
    path.with_suffix(".xml").write_text(XML)
    row = c_synthesis_text(path, "top")
    assert (row.ii, row.note) == (1, "interval of top_csynth.xml, 0 in the text")


@pytest.mark.parametrize(
    ("old", "new"), [("", None), (">9<", ">8<"), (">top<", ">inner<"), (">5200<", ">5201<")]
)
def test_interval_of_0_is_unknown_without_the_xml_of_the_same_synthesis(write, old, new):
    path = no_interval(write)
    if new is not None:
        path.with_suffix(".xml").write_text(XML.replace(old, new))
    row = c_synthesis_text(path, "top")
    assert (row.latency_cycles, row.ii) == (9, None)
    assert row.note == "interval 0 in the text, not known without top_csynth.xml"


def test_part_and_clock_that_are_wanted(write):
    for text in (DETAILED, SUMMARY):
        assert c_synthesis_text(write(text=text), "top", "xcvu13p-flga2577-2-e", 1000 / 240)
        with pytest.raises(ReportError, match=r"must be of the part xcku115, not xcvu13p-flga2577"):
            c_synthesis_text(write(text=text), part="xcku115")
    with pytest.raises(ReportError, match=r"must be of a clock of 5 ns, not 4.17 ns: build for 5"):
        c_synthesis_text(write(), clock_ns=5.0)


def test_range_of_latency_is_the_worst_case(write):
    row = c_synthesis_text(write("|        9|        9|", "|        ?|       11|"))
    assert (row.latency_cycles, row.note) == (11, "latency ? to 11")


def test_no_column_of_ultraram(write):
    text = DETAILED.replace("| URAM|", "|").replace("|  320|", "|").replace("| 1280|", "|")
    text = text.replace("|    -|\n", "|\n").replace("|    0|\n", "|\n")
    text = text.replace("+--------+-----+\n", "+--------+\n")
    assert c_synthesis_text(write(text=text)).uram is None


def test_clock_above_its_target(write):
    row = c_synthesis_text(write("|     1.12 ns|", "|     5.00 ns|"))
    assert row.note == "clock estimated with its uncertainty above the target"


def test_summary(write):
    row = c_synthesis_text(write(text=SUMMARY), "top")
    assert (row.stage, row.tool, row.version) == (ResourceStage.C_SYNTHESIS, "Vitis HLS", "2024.1")
    # A dash stands for nothing or for unknown.
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram) == (5200, 1700, 3, None, None)
    assert (row.latency_cycles, row.ii, row.clock_ns) == (9, 2, None)
    assert row.clock == "slack -0.27 ns estimated"
    assert (row.part, row.top) == ("xcvu13p-flga2577-2-e", "top")


@pytest.mark.parametrize(
    ("text", "old", "new", "sentence"),
    [
        (
            DETAILED,
            "== Vitis HLS Report",
            "== Other Report",
            "must be a report of Vivado HLS or Vitis HLS, not such a report: give NAME_csynth.rpt",
        ),
        (
            DETAILED,
            "for 'top'",
            "for 'inner'",
            "must be of the top top, not inner: give the report",
        ),
        (DETAILED, "== Interface\n", "== Inter", "must hold Interface: run the tool"),
        (DETAILED, "* Version:  ", "* Ver:  ", "must hold its version"),
        (DETAILED, "* Target device:", "* Device:", "must hold its part"),
        (DETAILED, "|Total   ", "|Sum     ", "must hold one row Total, not 0: run the tool again"),
        (DETAILED, "| DSP |", "| CPU |", "must have one column DSP or DSP48E, not 0"),
        (DETAILED, "|    5200|    -|\n", "|    52e2|    -|\n", "must be a count, not '52e2'"),
        (
            DETAILED,
            "|    5200|    -|\n",
            "|    5200|\n",
            "with 6 cells in a row, not fewer or more",
        ),
        (DETAILED, "|  3.020 ns|", "|      undef|", "must be a number, not 'undef'"),
        (DETAILED, "|  3.020 ns|", "|  3.020 us|", "must be a number, not '3.020 us'"),
        (SUMMARY, "of 'top'", "of 'inner'", "must be of the top top, not inner"),
        (SUMMARY, "|+ top*  ", "|+ other ", "must begin its modules with top, not other"),
        (SUMMARY, "5200 (<1%)", "5200 (much)", "must be a count, not '5200 (much)'"),
        (SUMMARY, "|  & Loops  | Type  |", "|  & Loops  |", "must have a head above each column"),
        (SUMMARY, "    | + inner", "", "must hold the modules with 11 cells in a row, not fewer"),
    ],
)
def test_report_that_lacks_something_is_refused(write, text, old, new, sentence):
    path = write(old, new, text)
    with pytest.raises(ReportError) as caught:
        c_synthesis_text(path, "top")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "end", ["|Total  ", "|Available   ", "+ Latency", "== Utilization", "+ Detail"]
)
def test_report_cut_short_is_refused(write, end):
    with pytest.raises(ReportError):
        c_synthesis_text(write(text=DETAILED[: DETAILED.index(end) + 4]))


def test_report_of_the_tool():
    name = "hls4ml_2020.1_myproject_csynth"
    if not (DATA / f"{name}.rpt").exists():
        pytest.skip(f"{DATA} is not there")
    row = c_synthesis_text(DATA / f"{name}.rpt", "myproject")
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram) == (2532, 7969, 73, 0, 0)
    assert (row.latency_cycles, row.ii, row.clock_ns, row.tool) == (10, 8, 5.0, "Vivado HLS")
    assert replace(row, percent=None) == replace(
        c_synthesis(DATA / f"{name}.xml", "myproject"), percent=None
    )
