// Golden vectors as text: the first line names the model and counts words and events, each further
// line has the words of an event and its scores, all decimal integers.
//
//     Name_v1 57 1000
//     61 0 50 ... 2134 655

#ifndef EMULATOR_GOLDEN_H_
#define EMULATOR_GOLDEN_H_

#include "types.h"

#include <fstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace trigger_ad {

struct GoldenEvent {
    std::vector<Word> words;
    Scores scores;
};

struct Golden {
    std::string name;
    std::vector<GoldenEvent> events;
};

// Throws std::runtime_error unless the file is whole.
inline Golden read_golden(const std::string &path) {
    std::ifstream file(path);
    Golden golden;
    std::size_t words = 0, events = 0;
    if (!(file >> golden.name >> words >> events) || words == 0 || events == 0)
        throw std::runtime_error(path + " must start with the name of a model and two counts");
    while (golden.events.size() < events) {
        GoldenEvent event;
        long long number = 0;
        while (event.words.size() < words && file >> number)
            event.words.push_back(Word(number));
        std::apply([&](auto &...score) { ((file >> number ? score = number : score), ...); }, event.scores);
        if (!file)
            throw std::runtime_error(path + " must have " + std::to_string(events) + " events, not " +
                                     std::to_string(golden.events.size()));
        golden.events.push_back(event);
    }
    return golden;
}

} // namespace trigger_ad

#endif
