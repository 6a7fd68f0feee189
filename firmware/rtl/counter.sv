// Number of events of a luminosity section, and that of the section before.
//
// The count stops at its largest value. With `section` a section begins: the count is latched and
// starts again, and the event of this crossing is the first of the new section.

`timescale 1ns / 1ps

module counter #(
    parameter BITS = 32
) (
    input logic clk,
    input logic rst,
    input logic section,
    input logic add,  // an event in this crossing

    output logic [BITS-1:0] count,
    output logic [BITS-1:0] latched
);

  // The carry says that the count is at its end: cheaper than a comparison.
  logic full;
  logic [BITS-1:0] next;
  assign {full, next} = {1'b0, count} + 1'b1;

  always_ff @(posedge clk) begin
    if (rst) count <= 0;
    else if (section) count <= {{(BITS - 1) {1'b0}}, add};
    else if (add && !full) count <= next;
  end

  always_ff @(posedge clk) begin
    if (rst) latched <= 0;
    else if (section) latched <= count;
  end

endmodule
