// What must hold for the prescaler and the counts of one region, written from the rule
// (trigger_ad/trigger/reference.py) and not from the circuit.
//
// Everything is seen after a crossing: `was_` is what came with the crossing or held before it; the
// registers are those last written, with that crossing at the latest. In a range check the two
// sides have two bits more than the counters, so they are compared as integers.

`timescale 1ns / 1ps

module region_check #(
    parameter RULE = 0,
    parameter COUNT_BITS = 32
) (
    input logic clk,
    input logic reset,    // the crossing was a reset
    input logic crossed,  // it was none

    input logic was_load,
    input logic was_section,
    input logic [23:0] was_random,
    input logic [31:0] was_counter,
    input logic [COUNT_BITS-1:0] was_count_before,
    input logic [COUNT_BITS-1:0] was_count_after,
    input logic [COUNT_BITS-1:0] was_latched_before,
    input logic [COUNT_BITS-1:0] was_latched_after,

    input logic [31:0] prescale,
    input logic enabled,

    input logic fire,
    input logic accept,
    input logic [31:0] counter,
    input logic [COUNT_BITS-1:0] count_before,
    input logic [COUNT_BITS-1:0] count_after,
    input logic [COUNT_BITS-1:0] latched_before,
    input logic [COUNT_BITS-1:0] latched_after
);

  localparam [COUNT_BITS-1:0] LARGEST = {COUNT_BITS{1'b1}};

  logic off;
  assign off = !enabled || (RULE != 2 && prescale == 0);

  always_comb begin
    if (crossed) begin
      accept_only_on_a_fire : assert (fire || !accept);
      off_accepts_nothing : assert (!(off && accept));
    end
  end

  // The prescalers.
  generate
    if (RULE == 2) begin : draws

      always_comb begin
        if (crossed) begin
          accept_at_or_above_the_cut :
          assert (accept == (fire && enabled && was_random >= prescale));
          no_counter : assert (counter == 0);
        end
        fire_accepted : cover (crossed && fire && accept && prescale > 32'd1);
        fire_refused : cover (crossed && fire && !accept && enabled);
      end

    end else begin : counts

      logic signed [33:0] before, raised, ps;
      logic contract;
      assign before = (RULE == 1 && was_load) ? 34'd0 : $signed({2'd0, was_counter});
      assign raised = before + 34'sd100;
      assign ps = $signed({2'd0, prescale});
      assign contract = prescale == 0 || prescale >= 100;

      // What is asked of the counter holds as long as the rule holds.
      logic signed [33:0] after;
      assign after = $signed({2'd0, counter});

      always_comb begin
        if (crossed) begin
          if (fire && !off) begin
            accept_when_reached : assert (accept == (raised >= ps));
            if (contract) begin
              counter_raised : assert (accept || after == raised);
              counter_falls : assert (!accept || after == raised - ps);
            end
          end else begin
            counter_stands_still : assert (after == before);
          end
          below_the_prescale : assert (!(contract && before < ps) || after < ps);
        end
        if (reset) counter_reset : assert (counter == 0);
        accept_of_a_prescale : cover (crossed && accept && prescale > 32'd100);
      end

      if (RULE == 1) begin : no_burst
        always_comb if (crossed && contract && !off) no_excess : assert (after < ps);
      end else begin : excess
        always_comb burst : cover (crossed && accept && contract && after >= ps);
      end

      // 100 fires + phase - PS accepts, as one running sum since the registers were last written;
      // phase is the counter of then. It equals the counter, so it never leaves 33 bits.
      logic signed [40:0] sum_before, sum;
      assign sum = reset ? 41'sd0 :
          (was_load ? {{7{before[33]}}, before} : sum_before) +
          (fire && !off ? 41'sd100 : 41'sd0) - (accept ? $signed({9'd0, prescale}) : 41'sd0);
      always_ff @(posedge clk) sum_before <= sum;

      always_comb begin
        if (crossed && contract) invariant : assert (sum == $signed({9'd0, counter}));
      end

    end
  endgenerate

  // The counts of a luminosity section.
  logic [COUNT_BITS:0] sum_of_fires, sum_of_accepts;
  assign sum_of_fires = (was_section ? 0 : {1'b0, was_count_before}) + {{COUNT_BITS{1'b0}}, fire};
  assign sum_of_accepts = (was_section ? 0 : {1'b0, was_count_after}) + {{COUNT_BITS{1'b0}}, accept};

  always_comb begin
    if (crossed) begin
      fires_counted_to_the_end :
      assert (count_before == (sum_of_fires > LARGEST ? LARGEST : sum_of_fires));
      accepts_counted_to_the_end :
      assert (count_after == (sum_of_accepts > LARGEST ? LARGEST : sum_of_accepts));
      fires_never_wrap : assert (was_section || count_before >= was_count_before);
      accepts_never_wrap : assert (was_section || count_after >= was_count_after);
      fires_latched :
      assert (latched_before == (was_section ? was_count_before : was_latched_before));
      accepts_latched :
      assert (latched_after == (was_section ? was_count_after : was_latched_after));
      accepts_are_fires : assert (count_after <= count_before);
    end
    if (reset) begin
      counts_reset :
      assert (count_before == 0 && count_after == 0 && latched_before == 0 && latched_after == 0);
    end
    first_of_a_section : cover (crossed && was_section && fire && latched_before > 0);
    full : cover (crossed && fire && was_count_before == LARGEST);
  end

endmodule
