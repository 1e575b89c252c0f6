// Lines that llama.cpp, mtmd and ggml log.
#pragma once

#include <string>

#include "perhaps/devices.hpp"

namespace perhaps {

void install_log();

// From here on, the errors that are logged are remembered ...
void forget_errors();
// ... to tell the cause when a call only says that it failed. Empty where nothing was logged.
std::string remembered_errors();

}  // namespace perhaps
