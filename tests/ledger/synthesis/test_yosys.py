"""Synthesis by Yosys of designs whose cells are known beforehand."""

import json
import re

import numpy as np
import pytest

from trigger_ad.errors import ConversionError, ReportError
from trigger_ad.ledger.rows import ResourceStage
from trigger_ad.ledger.synthesis.yosys import rtl_synthesis

pytest.importorskip("pyosys")

DESIGN = """
module adder(input clk, input [15:0] a, b, output reg [16:0] sum);
  reg [15:0] ra, rb;
  always @(posedge clk) begin ra <= a; rb <= b; sum <= ra + rb; end
endmodule

module design_top(
  input clk, write, in, input [15:0] a, b, input [9:0] address,
  input signed [17:0] p, q, input [5:0] many,
  output [16:0] sum, output reg signed [35:0] product, output reg [35:0] block,
  output reg [7:0] small, output reg delayed, output reg all);
  // 49 flip-flops, 16 tables of two inputs, 5 pieces of carry chain: the last holds bit 16.
  adder u_adder(clk, a, b, sum);
  // One DSP slice.
  reg signed [17:0] rp, rq;
  always @(posedge clk) begin rp <= p; rq <= q; product <= rp * rq; end
  // One block RAM of 36 kbit: two of 18.
  reg [35:0] memory [0:1023];
  always @(posedge clk) begin if (write) memory[address] <= {p, q}; block <= memory[address]; end
  // 32 x 8 bits of distributed RAM: eight tables; and eight flip-flops.
  reg [7:0] table_ram [0:31];
  always @(posedge clk) begin
    if (write) table_ram[address[4:0]] <= a[7:0];
    small <= table_ram[b[4:0]];
  end
  // 32 registers in a row: one table; and one flip-flop behind it.
  reg [31:0] row;
  always @(posedge clk) begin row <= {row[30:0], in}; delayed <= row[31]; end
  // One table of six inputs and one flip-flop.
  always @(posedge clk) all <= &many;
endmodule
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("a folder with blanks") / "design.v"
    path.write_text(DESIGN)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "registers_of_product", "total"),
    [
        ("xcvu13p-flga2577-2-e", 72, 1_728_000),
        ("xc7vx690tffg1927-2", 0, 433_200),  # there Yosys puts them into the slice
    ],
)
def test_cells_of_a_known_design(source, tmp_path, part, registers_of_product, total):
    row = rtl_synthesis([source], "design_top", part, tmp_path / "out", clock_ns=4.166)
    assert (row.stage, row.tool) == (ResourceStage.RTL_SYNTHESIS, "Yosys")
    assert re.fullmatch(r"0\.\d+", row.version)
    assert (row.lut, row.lut_memory) == (16 + 8 + 1 + 1, 8 + 1)
    assert row.ff == 49 + registers_of_product + 8 + 1 + 1
    assert (row.carry, row.dsp, row.bram, row.uram) == (5, 1, 2, 0)
    assert row.logic_levels == 2  # a table and the carry chain behind it
    assert (row.clock, row.clock_ns) == ("not timed", 4.166)
    assert (row.latency_cycles, row.ii) == (None, None)  # nobody has measured them
    assert (row.part, row.top) == (part, "design_top")
    assert row.percent["lut"] == round(100 * 26 / total, 4)
    assert row.note.startswith("look-up tables not packed in pairs; levels by stage, ")
    # Stage 0: the table before `all`; stage 1: the adder; 33 registers to `delayed`.
    levels = [int(text) for text in row.note.rpartition(": ")[2].split()]
    assert (levels[:2], len(levels)) == ([1, 2], 34)
    found = json.loads((tmp_path / "out" / "stat.json").read_text())["design"]
    assert sum(found["num_cells_by_type"].values()) == found["num_cells"]


@pytest.mark.slow
def test_network_written_by_alkaid(tmp_path):
    """A pipelined product with a constant matrix: registers, no DSP, levels of every stage."""
    from pathlib import Path

    from alkaid.codegen.rtl.verilog import __file__ as writer
    from alkaid.codegen.rtl.verilog import fsm_logic_gen
    from alkaid.trace import FVArray, to_pipeline, trace

    weights = np.random.default_rng(5).integers(-8, 8, (6, 4)).astype(np.float64)
    inputs = FVArray.from_kif(np.ones(6), np.full(6, 5), np.zeros(6))
    hidden = np.maximum(inputs @ weights, 0)
    logic = trace(inputs, hidden @ weights[:4, :2])
    machine = to_pipeline(logic, n_stages=3, verbose=False, reg_inp=True, reg_out=True)
    files = {f"{name}.v": text for name, text in fsm_logic_gen(machine, "network").items()}
    library = {path.name: path.read_text() for path in (Path(writer).parent / "source").glob("*.v")}
    for name, text in (files | library).items():
        (tmp_path / name).write_text(text)
    sources = [tmp_path / name for name in (*files, *library)]
    row = rtl_synthesis(sources, "network", "xcvu13p-flga2577-2-e", tmp_path / "out")
    assert row.dsp == row.bram == row.lut_memory == 0
    assert 100 < row.lut < 1000
    assert row.ff >= 36
    levels = [int(text) for text in row.note.rpartition(": ")[2].split()]
    assert len(levels) == 5  # before the inputs, three stages, behind the outputs
    assert levels[0] == levels[-1] == 0
    assert max(levels) == row.logic_levels > 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "module top(input a, output b); missing u(a, b); endmodule",
            r"^the synthesis of top by Yosys must succeed, not Module `\\missing' .*: read .*.log$",
        ),
        ("module top(output b); assign b = ; endmodule", r"must succeed, not syntax error"),
        ("module other; endmodule", r"must succeed, not Module `(\\)?top' not found"),
    ],
)
def test_what_yosys_refuses_is_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "top.v"
    path.write_text(text)
    with pytest.raises(ConversionError, match=sentence):
        rtl_synthesis([path], "top", "xcvu13p", tmp_path)
    assert (tmp_path / "yosys.log").stat().st_size > 0


def test_yosys_is_stopped_in_time(source, tmp_path):
    with pytest.raises(
        ConversionError, match=r"^the synthesis of design_top by Yosys must end within 0.2 s, not "
    ):
        rtl_synthesis([source], "design_top", "xcvu13p", tmp_path, timeout=0.2)


def test_what_is_wrong_is_said_before_yosys_starts(source, tmp_path):
    with pytest.raises(ReportError, match=r"^the part must begin with one of "):
        rtl_synthesis([source], "design_top", "xc7z020", tmp_path)
    with pytest.raises(ConversionError, match=r"^the top module must match .*, not 'top; exit'"):
        rtl_synthesis([source], "top; exit", "xcvu13p", tmp_path)
    with pytest.raises(ConversionError, match=r"^a source of the synthesis must be a file, not "):
        rtl_synthesis([tmp_path / "absent.v"], "top", "xcvu13p", tmp_path)
    assert not (tmp_path / "yosys.log").exists()
