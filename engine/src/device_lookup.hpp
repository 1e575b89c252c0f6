// Names of devices → devices.
#pragma once

#include <string>
#include <vector>

#include "ggml-backend.h"
#include "perhaps/devices.hpp"

namespace perhaps {

// The GPUs that "auto" stands for: all discrete ones, each once though two backends may know it;
// where there is none, the integrated ones of one backend.
std::vector<ggml_backend_dev_t> find_gpus();

// The GPUs that a name stands for: auto, gpu, a backend (such as cuda) or one device. None where
// it means the CPU. Throws RequestError for what this machine does not have.
std::vector<ggml_backend_dev_t> resolve_devices(const std::string& name);

// Null stands for the CPU.
std::string device_name(ggml_backend_dev_t device);
std::string backend_name(ggml_backend_dev_t device);

// The GPU, or null for all that computes in the memory of the host.
ggml_backend_dev_t gpu_or_null(ggml_backend_dev_t device);

// The GPU whose memory buffers of this type lie in. Null for the host's, pinned for a GPU or not:
// what is computed into it was computed by the CPU.
ggml_backend_dev_t gpu_of(ggml_backend_buffer_type_t type);

// One per core that this process may run on, hyper-threads not counted.
int physical_cores();

}  // namespace perhaps
