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

// Whether they are about memory that could not be had.
bool is_out_of_memory(const std::string& errors);

// Whether they are about a device that went away.
bool is_device_lost(const std::string& errors);

}  // namespace perhaps
