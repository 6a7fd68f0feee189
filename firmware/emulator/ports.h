// The words that each port can carry.

#ifndef EMULATOR_PORTS_H_
#define EMULATOR_PORTS_H_

#include "types.h"

#include <stdexcept>
#include <string>

namespace EMULATOR_NAMESPACE {

// One of the ports; both ends are 0 where it has no wires.
struct Port {
    const char *name;
    int minimum;
    int maximum;
};

// Throws std::out_of_range for a word that does not exist on the chip.
inline void check(const Port &port, const trigger_ad::Word &word) {
    const int value = word.to_int();
    if (value < port.minimum || value > port.maximum)
        throw std::out_of_range(std::string(port.name) + " is " + std::to_string(value) +
                                ", outside " + std::to_string(port.minimum) + " to " +
                                std::to_string(port.maximum));
}

} // namespace EMULATOR_NAMESPACE

#endif
