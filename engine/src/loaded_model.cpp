#include "loaded_model.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "device_guard.hpp"
#include "device_lookup.hpp"
#include "engine_log.hpp"
#include "file_name.hpp"
#include "layer_count.hpp"
#include "perhaps/errors.hpp"
#include "perhaps/text_assembler.hpp"
#include "placement_plan.hpp"
#include "vision_check.hpp"

namespace perhaps {
namespace {

bool on_progress(float fraction, void* monitor) {
    return static_cast<LoadMonitor*>(monitor)->advance(fraction);
}

bool on_abort_check(void* stop) {
    return static_cast<const StopSignal*>(stop)->requested();
}

llama_model_ptr load_language_model(const std::string& path, const LayerPlan& plan,
                                    LoadMonitor& monitor) {
    ModelParameters parameters(plan);
    auto& params = parameters.params;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = &monitor;
    // Weights are repacked for the processor, and a mapped file would stay in memory beside them.
    params.load_mode = LLAMA_LOAD_MODE_NONE;

    forget_errors();
    llama_model_ptr model(llama_model_load_from_file(path.c_str(), params));
    if (monitor.cancel_flag().load()) throw LoadCancelledError("Loading was stopped.");
    if (!model) {
        const auto errors = remembered_errors();
        if (is_out_of_memory(errors)) {
            throw DeviceError("The model '" + file_name(path) + "' does not fit into the memory (" +
                              errors +
                              "); put fewer of its layers on the GPU, or load it on the "
                              "CPU.");
        }
        throw ModelError("The model '" + file_name(path) + "' cannot be loaded (" + errors +
                         "); download it again or choose another one.");
    }
    if (llama_model_has_encoder(model.get()) || !llama_model_has_decoder(model.get())) {
        throw ModelError("The model '" + file_name(path) +
                         "' is no chat model (it does not only decode); choose another one.");
    }
    return model;
}

llama_context_ptr make_context(llama_model* model, const LoadOptions& options, int batch,
                               const StopSignal& stop) {
    auto params = context_parameters(model, options, batch);
    params.abort_callback = on_abort_check;  // heeded by the CPU and Metal backends only
    params.abort_callback_data = const_cast<StopSignal*>(&stop);

    forget_errors();
    llama_context_ptr context(llama_init_from_model(model, params));
    if (!context) {
        throw DeviceError("A context of " + std::to_string(params.n_ctx) +
                          " tokens cannot be made (" + remembered_errors() +
                          "); choose a smaller context or load the model on the CPU.");
    }
    return context;
}

void warm_up_language(LoadedModel& loaded, const LoadMonitor& monitor) {
    auto bos = llama_vocab_bos(loaded.vocab());
    if (bos == LLAMA_TOKEN_NULL) bos = 0;
    const auto status = on_device([&] {
        const auto code = llama_decode(loaded.context.get(), llama_batch_get_one(&bos, 1));
        llama_synchronize(loaded.context.get());
        return code;
    });
    llama_memory_clear(llama_get_memory(loaded.context.get()), true);
    if (monitor.cancel_flag().load()) throw LoadCancelledError("Loading was stopped.");
    if (status != 0) {
        throw ComputeError("The model '" + loaded.info.name + "' does not run (llama.cpp says " +
                           std::to_string(status) + "); try the CPU.");
    }
}

// Operations that went to the CPU though the plan was otherwise could not go elsewhere.
PlacementReason reason_for(const DevicePlacement& found, PlacementReason planned) {
    const bool spread =
        found.shares.size() > 1 && found.shares.back().device == device_name(nullptr);
    return planned == PlacementReason::best && spread ? PlacementReason::unsupported : planned;
}

void warm_up_vision(LoadedModel& loaded, const PlacementPlan& plan) {
    auto placement = loaded.vision->warm_up();
    placement.reason = reason_for(placement, plan.vision_reason);
    loaded.info.vision = std::move(placement);
}

std::string metadata(const llama_model* model, const char* key) {
    std::vector<char> buffer(256);
    const auto length = llama_model_meta_val_str(model, key, buffer.data(), buffer.size());
    return length > 0 ? valid_utf8(buffer.data()) : std::string{};
}

std::string chat_template(const llama_model* model) {
    const char* text = llama_model_chat_template(model, nullptr);
    return text != nullptr ? text : "";
}

// What llama.cpp was not allowed to place anywhere else needs no proof.
DevicePlacement on_cpu(const llama_model* model) {
    const int layers = llama_model_n_layer(model) + 1;  // the output counts as one
    const auto name = device_name(nullptr);
    return {.device = name,
            .backend = backend_name(nullptr),
            .on_device = layers,
            .total = layers,
            .shares = {{.device = name, .units = layers}}};
}

DevicePlacement language_placement(llama_model* model, const LoadOptions& options,
                                   const PlacementPlan& plan) {
    auto placement = plan.language.gpus.empty()
                         ? on_cpu(model)
                         : count_layers(model, context_parameters(model, options, smallest_batch));
    placement.reason = reason_for(placement, plan.language_reason);
    return placement;
}

std::vector<MemoryUse> memory_use(const llama_context* context, const PlacementPlan& plan) {
    auto taken = memory_taken(context);
    for (const auto& [device, size] : plan.vision_bytes) taken[device] += size;
    auto memory = plan.memory;
    memory.push_back({.device = device_name(nullptr)});
    for (auto& use : memory) {
        for (const auto& [device, size] : taken) {
            if (device_name(device) == use.device) use.taken = size;
        }
    }
    return memory;
}

std::vector<std::string> gpu_names() {
    std::vector<std::string> names;
    for (auto* device : find_gpus()) names.push_back(device_name(device));
    return names;
}

void describe(LoadedModel& loaded, const PlacementPlan& plan) {
    const auto* model = loaded.model.get();
    const auto* vocab = loaded.vocab();
    auto& info = loaded.info;
    info.name = metadata(model, "general.name");
    info.architecture = metadata(model, "general.architecture");
    info.parameters = llama_model_n_params(model);
    info.size_bytes = llama_model_size(model);
    info.context_size = static_cast<int>(llama_n_ctx(loaded.context.get()));
    info.trained_context = llama_model_n_ctx_train(model);
    info.vocabulary_size = llama_vocab_n_tokens(vocab);
    info.sees = loaded.vision != nullptr;
    info.chat_template = chat_template(model);
    info.bos_text = piece_of(vocab, llama_vocab_bos(vocab), true);
    info.eos_text = piece_of(vocab, llama_vocab_eos(vocab), true);
    info.gpus = gpu_names();
    info.memory = memory_use(loaded.context.get(), plan);
}

}  // namespace

LoadedModel load_model(const std::string& model_path, const std::string& projector_path,
                       const LoadOptions& options, const StopSignal& stop, LoadMonitor& monitor) {
    const auto start = std::chrono::steady_clock::now();
    const auto plan = plan_placement(model_path, projector_path, options);
    LoadedModel loaded;
    monitor.advance(LoadStage::model, 0.0F);
    loaded.model = load_language_model(model_path, plan.language, monitor);
    if (!projector_path.empty()) {
        monitor.advance(LoadStage::projector, 0.0F);
        loaded.vision = std::make_unique<VisionEncoder>(projector_path, loaded.model.get(), options,
                                                        plan.vision, stop, monitor);
    }
    monitor.advance(LoadStage::warm_up, 0.0F);
    loaded.info.language = language_placement(loaded.model.get(), options, plan);
    const int batch =
        std::max(smallest_batch, loaded.vision ? loaded.vision->indivisible_tokens() : 0);
    loaded.context = make_context(loaded.model.get(), options, batch, stop);
    describe(loaded, plan);
    warm_up_language(loaded, monitor);
    if (!monitor.advance(LoadStage::warm_up, 0.5F))
        throw LoadCancelledError("Loading was stopped.");
    if (loaded.vision) warm_up_vision(loaded, plan);
    if (options.compare_vision && plan.vision != nullptr) {
        monitor.advance(LoadStage::comparison, 0.0F);
        loaded.info.vision_similarity = compare_with_cpu(
            *loaded.vision, projector_path, loaded.model.get(), options, stop, monitor);
    }
    if (!monitor.advance(LoadStage::warm_up, 1.0F))
        throw LoadCancelledError("Loading was stopped.");
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    loaded.info.load_ms = elapsed.count();
    return loaded;
}

std::string piece_of(const llama_vocab* vocab, TokenId id, bool with_control) {
    if (id == LLAMA_TOKEN_NULL) return {};
    std::string piece(32, '\0');
    auto length = llama_token_to_piece(vocab, id, piece.data(),
                                       static_cast<std::int32_t>(piece.size()), 0, with_control);
    if (length < 0) {  // minus what it takes
        piece.resize(static_cast<std::size_t>(-length));
        length = llama_token_to_piece(vocab, id, piece.data(), -length, 0, with_control);
    }
    piece.resize(static_cast<std::size_t>(std::max(length, 0)));
    return piece;
}

}  // namespace perhaps
