// The devices of this machine and the log of the libraries below us.
#pragma once

#include <string>
#include <vector>

#include "perhaps/types.hpp"

namespace perhaps {

// Starts llama.cpp and takes over its log. Once, before any other thread.
void start_backend();

std::vector<DeviceInfo> list_devices();

// The names of the GPUs that LoadOptions::device stands for; none for the CPU. Throws RequestError
// for what this machine does not have.
std::vector<std::string> resolve_device_names(const std::string& name);

struct LogLine {
    std::string level;  // debug, info, warning, error
    std::string text;
};

// The lines since the last call, at most the newest 2000.
std::vector<LogLine> take_log();

}  // namespace perhaps
