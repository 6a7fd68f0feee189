// Thresholds, regions, prescalers and counters of the trigger: one call is one crossing.
//
// The rule in words is docs/trigger_top.md, in Python integers trigger_ad/trigger/. In every
// crossing a luminosity section begins first, then registers are loaded, then the event is
// decided. Everything is integer arithmetic that cannot wrap, every state is a scalar (nothing
// to partition), and each state is written in the call that reads it, so that calls can follow
// each other at every clock.
//
// After power-up and after reset every bit of the state is 0. Nothing here has a constructor or an
// initialiser: a register that must not begin with 0 holds the bits in which it differs from its
// value after reset (docs/decisions/0019-a-state-of-zeros.md).

#ifndef TRIGGER_CORE_H_
#define TRIGGER_CORE_H_

#include "ap_int.h"

namespace trigger_core {

typedef ap_uint<32> count_t;
typedef ap_uint<24> random_t;
typedef ap_uint<2> region_t; // 0 to 3 for A to D
typedef ap_uint<4> bits_t;   // bit 0 is A, bit 3 is D

// How a prescaler chooses among the fires of its region. The names are those of
// trigger_ad.trigger.rule.Rule, where their origin and version stand.
enum Rule { CMS_COUNTER, CMS_COUNTER_2019, ATLAS_RANDOM };

// Prescales are in hundredths, so one fire adds this to a counter.
static const int HUNDREDTHS = 100;

// A load is taken if this many calls lie between it and the last one that was taken, counting
// itself; see docs/trigger_top.md.
static const int LOAD_GAP = 32;

// Shifts of the pseudo-random register from one crossing to the next.
static const int LEAP = 23;

// The pseudo-random number after reset.
static const int FIRST_RANDOM = 1;

// The pseudo-random number of the next crossing: 23 shifts of a register with linear feedback
// from its bits 24, 23, 22 and 17, counted from 1. Unrolled, each new bit is an exclusive-or of
// some of the old ones.
inline random_t following(random_t number) {
    #pragma HLS INLINE
    for (int shift = 0; shift < LEAP; shift++) {
        #pragma HLS UNROLL
        const bool feedback = number[23] ^ number[22] ^ number[21] ^ number[16];
        number <<= 1;
        number[0] = feedback;
    }
    return number;
}

// A counter of events that stops at its end.
inline void count(count_t &counter, bool event) {
    #pragma HLS INLINE
    const bool full = counter == count_t(-1);
    if (event && !full)
        counter += 1;
}

// Thresholds, and when they may be written. S1 and S2 are the types of the scores; a threshold
// has one bit more than its score, for the sign.
template <class S1, class S2> struct Cuts {
    typedef ap_int<S1::width + 1> threshold1_t;
    typedef ap_int<S2::width + 1> threshold2_t;

    threshold1_t flips1; // bits in which the threshold differs from its value after reset
    threshold2_t flips2;
    ap_uint<5> wait; // calls in which a load is still ignored, less than LOAD_GAP

    // After reset the thresholds have their largest value: every bit is 1 but that of the sign.
    static threshold1_t largest1() {
        #pragma HLS INLINE
        return ap_uint<S1::width>(-1);
    }
    static threshold2_t largest2() {
        #pragma HLS INLINE
        return ap_uint<S2::width>(-1);
    }

    threshold1_t threshold1() const {
        #pragma HLS INLINE
        return flips1 ^ largest1();
    }
    threshold2_t threshold2() const {
        #pragma HLS INLINE
        return flips2 ^ largest2();
    }

    // Writes the thresholds if a load comes and is not ignored. Returns whether it was taken.
    bool take(bool load, const threshold1_t &new1, const threshold2_t &new2) {
        #pragma HLS INLINE
        const bool taken = load && wait == 0;
        if (taken) {
            flips1 = new1 ^ largest1();
            flips2 = new2 ^ largest2();
            wait = LOAD_GAP - 1;
        } else if (wait != 0) {
            wait -= 1;
        }
        return taken;
    }

    // Region of a pair of scores; one that equals its threshold passes.
    region_t region(const S1 &score1, const S2 &score2) const {
        #pragma HLS INLINE
        const threshold1_t value1 = score1; // the same width and sign on both sides
        const threshold2_t value2 = score2;
        region_t code;
        code[1] = value1 < threshold1();
        code[0] = value2 < threshold2();
        return code;
    }
};

// Registers, prescaler and counts of one region. After reset all are 0: not enabled, prescale
// off.
struct Region {
    bool enable;
    count_t prescale; // hundredths with 0 for off, or the cut on the pseudo-random number
    count_t counter;  // of the prescaler, in hundredths
    count_t before, after;
    count_t latched_before, latched_after;
};

// Whether a counting prescaler accepts a fire. The rule adds 100 to the counter and, if the sum
// has reached the prescale, subtracts that. Written with 100 - prescale, which is known before
// the fire, both new values come from one addition each, side by side, and the sign of one of
// them chooses. A prescale in use is 100 or more, so what is stored has 32 bits.
inline bool counts_to_accept(Region &region, bool fire) {
    #pragma HLS INLINE
    const ap_int<34> step = ap_int<34>(HUNDREDTHS) - ap_int<34>(region.prescale);
    const ap_int<34> ahead = ap_int<34>(region.counter) + step;
    const bool active = fire && region.enable && region.prescale != 0;
    const bool reached = ahead >= 0;
    if (active) {
        if (reached)
            region.counter = ahead;
        else
            region.counter += HUNDREDTHS;
    }
    return active && reached;
}

// Whether a pseudo-random prescaler accepts a fire. 2^24 and above is off: no number gets there.
inline bool draws_to_accept(const Region &region, bool fire, const random_t &random) {
    #pragma HLS INLINE
    return fire && region.enable && count_t(random) >= region.prescale;
}

// One crossing of one region. Returns whether it accepts.
template <Rule RULE>
bool cross(Region &region, bool section, bool load, const count_t &prescale, bool enable, bool fire,
           const random_t &random) {
    #pragma HLS INLINE
    if (section) {
        region.latched_before = region.before;
        region.latched_after = region.after;
        region.before = 0;
        region.after = 0;
    }
    if (load) {
        region.prescale = prescale;
        region.enable = enable;
        if (RULE == CMS_COUNTER_2019)
            region.counter = 0;
    }
    bool accept;
    if (RULE == ATLAS_RANDOM)
        accept = draws_to_accept(region, fire, random);
    else
        accept = counts_to_accept(region, fire);
    count(region.before, fire);
    count(region.after, accept);
    return accept;
}

// All that the trigger remembers from one crossing to the next.
template <class S1, class S2> struct State {
    Cuts<S1, S2> cuts;
    Region a, b, c, d;
    random_t random_flips; // bits in which the number below differs from FIRST_RANDOM

    // The pseudo-random number of the next crossing with a decision, never 0.
    random_t random() const {
        #pragma HLS INLINE
        return random_flips ^ random_t(FIRST_RANDOM);
    }
    void set_random(const random_t &number) {
        #pragma HLS INLINE
        random_flips = number ^ random_t(FIRST_RANDOM);
    }
};

// What comes with a load.
template <class S1, class S2> struct Registers {
    typename Cuts<S1, S2>::threshold1_t threshold1;
    typename Cuts<S1, S2>::threshold2_t threshold2;
    count_t prescale_a, prescale_b, prescale_c, prescale_d;
    bits_t enable;
};

// What is said of a crossing. Without valid all of it is 0.
template <class S1, class S2> struct Decision {
    bool valid;
    region_t region;
    bits_t fire;   // before prescale
    bits_t accept; // after prescale
    S1 score1;
    S2 score2;
};

// Region and algorithm bits of a crossing, for a global trigger that has prescalers of its own.
template <class S1, class S2>
void fire(const Cuts<S1, S2> &cuts, bool valid, const S1 &score1, const S2 &score2, Decision<S1, S2> &decision) {
    #pragma HLS INLINE
    const region_t region = cuts.region(score1, score2);
    decision.valid = valid;
    decision.region = valid ? region : region_t(0);
    for (int code = 0; code < 4; code++) {
        #pragma HLS UNROLL
        decision.fire[code] = valid && region == code;
    }
    decision.accept = 0;
    decision.score1 = valid ? score1 : S1(0);
    decision.score2 = valid ? score2 : S2(0);
}

// One crossing: section, then load, then valid.
template <Rule RULE, class S1, class S2>
void crossing(State<S1, S2> &state, bool valid, bool load, bool section, const Registers<S1, S2> &given, const S1 &score1,
              const S2 &score2, Decision<S1, S2> &decision) {
    #pragma HLS INLINE
    const bool taken = state.cuts.take(load, given.threshold1, given.threshold2);
    fire(state.cuts, valid, score1, score2, decision);
    const bits_t fired = decision.fire, on = given.enable;
    const random_t random = state.random();
    decision.accept[0] = cross<RULE>(state.a, section, taken, given.prescale_a, on[0], fired[0], random);
    decision.accept[1] = cross<RULE>(state.b, section, taken, given.prescale_b, on[1], fired[1], random);
    decision.accept[2] = cross<RULE>(state.c, section, taken, given.prescale_c, on[2], fired[2], random);
    decision.accept[3] = cross<RULE>(state.d, section, taken, given.prescale_d, on[3], fired[3], random);
    if (valid)
        state.set_random(following(random));
}

} // namespace trigger_core

#endif
