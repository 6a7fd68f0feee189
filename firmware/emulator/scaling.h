// Hardware words to the input of the networks, as on the chip: (word - offset) >> shift, saturated
// to the width of the input; all three numbers of a slot whose momentum word is 0 are 0.
//
// The same rule in Python: trigger_ad.features.words.scale_array.

#ifndef EMULATOR_SCALING_H_
#define EMULATOR_SCALING_H_

#include "types.h"

#include <stdexcept>
#include <string>

namespace EMULATOR_NAMESPACE {

// One of the ports, three for each slot: momentum, pseudorapidity, azimuth.
struct Port {
    const char *name;
    int minimum; // words that it can carry; both ends 0 where it has no wires
    int maximum;
    int offset;
    int shift;
};

// A word that its port carries. >> of a negative int keeps the sign: implementation-defined
// before C++20, but so in every compiler that builds this.
inline int shifted(const Port &port, int word) {
    if (word < port.minimum || word > port.maximum)
        throw std::out_of_range(std::string(port.name) + " is " + std::to_string(word) +
                                ", outside " + std::to_string(port.minimum) + " to " +
                                std::to_string(port.maximum));
    return port.maximum == 0 ? 0 : (word - port.offset) >> port.shift;
}

// The raw bits of a scaled integer as an element of the network's input, which is signed.
template <class Input> inline Input saturated(int value) {
    constexpr int highest = (1 << (Input::width - 1)) - 1;
    constexpr int lowest = -highest - 1;
    Input input;
    input.range() = ap_int<Input::width>(value < lowest ? lowest : value > highest ? highest : value);
    return input;
}

template <class Input, int N> void scale(const trigger_ad::Word *words, const Port (&ports)[N], Input *inputs) {
    for (int i = 0; i < N; i++) {
        const bool empty = words[i - i % 3].to_int() == 0;
        const int value = shifted(ports[i], words[i].to_int());
        inputs[i] = saturated<Input>(empty ? 0 : value);
    }
}

} // namespace EMULATOR_NAMESPACE

#endif
