#include "device_memory.hpp"

#include <algorithm>
#include <vector>

#include "device_lookup.hpp"
#include "ggml-cpp.h"
#include "gguf.h"
#include "llama-cpp.h"

// Of llama.cpp's staging header, which is not installed. It may change with any version, but we
// are built for exactly one.
struct llama_memory_breakdown_data {
    std::size_t model = 0;
    std::size_t context = 0;
    std::size_t compute = 0;
};
std::map<ggml_backend_buffer_type_t, llama_memory_breakdown_data> llama_get_memory_breakdown(
    const llama_context* context);

namespace perhaps {
namespace {

struct GgufCloser {
    void operator()(gguf_context* file) const { gguf_free(file); }
};

}  // namespace

std::optional<LanguageNeed> measure_language(const std::string& model_path,
                                             const LoadOptions& options, const LayerPlan& plan) {
    ModelParameters parameters(plan);
    parameters.params.no_alloc = true;
    parameters.params.load_mode = LLAMA_LOAD_MODE_NONE;
    const llama_model_ptr model(llama_model_load_from_file(model_path.c_str(), parameters.params));
    if (!model) return std::nullopt;
    const llama_context_ptr context(llama_init_from_model(
        model.get(), context_parameters(model.get(), options, smallest_batch)));
    if (!context) return std::nullopt;
    return LanguageNeed{.bytes = memory_taken(context.get()),
                        .layers = llama_model_n_layer(model.get()) + 1};
}

DeviceBytes measure_vision(const std::string& projector_path, const LoadOptions& options,
                           ggml_backend_dev_t device) {
    auto params = projector_parameters(options, device);
    params.warmup = true;  // counts the compute buffers
    DeviceBytes bytes;
    for (const auto& [owner, size] : mtmd_get_memory_usage(projector_path.c_str(), params)) {
        bytes[gpu_or_null(owner)] += size;
    }
    if (bytes.empty()) bytes[device] = tensor_bytes(projector_path);
    return bytes;
}

std::uint64_t tensor_bytes(const std::string& path) {
    const std::unique_ptr<gguf_context, GgufCloser> file(
        gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}));
    if (!file) return 0;
    std::uint64_t bytes = 0;
    for (std::int64_t i = 0; i < gguf_get_n_tensors(file.get()); ++i) {
        bytes += gguf_get_tensor_size(file.get(), i);
    }
    return bytes;
}

bool can_hold(ggml_backend_dev_t device, std::uint64_t bytes) {
    auto* type = ggml_backend_dev_buffer_type(device);
    const std::uint64_t largest = ggml_backend_buft_get_max_size(type);
    std::vector<ggml_backend_buffer_ptr> buffers;
    while (bytes > 0) {
        const auto part = std::min(bytes, largest);
        buffers.emplace_back(ggml_backend_buft_alloc_buffer(type, part));
        if (!buffers.back()) return false;
        bytes -= part;
    }
    return true;
}

DeviceBytes memory_taken(const llama_context* context) {
    DeviceBytes bytes;
    for (const auto& [type, parts] : llama_get_memory_breakdown(context)) {
        bytes[gpu_of(type)] += parts.model + parts.context + parts.compute;
    }
    return bytes;
}

std::optional<std::uint64_t> free_memory(ggml_backend_dev_t device) {
    std::size_t free = 0;
    std::size_t total = 0;
    ggml_backend_dev_memory(device, &free, &total);
    if (total == 0) return std::nullopt;
    return free;
}

}  // namespace perhaps
