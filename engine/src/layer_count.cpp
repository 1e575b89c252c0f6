#include "layer_count.hpp"

#include <cstdlib>
#include <map>
#include <set>
#include <string_view>

#include "device_guard.hpp"
#include "engine_log.hpp"
#include "llama-cpp.h"
#include "operation_count.hpp"

namespace perhaps {
namespace {

constexpr int output_layer = -1;
constexpr unsigned small_context = 256;  // tokens, the least that llama.cpp rounds to
constexpr unsigned small_batch = 32;

using LayerDevices = std::map<int, std::set<ggml_backend_dev_t>>;

// Operations of a layer are named like "ffn_out-12"; others belong to no layer.
void note_layer(LayerDevices& layers, const ggml_tensor* tensor) {
    const std::string_view name(tensor->name);
    if (name == "result_output") layers[output_layer].insert(device_of(tensor));
    const auto dash = name.rfind('-');
    if (dash == std::string_view::npos || dash + 1 == name.size()) return;
    char* end = nullptr;
    const auto layer = std::strtol(name.data() + dash + 1, &end, 10);
    if (*end == '\0') layers[static_cast<int>(layer)].insert(device_of(tensor));
}

bool on_operation(ggml_tensor* tensor, bool ask, void* layers) {
    if (ask && computes(tensor)) note_layer(*static_cast<LayerDevices*>(layers), tensor);
    return !ask;  // nothing to see afterwards, so all of a split runs at once
}

}  // namespace

DevicePlacement count_layers(llama_model* model, llama_context_params params) {
    LayerDevices layers;
    params.n_ctx = small_context;
    params.n_batch = params.n_ubatch = small_batch;
    params.n_seq_max = params.n_outputs_max = 1;
    params.cb_eval = on_operation;
    params.cb_eval_user_data = &layers;
    forget_errors();
    const llama_context_ptr context(llama_init_from_model(model, params));
    auto token = llama_vocab_bos(llama_model_get_vocab(model));
    if (token == LLAMA_TOKEN_NULL) token = 0;
    const bool decoded = context && on_device([&] {
                             const auto batch = llama_batch_get_one(&token, 1);
                             const auto code = llama_decode(context.get(), batch);
                             llama_synchronize(context.get());
                             return code == 0;
                         });
    if (!decoded) throw_device_failure(remembered_errors());
    OperationCount count;
    for (const auto& [layer, devices] : layers) {
        // What is spread over two devices is on neither: the CPU slows all of it down.
        ++count[devices.size() == 1 ? *devices.begin() : nullptr];
    }
    return summarise(count);
}

}  // namespace perhaps
