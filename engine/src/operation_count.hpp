// The device of each operation of a graph, seen while it is computed.
#pragma once

#include <map>

#include "ggml-backend.h"
#include "ggml.h"
#include "perhaps/types.hpp"

namespace perhaps {

using OperationCount = std::map<ggml_backend_dev_t, int>;  // null for the CPU

// False for what only looks at data in another way.
bool computes(const ggml_tensor* tensor);

// Null for the CPU. Only while the graph is computed.
ggml_backend_dev_t device_of(const ggml_tensor* tensor);

// A GPU that computes anything is where all of it was meant to be; the rest fell back.
DevicePlacement summarise(const OperationCount& count);

}  // namespace perhaps
