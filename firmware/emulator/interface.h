// The interface through which an experiment's software runs an emulator of a trigger network.
//
// An object built to it exports two C functions, create_model() and destroy_model(), and nothing
// else. What std::any has to hold is agreed between an object and its caller: see types.h for
// the objects of this project. The order of the functions is part of the interface, because it
// is their order in the table of virtual functions.

#ifndef EMULATOR_INTERFACE_H_
#define EMULATOR_INTERFACE_H_

#include <any>

namespace hls4mlEmulator {

class Model {
  public:
    // Takes over the input of one event; the caller may reuse it afterwards.
    virtual void prepare_input(std::any input) = 0;

    // Computes the result of that event.
    virtual void predict() = 0;

    // Writes the result where the caller wants it.
    virtual void read_result(std::any result) = 0;

    virtual ~Model() = default;
};

} // namespace hls4mlEmulator

// What dlsym() finds under the names "create_model" and "destroy_model". A model is destroyed by
// the object that created it, before that object is closed.
extern "C" {
typedef hls4mlEmulator::Model *create_model_function();
typedef void destroy_model_function(hls4mlEmulator::Model *);
}

#endif
