"""Reports are read strictly: unknown is None, missing is an error, nothing becomes zero."""

import pytest

from tests.ledger.reports.data import DATA
from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import c_synthesis
from trigger_ad.ledger.rows import ResourceStage

REPORT = """<profile>
 <ReportVersion><Version>2024.1</Version></ReportVersion>
 <UserAssignments>
  <Part>xcvu13p-flga2577-2-e</Part><TargetClockPeriod>4.17</TargetClockPeriod>
 </UserAssignments>
 <PerformanceEstimates>
  <SummaryOfTimingAnalysis><EstimatedClockPeriod>3.02</EstimatedClockPeriod>
  </SummaryOfTimingAnalysis>
  <SummaryOfOverallLatency>
   <Best-caseLatency>9</Best-caseLatency><Worst-caseLatency>9</Worst-caseLatency>
   <Interval-min>1</Interval-min><Interval-max>1</Interval-max>
  </SummaryOfOverallLatency>
 </PerformanceEstimates>
 <AreaEstimates><Resources>
  <BRAM_18K>0</BRAM_18K><DSP>3</DSP><FF>1700</FF><LUT>5200</LUT><URAM>0</URAM>
 </Resources></AreaEstimates>
</profile>
"""


@pytest.fixture
def write(tmp_path):
    def write(old="", new="", text=REPORT):
        assert old in text
        path = tmp_path / "csynth.xml"
        path.write_text(text.replace(old, new))
        return path

    return write


def test_complete_report(write):
    row = c_synthesis(write())
    assert (row.stage, row.tool, row.version) == (ResourceStage.C_SYNTHESIS, "Vitis HLS", "2024.1")
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram) == (5200, 1700, 3, 0, 0)
    assert (row.latency_cycles, row.ii) == (9, 1)
    assert row.clock == "3.02 ns estimated for 4.17 ns"
    assert (row.part, row.top, row.clock_ns) == ("xcvu13p-flga2577-2-e", None, 4.17)
    assert (row.note, row.percent) == ("", None)


def test_older_tag_of_dsp_slices(write):
    text = REPORT.replace("DSP>", "DSP48E>")
    row = c_synthesis(write(text=text))
    assert (row.tool, row.dsp) == ("Vivado HLS", 3)


@pytest.mark.parametrize("unknown", ["?", "undef", "-", "", "NA"])
def test_unknown_latency_is_none(write, unknown):
    row = c_synthesis(write("<Worst-caseLatency>9<", f"<Worst-caseLatency>{unknown}<"))
    assert row.latency_cycles is None
    assert row.note.endswith("latency not known to the tool")
    assert row.ii == 1


def test_unknown_resource_is_none(write):
    assert c_synthesis(write("<LUT>5200<", "<LUT>?<")).lut is None


def test_missing_interval_and_uram_are_none(write):
    text = REPORT.replace("<URAM>0</URAM>", "")
    row = c_synthesis(write("<Interval-max>1</Interval-max>", "", text))
    assert (row.ii, row.uram) == (None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Best-caseLatency>9<", "<Best-caseLatency>7<"),
        ("<Best-caseLatency>9<", "<Best-caseLatency><range><min>7</min><max>8</max></range><"),
    ],
)
def test_range_of_latency_is_the_worst_case(write, old, new):
    row = c_synthesis(write(old, new))
    assert row.latency_cycles == 9
    assert row.note.endswith("latency 7 to 9")


def test_nested_range_of_interval(write):
    nested = "<Interval-max><range><min>1</min><max>4</max></range></Interval-max>"
    row = c_synthesis(write("<Interval-max>1</Interval-max>", nested))
    assert row.ii == 4
    assert row.note.endswith("interval 1 to 4")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<LUT>5200</LUT>", "", "must hold LUT: run the tool again$"),
        ("<LUT>5200<", "<LUT>-5<", "^LUT in .* must be a count, not '-5': run the tool again$"),
        ("<LUT>5200<", "<LUT>5200.5<", "must be a count, not '5200.5'"),
        ("<DSP>3</DSP>", "", "must count DSP slices once, as DSP48E or DSP, not none"),
        ("<DSP>3<", "<DSP48E>3</DSP48E><DSP>3<", "DSP48E or DSP, not DSP48E and DSP"),
        ("<Version>2024.1<", "<Version><", "^ReportVersion/Version in .* must be given, not ''"),
        ("<Part>xcvu13p-flga2577-2-e</Part>", "", "must hold Part"),
        ("</profile>", "", "must be whole XML, not cut short or damaged: run the tool again$"),
        ("<profile>", "<!DOCTYPE x><profile>", "must be a plain report, not a file that declares"),
    ],
)
def test_report_that_lacks_something_is_refused(write, old, new, sentence):
    with pytest.raises(ReportError, match=sentence):
        c_synthesis(write(old, new))


def test_percentages_are_of_what_the_report_says_there_is(write):
    there = (
        "</Resources><AvailableResources><BRAM_18K>0</BRAM_18K><DSP>2</DSP><FF>170000</FF>"
        "<LUT>?</LUT></AvailableResources>"
    )
    row = c_synthesis(write("</Resources>", there))
    assert row.percent == {"ff": 1.0, "dsp": 150.0}  # use may exceed the part


def test_zeros_are_figures(write):
    text = REPORT.replace("<DSP>3<", "<DSP>0<").replace("<FF>1700<", "<FF>0<")
    text = text.replace("<LUT>5200<", "<LUT>0<").replace(">9<", ">0<").replace(">1<", ">0<")
    row = c_synthesis(write(text=text))
    figures = (row.lut, row.ff, row.dsp, row.bram, row.uram, row.latency_cycles, row.ii)
    assert figures == (0,) * 7


def test_top_and_uncertainty(write):
    tags = "<TopModelName>top</TopModelName><ClockUncertainty>{}</ClockUncertainty><Part>"
    row = c_synthesis(write("<Part>", tags.format("1.12")), "top")
    assert (row.top, row.note) == ("top", "")
    row = c_synthesis(write("<Part>", tags.format("5.00")), "top")
    assert row.note == "clock estimated with its uncertainty above the target"
    with pytest.raises(ReportError, match=r"must be of the top other, not top: give the report of"):
        c_synthesis(write("<Part>", tags.format("1.12")), "other")
    with pytest.raises(ReportError, match=r"must hold TopModelName"):
        c_synthesis(write(), "other")


def test_other_part_or_clock(write):
    row = c_synthesis(write(), part="xcvu13p-flga2577-2-e", clock_ns=1000 / 240)
    assert (row.part, row.clock_ns) == ("xcvu13p-flga2577-2-e", 4.17)
    path = write()
    with pytest.raises(ReportError) as caught:
        c_synthesis(path, part="xcvu9p-flga2104-2-e")
    assert str(caught.value) == (
        f"{path} must be of the part xcvu9p-flga2104-2-e, not xcvu13p-flga2577-2-e: "
        "synthesise for xcvu9p-flga2104-2-e"
    )
    with pytest.raises(ReportError) as caught:
        c_synthesis(path, clock_ns=5)
    assert str(caught.value) == f"{path} must be of a clock of 5 ns, not 4.17 ns: build for 5 ns"


def test_other_files_are_refused(write, tmp_path):
    sentence = r"must be a csynth.xml with root profile, not html: give"
    with pytest.raises(ReportError, match=sentence):
        c_synthesis(write(text="<html/>"))
    with pytest.raises(
        ReportError, match=r"absent.xml must be a readable report, not no such file or directory: "
    ):
        c_synthesis(tmp_path / "absent.xml")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "hls4ml_2020.1_myproject_csynth.xml",
            ("Vivado HLS", "2020.1", 2532, 7969, 73, 0, 0, 10, 8, "4.049 ns estimated for 5.00 ns"),
        ),
        (
            "streamhls_2023.2_uram_forward_csynth.xml",
            (
                "Vitis HLS",
                "2023.2",
                37456,
                40768,
                190,
                532,
                84,
                231260,
                129046,
                "2.697 ns estimated for 3.33 ns",
            ),
        ),
    ],
)
def test_reports_of_the_tools(name, expected):
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not there")
    row = c_synthesis(DATA / name)
    assert (
        row.tool,
        row.version,
        row.lut,
        row.ff,
        row.dsp,
        row.bram,
        row.uram,
        row.latency_cycles,
        row.ii,
        row.clock,
    ) == expected
