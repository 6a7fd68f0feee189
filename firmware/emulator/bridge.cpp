// The interface for a caller without C++: plain functions, numbers in arrays, errors as text.
//
// Compiled apart from any model; trigger_ad/emulate/abi.py calls it through ctypes.

#include "loader.h"
#include "types.h"

#include <cstdint>
#include <cstring>
#include <exception>
#include <tuple>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

// Exceptions end here: what calls could not catch them.
void report(const char *text, char *message, std::int64_t room) {
    std::strncpy(message, text, static_cast<std::size_t>(room) - 1);
    message[room - 1] = '\0';
}

} // namespace

// A handle, or null with a sentence in message[room].
EXPORT void *emulator_open(const char *path, char *message, std::int64_t room) {
    try {
        return new trigger_ad::Loader(path);
    } catch (const std::exception &error) {
        report(error.what(), message, room);
        return nullptr;
    }
}

EXPORT void emulator_close(void *handle) { delete static_cast<trigger_ad::Loader *>(handle); }

// Name and version of the model, in message[room].
EXPORT void emulator_name(void *handle, char *message, std::int64_t room) {
    report(static_cast<trigger_ad::Loader *>(handle)->name().c_str(), message, room);
}

// Scores of events: words[events][size], found[events][scores]. Returns how many events
// were scored: all of them, or the index of the one that was refused, with a sentence.
EXPORT std::int64_t emulator_scores(void *handle, const std::int16_t *words, std::int64_t size,
                                 std::int64_t events, std::int64_t *found,
                                 char *message, std::int64_t room) {
    std::int64_t event = 0;
    try {
        hls4mlEmulator::Model &model = static_cast<trigger_ad::Loader *>(handle)->model();
        std::vector<trigger_ad::Word> row(static_cast<std::size_t>(size));
        trigger_ad::Scores scores;
        for (; event < events; event++) {
            for (std::int64_t i = 0; i < size; i++)
                row[static_cast<std::size_t>(i)] = words[event * size + i];
            model.prepare_input(std::any(row.data()));
            model.predict();
            model.read_result(std::any(&scores));
            std::apply([&](const auto &...score) { ((*found++ = score.to_int64()), ...); }, scores);
        }
    } catch (const std::exception &error) {
        report(error.what(), message, room);
    }
    return event;
}
