// Runs golden vectors through an emulator and fails on the first difference.
//
//     replay OBJECT GOLDEN
//
// Knows the interface and types.h, nothing of the model. Exit code 0 if all events are equal, 1 at
// a difference, 2 if one of the files cannot be used.

#include "golden.h"
#include "loader.h"

#include <iostream>
#include <tuple>

namespace {

void print(const trigger_ad::Scores &scores) {
    const char *before = " ";
    std::apply([&](const auto &...score) { ((std::cerr << before << score.to_int64(), before = " and "), ...); }, scores);
}

// The first event that differs, or -1.
int replay(hls4mlEmulator::Model &model, trigger_ad::Golden &golden) {
    for (std::size_t i = 0; i < golden.events.size(); i++) {
        trigger_ad::GoldenEvent &event = golden.events[i];
        trigger_ad::Scores scores;
        model.prepare_input(std::any(event.words.data()));
        model.predict();
        model.read_result(std::any(&scores));
        if (scores == event.scores)
            continue;
        std::cerr << "event " << i << " must have the scores";
        print(event.scores);
        std::cerr << ", not";
        print(scores);
        std::cerr << "\n";
        return static_cast<int>(i);
    }
    return -1;
}

} // namespace

int main(int count, char **arguments) {
    if (count != 3) {
        std::cerr << "usage: replay OBJECT GOLDEN\n";
        return 2;
    }
    try {
        trigger_ad::Golden golden = trigger_ad::read_golden(arguments[2]);
        trigger_ad::Loader loader(arguments[1]);
        if (golden.name != loader.name()) {
            std::cerr << arguments[2] << " must be of " << loader.name() << ", not of " << golden.name << "\n";
            return 2;
        }
        if (replay(loader.model(), golden) >= 0)
            return 1;
        std::cout << golden.events.size() << " events equal\n";
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
}
