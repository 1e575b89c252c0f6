// How much memory a pair takes of each device: before it is loaded, and after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "load_parameters.hpp"

namespace perhaps {

// Bytes of weights, KV cache and compute buffers; a null device is the memory of the host.
using DeviceBytes = std::map<ggml_backend_dev_t, std::uint64_t>;

struct LanguageNeed {
    DeviceBytes bytes;
    int layers = 0;  // of the model, the output counted as one
};

// Has llama.cpp lay everything out without allocating it. Nothing where it cannot read the file:
// the loading itself will tell why.
std::optional<LanguageNeed> measure_language(const std::string& model_path,
                                             const LoadOptions& options, const LayerPlan& plan);

// Likewise of a projector, whose weights must find room for a moment; see can_hold. A null device
// stands for the CPU.
DeviceBytes measure_vision(const std::string& projector_path, const LoadOptions& options,
                           ggml_backend_dev_t device);

// Bytes of the tensors of a GGUF file; 0 where it cannot be read.
std::uint64_t tensor_bytes(const std::string& path);

// Whether a GPU gives so many bytes: tried, and given back. A projector that finds no room ends the
// whole process, so this is asked before.
bool can_hold(ggml_backend_dev_t device, std::uint64_t bytes);

// What a loaded model and its context really take.
DeviceBytes memory_taken(const llama_context* context);

// Free bytes of a device, or nothing where it does not tell.
std::optional<std::uint64_t> free_memory(ggml_backend_dev_t device);

}  // namespace perhaps
