// Opens an emulator as the experiment's software does: by its file and the interface alone.

#ifndef EMULATOR_LOADER_H_
#define EMULATOR_LOADER_H_

#include "interface.h"

#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <stdexcept>
#include <string>
#include <typeinfo>

namespace trigger_ad {

class Loader {
  public:
    // `path` needs a slash: without one dlopen() searches the folders of the system's libraries.
    // Throws std::runtime_error with a sentence where the file is no emulator.
    explicit Loader(const std::string &path) : object_(dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
        if (object_ == nullptr)
            throw std::runtime_error(dlerror());
        auto create = reinterpret_cast<create_model_function *>(dlsym(object_, "create_model"));
        destroy_ = reinterpret_cast<destroy_model_function *>(dlsym(object_, "destroy_model"));
        if (create == nullptr || destroy_ == nullptr) {
            dlclose(object_);
            throw std::runtime_error(path + " must export create_model and destroy_model");
        }
        model_ = create();
    }

    // The code of the model's destructor lies in the object, so the object goes last.
    ~Loader() {
        destroy_(model_);
        dlclose(object_);
    }

    Loader(const Loader &) = delete;
    Loader &operator=(const Loader &) = delete;

    hls4mlEmulator::Model &model() { return *model_; }

    // Name and version, which are the namespace of the model's class: "Name_v1".
    std::string name() const {
        int status = 0;
        char *text = abi::__cxa_demangle(typeid(*model_).name(), nullptr, nullptr, &status);
        const std::string type = text == nullptr ? "" : text;
        std::free(text);
        return type.substr(0, type.rfind("::"));
    }

  private:
    void *object_;
    destroy_model_function *destroy_ = nullptr;
    hls4mlEmulator::Model *model_ = nullptr;
};

} // namespace trigger_ad

#endif
