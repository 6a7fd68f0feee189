// Prescaler of one region: which of its fires are accepted.
//
// A counting rule adds 100 to its counter with each fire. Where the counter has reached the prescale,
// which is held in hundredths, the fire is accepted and the counter falls by the prescale. The
// pseudo-random rule accepts a fire whose crossing has a number at or above the prescale, which then
// is a cut: 2^24 accepts nothing, since no number has more than 24 bits.
//
// Prescales from 1 to 99 hundredths are out of contract: every fire is accepted, and the counter,
// which then grows without end, wraps.

`timescale 1ns / 1ps

// Each rule leaves some inputs aside.
// verilator lint_off UNUSEDSIGNAL
module prescaler #(
    // 0: counter, reset by rst only. 1: counter, reset by load too. 2: pseudo-random, no counter.
    parameter RULE = 0
) (
    input logic clk,
    input logic rst,
    input logic load,  // the registers were written with this crossing
    input logic fire,  // an event of this region, which can accept, in this crossing
    input logic [31:0] prescale,  // as it holds for this crossing
    input logic [23:0] random,    // number of this crossing

    output logic accept,         // of this crossing, in the same clock
    output logic [31:0] counter  // after the crossing before, in hundredths
);
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (RULE == 2) begin : draws

      assign accept  = fire && {8'd0, random} >= prescale;
      assign counter = 0;

    end else begin : counts

      logic [31:0] start, rest;
      logic [32:0] sum;
      logic clear, below;
      // verilator lint_off UNUSEDSIGNAL
      logic beyond;  // set only out of contract
      // verilator lint_on UNUSEDSIGNAL

      assign clear = RULE == 1 && load;
      assign start = clear ? 32'd0 : counter;

      // Both outcomes at once; the borrow of the second is the comparison. The sum depends on the
      // register only, and each bit of the difference on no higher bit of the sum, so that the two
      // carry chains ripple side by side.
      assign sum = {1'b0, start} + 33'd100;
      assign {below, beyond, rest} = {1'b0, sum} - {2'd0, prescale};

      assign accept = fire && !below;

      always_ff @(posedge clk) begin
        if (rst) counter <= 0;
        else if (fire) counter <= below ? sum[31:0] : rest;
        else counter <= start;
      end

    end
  endgenerate

endmodule
