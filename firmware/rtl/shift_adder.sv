// Sum or difference of two numbers, the second shifted: in0 + in1 * 2**SHIFT1, or minus it, in
// units of the finer of the two LSBs, without the DROP_LSBS lowest bits.
//
// Where only one operand has bits, at the lower end, a sum copies them and its carry chain begins
// above. A difference does so only for the bits of in0: those of in1 must be negated, which the
// same carry chain does.

`timescale 1ns / 1ps

module shift_adder #(
    parameter BW_INPUT0 = 8,
    parameter BW_INPUT1 = 8,
    parameter SIGNED0 = 0,
    parameter SIGNED1 = 0,
    parameter BW_OUT = 8,
    parameter DROP_LSBS = 0,
    parameter SHIFT1 = 0,
    parameter IS_SUB = 0
) (
    input  logic [BW_INPUT0-1:0] in0,
    input  logic [BW_INPUT1-1:0] in1,
    output logic [   BW_OUT-1:0] out
);

  localparam LEFT0 = SHIFT1 < 0 ? -SHIFT1 : 0;
  localparam LEFT1 = SHIFT1 > 0 ? SHIFT1 : 0;

  // Bits above the result are thrown away, so no operand needs more of them.
  localparam WIDTH = BW_OUT + DROP_LSBS;
  localparam COPIED = IS_SUB != 0 ? LEFT1 : LEFT0 + LEFT1;

  // verilator lint_off UNUSEDSIGNAL
  logic [WIDTH+BW_INPUT0+LEFT0-1:0] long0;
  logic [WIDTH+BW_INPUT1+LEFT1-1:0] long1;
  logic [WIDTH-1:0] a, b, result;
  // verilator lint_on UNUSEDSIGNAL
  assign long0 = {{WIDTH{SIGNED0 != 0 && in0[BW_INPUT0-1]}}, in0, {LEFT0{1'b0}}};
  assign long1 = {{WIDTH{SIGNED1 != 0 && in1[BW_INPUT1-1]}}, in1, {LEFT1{1'b0}}};
  assign a = long0[WIDTH-1:0];
  assign b = long1[WIDTH-1:0];

  generate
    if (COPIED >= WIDTH) begin : copied
      assign result = LEFT0 > 0 ? b : a;
    end else begin : added
      if (COPIED > 0) begin : below
        assign result[COPIED-1:0] = LEFT0 > 0 ? b[COPIED-1:0] : a[COPIED-1:0];
      end
      if (IS_SUB != 0) begin : minus
        assign result[WIDTH-1:COPIED] = a[WIDTH-1:COPIED] - b[WIDTH-1:COPIED];
      end else begin : plus
        assign result[WIDTH-1:COPIED] = a[WIDTH-1:COPIED] + b[WIDTH-1:COPIED];
      end
    end
  endgenerate

  assign out = result[WIDTH-1:DROP_LSBS];

endmodule
