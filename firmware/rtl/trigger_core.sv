// The decision: from the scores of a crossing to its trigger word, one clock later, one crossing a
// clock.
//
// Within a crossing a luminosity section begins first, then the registers are written, then there
// are collisions (docs/trigger_top.md). The rule is trigger_ad/trigger/reference.py, and all state
// equals it after every crossing. Words of four regions are packed with region A in the lowest bits.

`timescale 1ns / 1ps

module trigger_core #(
    parameter SCORE1_BITS = 16,
    parameter SCORE1_SIGNED = 0,
    parameter SCORE2_BITS = 16,
    parameter SCORE2_SIGNED = 0,
    // 0: cms_counter/reset_at_run_start, 1: cms_counter/reset_at_update, 2: atlas_random/24_bits
    parameter RULE = 0,
    // Of the counts of events. 32 in every trigger; fewer where a test wants them to stop early.
    parameter COUNT_BITS = 32
) (
    input logic clk,
    input logic rst,  // wins over everything in its clock

    input logic valid,    // there are collisions in this crossing
    input logic load,     // the registers take the values beside it, for this crossing already
    input logic section,  // a luminosity section begins with this crossing

    input logic [SCORE1_BITS-1:0] score1,
    input logic [SCORE2_BITS-1:0] score2,

    input logic signed [SCORE1_BITS:0] threshold1,
    input logic signed [SCORE2_BITS:0] threshold2,
    input logic [127:0] prescale,
    input logic [3:0] enable,

    // The trigger word; all of it is 0 without out_valid.
    output logic out_valid,
    output logic [3:0] fire,
    output logic [3:0] accept,
    output logic [1:0] region,
    output logic [SCORE1_BITS-1:0] out_score1,
    output logic [SCORE2_BITS-1:0] out_score2,

    output logic [4*COUNT_BITS-1:0] latched_before,
    output logic [4*COUNT_BITS-1:0] latched_after,

    // The state after the crossing of the trigger word; left open it costs nothing.
    output logic [127:0] prescale_counter,
    output logic [4*COUNT_BITS-1:0] count_before,
    output logic [4*COUNT_BITS-1:0] count_after,
    output logic [23:0] random,

    // The registers in force, for reading back.
    output logic signed [SCORE1_BITS:0] held_threshold1,
    output logic signed [SCORE2_BITS:0] held_threshold2,
    output logic [127:0] held_prescale,
    output logic [3:0] held_active  // regions that can accept at all
);

  // Registers. What is written holds for the crossing it comes with, so it also passes by them.
  logic signed [SCORE1_BITS:0] now_threshold1;
  logic signed [SCORE2_BITS:0] now_threshold2;
  logic [127:0] now_prescale;
  logic [3:0] active, now_active;

  assign now_threshold1 = load ? threshold1 : held_threshold1;
  assign now_threshold2 = load ? threshold2 : held_threshold2;
  assign now_prescale = load ? prescale : held_prescale;
  assign now_active = load ? active : held_active;

  // A prescale of 0 is off, but where it is a cut. After a reset no region is active, so that no rule
  // accepts anything before the first load.
  genvar i;
  generate
    for (i = 0; i < 4; i = i + 1) begin : switches
      assign active[i] = enable[i] && (RULE == 2 || prescale[32*i+:32] != 0);
    end
  endgenerate

  always_ff @(posedge clk) begin
    if (rst) begin
      held_threshold1 <= {1'b0, {SCORE1_BITS{1'b1}}};
      held_threshold2 <= {1'b0, {SCORE2_BITS{1'b1}}};
      held_prescale <= 0;
      held_active <= 0;
    end else if (load) begin
      held_threshold1 <= threshold1;
      held_threshold2 <= threshold2;
      held_prescale <= prescale;
      held_active <= active;
    end
  end

  // Regions: A both scores at or above threshold, B only the first, C only the second, D none.
  logic pass1, pass2;
  assign pass1 = $signed({SCORE1_SIGNED != 0 && score1[SCORE1_BITS-1], score1}) >= now_threshold1;
  assign pass2 = $signed({SCORE2_SIGNED != 0 && score2[SCORE2_BITS-1], score2}) >= now_threshold2;

  logic [3:0] fires, accepts;
  assign fires[0] = valid && pass1 && pass2;
  assign fires[1] = valid && pass1 && !pass2;
  assign fires[2] = valid && !pass1 && pass2;
  assign fires[3] = valid && !pass1 && !pass2;

  always_ff @(posedge clk) begin
    out_valid <= valid && !rst;
    fire <= rst ? 4'd0 : fires;
    accept <= rst ? 4'd0 : accepts;
    region <= {!pass1, !pass2};
    out_score1 <= score1;
    out_score2 <= score2;
    if (rst || !valid) begin
      region <= 2'd0;
      out_score1 <= 0;
      out_score2 <= 0;
    end
  end

  random24 numbers (
      .clk(clk),
      .rst(rst),
      .step(valid),
      .number(random)
  );

  generate
    for (i = 0; i < 4; i = i + 1) begin : regions

      prescaler #(
          .RULE(RULE)
      ) choice (
          .clk(clk),
          .rst(rst),
          .load(load),
          .fire(fires[i] && now_active[i]),
          .prescale(now_prescale[32*i+:32]),
          .random(random),
          .accept(accepts[i]),
          .counter(prescale_counter[32*i+:32])
      );

      counter #(
          .BITS(COUNT_BITS)
      ) counter_before (
          .clk(clk),
          .rst(rst),
          .section(section),
          .add(fires[i]),
          .count(count_before[COUNT_BITS*i+:COUNT_BITS]),
          .latched(latched_before[COUNT_BITS*i+:COUNT_BITS])
      );

      counter #(
          .BITS(COUNT_BITS)
      ) counter_after (
          .clk(clk),
          .rst(rst),
          .section(section),
          .add(accepts[i]),
          .count(count_after[COUNT_BITS*i+:COUNT_BITS]),
          .latched(latched_after[COUNT_BITS*i+:COUNT_BITS])
      );

    end
  endgenerate

endmodule
