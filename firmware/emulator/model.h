// A model behind the interface: words in, scaling as on the chip, networks, raw scores out.
//
// Included once, by the generated model.cpp, after it has defined EMULATOR_NAMESPACE (one for
// each name and version, so that no symbol of two versions has the same name) and in it
//
//     Input                              element of the network's input, ap_fixed<...>
//     const Port ports[port_count]       one for each word, in order (ports.h)
//     void scale(const Word *, Input *)  as on the chip
//     void compute(Input *, Scores &)    networks and all scores

#ifndef EMULATOR_MODEL_H_
#define EMULATOR_MODEL_H_

#include "interface.h"
#include "types.h"

#include <stdexcept>

namespace EMULATOR_NAMESPACE {

class Model final : public hls4mlEmulator::Model {
  public:
    // Throws std::bad_any_cast unless `input` is a trigger_ad::Word *, and std::out_of_range for a
    // word that its port cannot carry: on the chip such a word does not exist.
    void prepare_input(std::any input) override {
        stage_ = Stage::empty; // whatever happens below, an old event is not scored again
        const trigger_ad::Word *words = std::any_cast<trigger_ad::Word *>(input);
        for (int i = 0; i < port_count; i++)
            check(ports[i], words[i]);
        scale(words, input_);
        stage_ = Stage::prepared;
    }

    // Throws std::logic_error unless an event was prepared.
    void predict() override {
        if (stage_ == Stage::empty)
            throw std::logic_error("predict() needs prepare_input() before it");
        compute(input_, scores_);
        stage_ = Stage::computed;
    }

    // Throws std::logic_error unless the event prepared last was computed, so that a score is
    // never taken for that of another crossing, and std::bad_any_cast unless `result` is a
    // trigger_ad::Scores *. May be called again for the same event.
    void read_result(std::any result) override {
        if (stage_ != Stage::computed)
            throw std::logic_error("read_result() needs predict() before it");
        *std::any_cast<trigger_ad::Scores *>(result) = scores_;
    }

  private:
    enum class Stage { empty, prepared, computed };

    Stage stage_ = Stage::empty;
    Input input_[port_count];
    trigger_ad::Scores scores_;
};

} // namespace EMULATOR_NAMESPACE

extern "C" {

__attribute__((visibility("default"))) hls4mlEmulator::Model *create_model() {
    return new EMULATOR_NAMESPACE::Model;
}

__attribute__((visibility("default"))) void destroy_model(hls4mlEmulator::Model *model) {
    delete model;
}

} // extern "C"

#endif
