#include "load_parameters.hpp"

#include <algorithm>

#include "device_lookup.hpp"

namespace perhaps {
namespace {

constexpr int default_context = 4096;    // tokens
constexpr unsigned most_sequences = 16;  // answers at once, and idle prefixes

int context_size(const llama_model* model, const LoadOptions& options) {
    const int trained = llama_model_n_ctx_train(model);
    const int limit = trained > 0 ? trained : default_context;
    return options.context_size > 0 ? std::min(options.context_size, limit)
                                    : std::min(default_context, limit);
}

int thread_count(const LoadOptions& options) {
    return options.threads > 0 ? options.threads : physical_cores();
}

llama_flash_attn_type flash_attention(const LoadOptions& options) {
    if (!options.flash_attention.has_value()) return LLAMA_FLASH_ATTN_TYPE_AUTO;
    return *options.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED
                                    : LLAMA_FLASH_ATTN_TYPE_DISABLED;
}

}  // namespace

ModelParameters::ModelParameters(const LayerPlan& plan)
    : params(llama_model_default_params()), devices_(plan.gpus), split_(plan.split) {
    // A list that names no device keeps everything on the CPU; no list would take all GPUs.
    devices_.push_back(nullptr);
    params.devices = devices_.data();
    params.n_gpu_layers = plan.gpus.empty() ? 0 : plan.layers;
    if (split_.empty()) return;
    split_.resize(llama_max_devices(), 0.0F);
    params.tensor_split = split_.data();
}

mtmd_context_params projector_parameters(const LoadOptions& options, ggml_backend_dev_t device) {
    auto params = mtmd_context_params_default();
    params.use_gpu = device != nullptr;
    params.device = device;
    params.print_timings = false;
    params.n_threads = thread_count(options);
    params.warmup = false;  // we warm up by ourselves, for real
    params.flash_attn_type = flash_attention(options);
    return params;
}

llama_context_params context_parameters(const llama_model* model, const LoadOptions& options,
                                        int batch) {
    auto params = llama_context_default_params();
    params.n_ctx = static_cast<unsigned>(context_size(model, options));
    // A picture of a non-causal model cannot be split, so batch and ubatch must hold it.
    params.n_batch = static_cast<unsigned>(batch);
    params.n_ubatch = static_cast<unsigned>(batch);
    params.n_seq_max = most_sequences;
    params.kv_unified = true;
    // The default reserves logits for a whole ubatch: 537 MB at 512 tokens × 262 144 entries.
    params.n_outputs_max = most_sequences;
    params.n_threads = thread_count(options);
    params.n_threads_batch = thread_count(options);
    params.flash_attn_type = flash_attention(options);
    params.no_perf = true;
    params.swa_full = true;
    return params;
}

}  // namespace perhaps
