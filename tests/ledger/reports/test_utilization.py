"""Utilisation reports of Vivado: both families, every version's columns, whole or refused."""

import pytest

from tests.ledger.reports.data import DATA
from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports import utilization
from trigger_ad.ledger.rows import ResourceStage

REPORT = """Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
-----------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022
| Date         : mié 15 mar 2023
| Command      : report_utilization -file vivado_synth.rpt
| Design       : top
| Device       : xcvu13p-flga2577-2-e
| Speed File   : -2
| Design State : Synthesized
-----------------------------------------------------------------------------------

Utilization Design Information

Table of Contents
-----------------
1. CLB Logic
1.1 Summary of Registers by Type
2. BLOCKRAM
3. ARITHMETIC
4. Primitives
5. SLR CLB Logic and Dedicated Block Utilization

1. CLB Logic
------------

+----------------------------+------+-------+------------+-----------+-------+
|          Site Type         | Used | Fixed | Prohibited | Available | Util% |
+----------------------------+------+-------+------------+-----------+-------+
| CLB LUTs*                  | 5200 |     0 |          0 |   1728000 |  0.30 |
|   LUT as Logic             | 5190 |     0 |          0 |   1728000 |  0.30 |
|   LUT as Memory            |   10 |     0 |          0 |    791040 | <0.01 |
|     LUT as Shift Register  |   10 |     0 |            |           |       |
| CLB Registers              | 1700 |     0 |          0 |   3456000 |  0.05 |
| CARRY8                     |   42 |     0 |          0 |    216000 |  0.02 |
+----------------------------+------+-------+------------+-----------+-------+
* Warning! The Final LUT count is typically lower.


1.1 Summary of Registers by Type
--------------------------------

+-------+--------------+
| Total | Clock Enable |
+-------+--------------+
| 1700  |          Yes |
+-------+--------------+


2. BLOCKRAM
-----------

+-------------------+------+-------+------------+-----------+-------+
|     Site Type     | Used | Fixed | Prohibited | Available | Util% |
+-------------------+------+-------+------------+-----------+-------+
| Block RAM Tile    |  1.5 |     0 |          0 |      2688 |  0.06 |
|   RAMB36/FIFO*    |    1 |     0 |          0 |      2688 |  0.04 |
|   RAMB18          |    1 |     0 |          0 |      5376 |  0.02 |
| URAM              |    2 |     0 |          0 |      1280 |  0.16 |
+-------------------+------+-------+------------+-----------+-------+


3. ARITHMETIC
-------------

+----------------+------+-------+------------+-----------+-------+
|    Site Type   | Used | Fixed | Prohibited | Available | Util% |
+----------------+------+-------+------------+-----------+-------+
| DSPs           |    3 |     0 |          0 |     12288 |  0.02 |
|   DSP48E2 only |    3 |       |            |           |       |
+----------------+------+-------+------------+-----------+-------+


4. Primitives
-------------

+----------+------+---------------------+
| Ref Name | Used | Functional Category |
+----------+------+---------------------+
| FDRE     | 1700 |            Register |
+----------+------+---------------------+


5. SLR CLB Logic and Dedicated Block Utilization
------------------------------------------------

+----------------------------+------+------+--------+--------+
|          Site Type         | SLR0 | SLR1 | SLR0 % | SLR1 % |
+----------------------------+------+------+--------+--------+
| CLB LUTs                   | 5200 |    0 |   1.20 |   0.00 |
| CLB Registers              | 1700 |    0 |   0.20 |   0.00 |
| DSPs                       |    3 |    0 |   0.10 |   0.00 |
+----------------------------+------+------+--------+--------+


"""

SEVEN = (
    REPORT.replace("CLB Logic\n------------", "Slice Logic\n--------------")
    .replace("1. CLB Logic", "1. Slice Logic")
    .replace("CLB", "Slice")
    .replace("| CARRY8                     |   42 |     0 |          0 |    216000 |  0.02 |\n", "")
    .replace("2. BLOCKRAM\n-----------\n", "2. Memory\n---------\n")
    .replace("2. BLOCKRAM", "2. Memory")
    .replace("3. ARITHMETIC\n-------------", "3. DSP\n------")
    .replace("3. ARITHMETIC", "3. DSP")
    .replace("| URAM              |    2 |     0 |          0 |      1280 |  0.16 |\n", "")
    .replace(
        "| FDRE     | 1700 |",
        "| CARRY4   |   77 |                CarryLogic |\n| FDRE     | 1700 |",
    )
    .replace("|                CarryLogic |", "|          CarryLogic |")
    .replace("xcvu13p-flga2577-2-e", "7vx690tffg1927-2")
)


@pytest.fixture
def write(tmp_path):
    def write(old="", new="", text=REPORT):
        assert old in text
        path = tmp_path / "utilization.rpt"
        path.write_bytes(text.replace(old, new).encode("latin-1"))
        return path

    return write


def test_complete_report(write):
    row = utilization(write(), "top")
    assert (row.stage, row.tool, row.version) == (ResourceStage.LOGIC_SYNTHESIS, "Vivado", "2022.2")
    assert (row.lut, row.lut_memory, row.ff, row.dsp) == (5200, 10, 1700, 3)
    assert (row.bram, row.uram, row.carry) == (3, 2, 84)  # 1.5 tiles; CARRY8 is two pieces
    assert (row.part, row.top) == ("xcvu13p-flga2577-2-e", "top")
    assert (row.clock, row.note) == ("not timed", "design state Synthesized")
    assert (row.latency_cycles, row.ii, row.logic_levels, row.clock_ns) == (None,) * 4
    assert row.percent == {
        "lut": 0.3009,
        "ff": 0.0492,
        "dsp": 0.0244,
        "bram": 0.0558,
        "uram": 0.1562,
    }


def test_seven_series(write):
    row = utilization(write(text=SEVEN))
    assert (row.lut, row.ff, row.dsp, row.bram, row.uram, row.carry) == (5200, 1700, 3, 3, None, 77)
    assert row.part == "xc7vx690tffg1927-2"


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("Fully Placed", ResourceStage.IMPLEMENTATION),
        ("Routed", ResourceStage.IMPLEMENTATION),
        ("Physopt postRoute", ResourceStage.IMPLEMENTATION),
        ("Optimized", ResourceStage.LOGIC_SYNTHESIS),
    ],
)
def test_stage_of_the_design_state(write, state, stage):
    row = utilization(write("| Design State : Synthesized", f"| Design State : {state}"))
    assert (row.stage, row.note) == (stage, f"design state {state}")


def test_unknown_figure_is_none(write):
    row = utilization(write("| CLB Registers              | 1700 |", "| CLB Registers | - |"))
    assert row.ff is None
    assert "ff" not in row.percent


def test_use_above_the_part(write):
    row = utilization(
        write(
            "|    3 |     0 |          0 |     12288 |  0.02 |",
            "|    9 |     0 |          0 |         4 | 225.0 |",
        )
    )
    assert (row.dsp, row.percent["dsp"]) == (9, 225.0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "Utilization Design",
            "Power Design",
            "must be a Utilization Design Information of Vivado, not such a report: give",
        ),
        ("| Tool Version : Vivado", "| Tool Version : Quartus", "must be a Utilization Design Inf"),
        ("| Design       : top", "| Design       : other", "must be of the top top, not other"),
        ("| Device       : xcvu13p-flga2577-2-e", "| Device       :", "must name its device"),
        ("| Design State : Synthesized\n", "", "must name its design state"),
        (
            "| Design State : Synthesized",
            "| Design State : Partially Placed",
            "must be one of Synthesized, Optimized, Fully Placed, Physopt postPlace, Routed",
        ),
        (
            "| Block RAM Tile    |  1.5 |",
            "| Block RAM Tile    | 1.25 |",
            "must be whole or half, not 1.25",
        ),
        (
            "| Block RAM Tile    |  1.5 |",
            "| Block RAM Tile    |    - |",
            "must be a number, not '-'",
        ),
        ("| DSPs           |", "| Cores          |", "must hold one row DSPs, not 0"),
        ("|   LUT as Logic             |", "| CLB LUTs |", "one row CLB LUTs or Slice LUTs, not 2"),
        (
            "| CLB LUTs*                  | 5200 |",
            "| CLB LUTs* | 5.2k |",
            "must be a count, not '5.2k'",
        ),
        (
            "|     Site Type     | Used |",
            "|     Site Type     | Spent |",
            "must have the columns Used and Available, not Site Type, Spent, Fixed",
        ),
        (
            "3. ARITHMETIC\n-------------\n",
            "\n",
            "must hold every section of its contents, not without",
        ),
        ("xcvu13p-flga2577-2-e", "xcvu9p-flga2104-2-e", "must be of the part xcvu13p-flga2577-2-e"),
        (
            "|     Site Type     |",
            "|",
            "must have a head above each column, not fewer or more: run the tool again",
        ),
        (
            "2. BLOCKRAM",
            "2. Something",
            "must hold one section BLOCKRAM or Memory, not 0: report the",
        ),
    ],
)
def test_report_that_lacks_something_is_refused(write, old, new, sentence):
    path = write(old, new)
    with pytest.raises(ReportError) as caught:
        utilization(path, "top", "xcvu13p-flga2577-2-e")
    assert sentence in str(caught.value)


BLACK = """
5. Black Boxes
--------------

+------------+------+
|  Ref Name  | Used |
+------------+------+
{}+------------+------+


6. SLR"""


@pytest.mark.parametrize("boxes", [["trigger_0"], ["trigger_0", "ila_0"]])
def test_black_boxes_are_refused(write, boxes):
    """Their look-up tables are not counted: a wrapper of a core would cost nothing."""
    rows = "".join(f"| {box:<10} |    1 |\n" for box in boxes)
    path = write(text=with_black_boxes(rows))
    with pytest.raises(ReportError) as caught:
        utilization(path)
    assert str(caught.value) == (
        f"{path} must be of a whole design, not one with the black boxes {', '.join(boxes)}: "
        "link their netlists, then report again"
    )


def test_no_black_boxes(write):
    text = with_black_boxes("").replace("{}+------------+------+\n", "")
    assert utilization(write(text=text)) == utilization(write())


def with_black_boxes(rows):
    contents, body = REPORT.split("5. SLR CLB Logic and Dedicated Block Utilization\n", 1)
    body = body.replace("\n5. SLR", BLACK.format(rows))
    black = "5. Black Boxes\n6. SLR CLB Logic and Dedicated Block Utilization\n"
    return contents + black + body


@pytest.mark.parametrize("share", range(2, 90, 7))
def test_report_cut_short_is_refused(write, share):
    lines = REPORT.rstrip().splitlines(keepends=True)
    with pytest.raises(ReportError):
        utilization(write(text="".join(lines[: len(lines) * share // 100])))


def test_report_with_nothing_below_its_title_is_refused(write):
    title = "Utilization Design Information\n"
    with pytest.raises(ReportError, match=r"every section of its contents, not without contents"):
        utilization(write(text=REPORT[: REPORT.index(title) + len(title)]))


@pytest.mark.parametrize("lost", [1, 3, 9])
def test_report_without_its_end_is_refused(write, lost):
    with pytest.raises(ReportError, match=r"cut short|not without"):
        utilization(write(text="\n".join(REPORT.rstrip().splitlines()[:-lost])))


@pytest.mark.parametrize(
    ("name", "top", "expected"),
    [
        (
            "hls4ml_2020.1_zynq_vivado_synth.rpt",
            "myproject",
            (ResourceStage.LOGIC_SYNTHESIS, "2020.1", 1526, 2428, 66, 0, None, "xc7z020clg400-1"),
        ),
        (
            "edalize_2019.2_artix7_top_utilization_placed.rpt",
            "top",
            (ResourceStage.IMPLEMENTATION, "2019.2", 1009, 920, 0, 0, None, "xc7a200tffv1156-2"),
        ),
        (
            "edalize_2019.2_kusp_top_utilization_placed.rpt",
            "top",
            (ResourceStage.IMPLEMENTATION, "2019.2", 999, 920, 0, 0, 0, "xcku3pffva676-2"),
        ),
    ],
)
def test_reports_of_the_tool(name, top, expected):
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not there")
    row = utilization(DATA / name, top)
    assert (
        row.stage,
        row.version,
        row.lut,
        row.ff,
        row.dsp,
        row.bram,
        row.uram,
        row.part,
    ) == expected
