// Backends that throw: what they throw becomes a sentence.
#pragma once

#include <exception>
#include <string>

#include "perhaps/errors.hpp"

namespace perhaps {

// Throws DeviceError with the remedy for what the errors tell of.
[[noreturn]] void throw_device_failure(const std::string& errors);

// Makes a native call that computes; llama.cpp lets the exceptions of its backends through.
template <typename Work>
auto on_device(const Work& work) {
    try {
        return work();
    } catch (const PerhapsError&) {
        throw;
    } catch (const std::exception& error) {
        throw_device_failure(error.what());
    }
}

}  // namespace perhaps
