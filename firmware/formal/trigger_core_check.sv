// What must hold for the trigger core after every crossing, whatever comes in. The inputs are free;
// the only assumption is that the first clock is a reset.
//
// What came with a crossing, and the state before it, are kept for one clock in `was_`; the word and
// the state that the core puts out then belong to the same crossing. The registers are kept a second
// time, as they were last written: a crossing is held to the values that came with it, if any came.

`timescale 1ns / 1ps

module trigger_core_check #(
    parameter SCORE1_BITS = 16,
    parameter SCORE1_SIGNED = 0,
    parameter SCORE2_BITS = 12,
    parameter SCORE2_SIGNED = 0,
    parameter RULE = 0,
    parameter COUNT_BITS = 32
) (
    input logic clk,
    input logic rst,
    input logic valid,
    input logic load,
    input logic section,
    input logic [SCORE1_BITS-1:0] score1,
    input logic [SCORE2_BITS-1:0] score2,
    input logic signed [SCORE1_BITS:0] threshold1,
    input logic signed [SCORE2_BITS:0] threshold2,
    input logic [127:0] prescale,
    input logic [3:0] enable
);

  logic out_valid;
  logic [3:0] fire, accept;
  logic [1:0] region;
  logic [SCORE1_BITS-1:0] out_score1;
  logic [SCORE2_BITS-1:0] out_score2;
  logic [4*COUNT_BITS-1:0] latched_before, latched_after, count_before, count_after;
  logic [127:0] prescale_counter;
  logic [23:0] random;
  logic signed [SCORE1_BITS:0] held_threshold1;
  logic signed [SCORE2_BITS:0] held_threshold2;
  logic [127:0] held_prescale;
  logic [3:0] held_active;

  trigger_core #(
      .SCORE1_BITS(SCORE1_BITS),
      .SCORE1_SIGNED(SCORE1_SIGNED),
      .SCORE2_BITS(SCORE2_BITS),
      .SCORE2_SIGNED(SCORE2_SIGNED),
      .RULE(RULE),
      .COUNT_BITS(COUNT_BITS)
  ) core (
      .clk(clk),
      .rst(rst),
      .valid(valid),
      .load(load),
      .section(section),
      .score1(score1),
      .score2(score2),
      .threshold1(threshold1),
      .threshold2(threshold2),
      .prescale(prescale),
      .enable(enable),
      .out_valid(out_valid),
      .fire(fire),
      .accept(accept),
      .region(region),
      .out_score1(out_score1),
      .out_score2(out_score2),
      .latched_before(latched_before),
      .latched_after(latched_after),
      .prescale_counter(prescale_counter),
      .count_before(count_before),
      .count_after(count_after),
      .random(random),
      .held_threshold1(held_threshold1),
      .held_threshold2(held_threshold2),
      .held_prescale(held_prescale),
      .held_active(held_active)
  );

  // The first clock is a reset.
  logic started;
  initial started = 0;
  always_ff @(posedge clk) started <= 1;
  always_comb if (!started) assume (rst);

  // The crossing before, and the state that it found.
  logic was_rst, was_valid, was_load, was_section;
  logic [SCORE1_BITS-1:0] was_score1;
  logic [SCORE2_BITS-1:0] was_score2;
  logic [23:0] was_random;
  logic [127:0] was_counter;
  logic [4*COUNT_BITS-1:0] was_latched_before, was_latched_after;
  logic [4*COUNT_BITS-1:0] was_count_before, was_count_after;
  always_ff @(posedge clk) begin
    was_rst <= rst;
    was_valid <= valid;
    was_load <= load;
    was_section <= section;
    was_score1 <= score1;
    was_score2 <= score2;
    was_random <= random;
    was_counter <= prescale_counter;
    was_latched_before <= latched_before;
    was_latched_after <= latched_after;
    was_count_before <= count_before;
    was_count_after <= count_after;
  end

  logic reset, crossed;
  assign reset = started && was_rst;
  assign crossed = started && !was_rst;

  // The registers as last written.
  logic signed [SCORE1_BITS:0] written_threshold1;
  logic signed [SCORE2_BITS:0] written_threshold2;
  logic [127:0] written_prescale;
  logic [3:0] written_enable;
  always_ff @(posedge clk) begin
    if (rst) begin
      written_threshold1 <= (1 << SCORE1_BITS) - 1;
      written_threshold2 <= (1 << SCORE2_BITS) - 1;
      written_prescale <= 0;
      written_enable <= 0;
    end else if (load) begin
      written_threshold1 <= threshold1;
      written_threshold2 <= threshold2;
      written_prescale <= prescale;
      written_enable <= enable;
    end
  end

  // Thresholds: score minus threshold as an integer is not negative.
  logic signed [SCORE1_BITS+1:0] wide1, over1;
  logic signed [SCORE2_BITS+1:0] wide2, over2;
  logic pass1, pass2;
  assign wide1 = SCORE1_SIGNED != 0 ? $signed(was_score1) : $signed({2'd0, was_score1});
  assign wide2 = SCORE2_SIGNED != 0 ? $signed(was_score2) : $signed({2'd0, was_score2});
  assign over1 = wide1 - written_threshold1;
  assign over2 = wide2 - written_threshold2;
  assign pass1 = !over1[SCORE1_BITS+1];
  assign pass2 = !over2[SCORE2_BITS+1];

  always_comb begin
    if (crossed) begin
      word_of_each_crossing : assert (out_valid == was_valid);
      if (out_valid) begin
        scores_of_the_crossing : assert (out_score1 == was_score1 && out_score2 == was_score2);
        first_threshold : assert ((region == 0 || region == 1) == pass1);
        second_threshold : assert ((region == 0 || region == 2) == pass2);
      end
      fire_is_the_region : assert (fire == (out_valid ? 4'd1 << region : 4'd0));
      nothing_of_a_gap : assert (out_valid || (region == 0 && out_score1 == 0 && out_score2 == 0));
    end
    if (reset) begin
      no_word_of_a_reset : assert (!out_valid && fire == 0 && accept == 0);
      nothing_of_a_reset : assert (region == 0 && out_score1 == 0 && out_score2 == 0);
    end
    at_the_threshold : cover (crossed && out_valid && over1 == 0 && over2 == 0 && region == 0);
    all_at_once : cover (crossed && was_valid && was_load && was_section && accept != 0);
  end

  // Registers.
  logic [3:0] written_active;
  genvar i;
  generate
    for (i = 0; i < 4; i = i + 1) begin : switches
      assign written_active[i] = written_enable[i] && (RULE == 2 || written_prescale[32*i+:32] != 0);
    end
  endgenerate

  always_comb begin
    if (started) begin
      registers_as_last_written :
      assert (held_threshold1 == written_threshold1 && held_threshold2 == written_threshold2 &&
              held_prescale == written_prescale && held_active == written_active);
    end
  end

  // Pseudo-random numbers: 23 shifts with feedback from bits 24, 23, 22 and 17, one by one.
  function automatic logic [23:0] shifted(input logic [23:0] number);
    integer k;
    shifted = number;
    for (k = 0; k < 23; k = k + 1)
      shifted = {shifted[22:0], shifted[23] ^ shifted[22] ^ shifted[21] ^ shifted[16]};
  endfunction

  always_comb begin
    if (crossed) next_number : assert (random == (was_valid ? shifted(was_random) : was_random));
    if (reset) first_number : assert (random == 1);
    if (started) never_zero : assert (random != 0);
  end

  // Prescalers and counters.
  generate
    for (i = 0; i < 4; i = i + 1) begin : regions
      region_check #(
          .RULE(RULE),
          .COUNT_BITS(COUNT_BITS)
      ) check (
          .clk(clk),
          .reset(reset),
          .crossed(crossed),
          .was_load(was_load),
          .was_section(was_section),
          .was_random(was_random),
          .was_counter(was_counter[32*i+:32]),
          .was_count_before(was_count_before[COUNT_BITS*i+:COUNT_BITS]),
          .was_count_after(was_count_after[COUNT_BITS*i+:COUNT_BITS]),
          .was_latched_before(was_latched_before[COUNT_BITS*i+:COUNT_BITS]),
          .was_latched_after(was_latched_after[COUNT_BITS*i+:COUNT_BITS]),
          .prescale(written_prescale[32*i+:32]),
          .enabled(written_enable[i]),
          .fire(fire[i]),
          .accept(accept[i]),
          .counter(prescale_counter[32*i+:32]),
          .count_before(count_before[COUNT_BITS*i+:COUNT_BITS]),
          .count_after(count_after[COUNT_BITS*i+:COUNT_BITS]),
          .latched_before(latched_before[COUNT_BITS*i+:COUNT_BITS]),
          .latched_after(latched_after[COUNT_BITS*i+:COUNT_BITS])
      );
    end
  endgenerate

endmodule
