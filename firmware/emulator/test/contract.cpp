// What an object does with calls that its interface cannot rule out.
//
//     contract OBJECT GOLDEN

#include "golden.h"
#include "loader.h"

#include <iostream>

namespace {

int failures = 0;

// Demands that a call throws an exception of one type.
template <class Error, class Call> void throws(const char *what, Call call) {
    try {
        call();
    } catch (const Error &) {
        return;
    } catch (const std::exception &error) {
        std::cerr << what << " throws something else: " << error.what() << "\n";
        failures++;
        return;
    }
    std::cerr << what << " passes\n";
    failures++;
}

} // namespace

int main(int count, char **arguments) {
    if (count != 3) {
        std::cerr << "usage: contract OBJECT GOLDEN\n";
        return 2;
    }
    trigger_ad::Golden golden = trigger_ad::read_golden(arguments[2]);
    std::vector<trigger_ad::Word> &words = golden.events[0].words;
    trigger_ad::Loader loader(arguments[1]);
    hls4mlEmulator::Model &model = loader.model();
    trigger_ad::Scores scores;
    std::pair<ap_uint<64>, ap_uint<64>> unsigned_scores;
    std::vector<ap_int<18>> wide(words.size());
    const trigger_ad::Word *constant = words.data();

    // The stages of an event, in their order only.
    throws<std::logic_error>("predict() before everything", [&] { model.predict(); });
    throws<std::logic_error>("read_result() before everything", [&] { model.read_result(std::any(&scores)); });
    model.prepare_input(std::any(words.data()));
    throws<std::logic_error>("read_result() before predict()", [&] { model.read_result(std::any(&scores)); });
    model.predict();
    model.read_result(std::any(&scores));
    model.read_result(std::any(&scores)); // twice is no harm
    failures += scores != golden.events[0].scores;
    model.prepare_input(std::any(words.data()));
    throws<std::logic_error>("the score of the event before", [&] { model.read_result(std::any(&scores)); });

    // The exact types, and no others.
    throws<std::bad_any_cast>("no input", [&] { model.prepare_input(std::any()); });
    throws<std::bad_any_cast>("words of another width", [&] { model.prepare_input(std::any(wide.data())); });
    throws<std::bad_any_cast>("constant words", [&] { model.prepare_input(std::any(constant)); });
    throws<std::logic_error>("predict() after a refused input", [&] { model.predict(); });
    model.prepare_input(std::any(words.data()));
    model.predict();
    throws<std::bad_any_cast>("unsigned scores", [&] { model.read_result(std::any(&unsigned_scores)); });
    throws<std::bad_any_cast>("a copy of scores", [&] { model.read_result(std::any(scores)); });

    // Words that no port carries: the pseudorapidity of the missing momentum has no wires.
    std::vector<trigger_ad::Word> impossible = words;
    impossible[1] = 1;
    throws<std::out_of_range>("a word without wires", [&] { model.prepare_input(std::any(impossible.data())); });
    impossible[1] = 0;
    impossible[0] = -1;
    throws<std::out_of_range>("a negative momentum", [&] { model.prepare_input(std::any(impossible.data())); });
    impossible[0] = 4096;
    throws<std::out_of_range>("a momentum of 13 bits", [&] { model.prepare_input(std::any(impossible.data())); });
    return failures == 0 ? 0 : 1;
}
