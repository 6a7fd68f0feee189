// Drives a trigger core clock by clock; loaded as a shared object.

#include <cstdint>
#include <cstring>

#include "Vmodel.h"
#include "verilated.h"

namespace {

struct Simulation {
    VerilatedContext context;
    Vmodel core{&context};
};

// What comes in with a clock; the fields of `INPUT` in core.py.
struct Input {
    int64_t score[2];
    int64_t threshold[2];
    uint32_t prescale[4];
    uint8_t enable, valid, load, section, rst;
    uint8_t unused[3];
};

// What is put out after its edge.
struct Word {
    uint64_t score[2];
    uint8_t valid, fire, accept, region;
    uint32_t unused;
};

struct State {
    uint32_t latched_before[4], latched_after[4], counter[4], before[4], after[4], random;
};

// Lowest bits of a number: what fits a port.
constexpr uint64_t low(int64_t value, int bits) {
    return static_cast<uint64_t>(value) & (~0ULL >> (64 - bits));
}

// Four counts of a packed port.
template <class Port> void unpack(const Port &port, uint32_t *counts) {
    for (int i = 0; i < 4; i++) {
        if constexpr (COUNT_BITS == 32)
            counts[i] = port[i];
        else
            counts[i] = low(port >> (COUNT_BITS * i), COUNT_BITS);
    }
}

} // namespace

extern "C" {

void *create() { return new Simulation; }

void destroy(void *simulation) { delete static_cast<Simulation *>(simulation); }

// Clock the core `clocks` times; `states` may be null.
void run(void *simulation, int64_t clocks, const Input *inputs, Word *words, State *states) {
    Vmodel &core = static_cast<Simulation *>(simulation)->core;
    for (int64_t clock = 0; clock < clocks; clock++) {
        const Input &input = inputs[clock];
        core.score1 = low(input.score[0], SCORE1_BITS);
        core.score2 = low(input.score[1], SCORE2_BITS);
        core.threshold1 = low(input.threshold[0], SCORE1_BITS + 1);
        core.threshold2 = low(input.threshold[1], SCORE2_BITS + 1);
        for (int i = 0; i < 4; i++)
            core.prescale[i] = input.prescale[i];
        core.enable = input.enable;
        core.valid = input.valid;
        core.load = input.load;
        core.section = input.section;
        core.rst = input.rst;

        core.clk = 0;
        core.eval();
        core.clk = 1;
        core.eval();

        words[clock] = {{core.out_score1, core.out_score2}, core.out_valid, core.fire,
                        core.accept, core.region, 0};
        if (states == nullptr)
            continue;
        State &state = states[clock];
        unpack(core.latched_before, state.latched_before);
        unpack(core.latched_after, state.latched_after);
        for (int i = 0; i < 4; i++)
            state.counter[i] = core.prescale_counter[i];
        unpack(core.count_before, state.before);
        unpack(core.count_after, state.after);
        state.random = core.random;
    }
}

} // extern "C"
