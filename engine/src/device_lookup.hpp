// Names of devices → devices.
#pragma once

#include <optional>
#include <string>

#include "ggml-backend.h"
#include "perhaps/devices.hpp"

namespace perhaps {

// Null for "cpu"; the first GPU, or null where there is none, for "auto".
// Throws RequestError for a name that this machine does not have.
ggml_backend_dev_t resolve_device(const std::string& name);

// Null stands for the CPU.
std::string device_name(ggml_backend_dev_t device);
std::string backend_name(ggml_backend_dev_t device);

// One per core that this process may run on, hyper-threads not counted.
int physical_cores();

}  // namespace perhaps
