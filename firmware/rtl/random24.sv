// Pseudo-random number of 24 bits, never 0, moving on with every crossing.
//
// A shift register with feedback from bits 24, 23, 22 and 17, which has the maximal period of
// 2^24 - 1. It moves on by 23 shifts at once: of the old number only the last bit stays. The rule is
// trigger_ad/trigger/random24.py.

`timescale 1ns / 1ps

module random24 (
    input logic clk,
    input logic rst,   // the number becomes 1
    input logic step,  // there is a crossing in this clock: the next one has the next number

    output logic [23:0] number
);

  // The bits that the 23 shifts bring in, the oldest in the highest place. The first 17 of them see
  // only old bits; the last 6 see bit 17 where the first 6 have come to.
  logic [16:0] first;
  logic [ 5:0] last;

  assign first = number[23:7] ^ number[22:6] ^ number[21:5] ^ number[16:0];
  assign last = number[6:1] ^ number[5:0] ^ {number[4:0], first[16]} ^ first[16:11];

  always_ff @(posedge clk) begin
    if (rst) number <= 24'd1;
    else if (step) number <= {number[0], first, last};
  end

endmodule
