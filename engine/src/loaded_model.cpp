#include "loaded_model.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "device_lookup.hpp"
#include "engine_log.hpp"
#include "file_name.hpp"
#include "perhaps/errors.hpp"
#include "perhaps/text_assembler.hpp"

namespace perhaps {
namespace {

constexpr int default_context = 4096;    // tokens
constexpr unsigned most_sequences = 16;  // answers at once, and idle prefixes
constexpr int smallest_batch = 512;      // tokens; also the longest unit of text prefill

bool on_progress(float fraction, void* monitor) {
    return static_cast<LoadMonitor*>(monitor)->advance(LoadStage::model, fraction);
}

bool on_abort_check(void* stop) {
    return static_cast<const StopSignal*>(stop)->requested();
}

int thread_count(const LoadOptions& options) {
    return options.threads > 0 ? options.threads : physical_cores();
}

llama_model_ptr load_language_model(const std::string& path, const LoadOptions& options,
                                    LoadMonitor& monitor) {
    auto* device = resolve_device(options.device);
    // A list that names no device keeps everything on the CPU; no list takes all GPUs.
    ggml_backend_dev_t devices[] = {device, nullptr};
    auto params = llama_model_default_params();
    params.devices = options.device == "auto" ? nullptr : devices;
    params.n_gpu_layers = device == nullptr ? 0 : options.gpu_layers;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = &monitor;

    forget_errors();
    llama_model_ptr model(llama_model_load_from_file(path.c_str(), params));
    if (monitor.cancel_flag().load()) throw LoadCancelledError("Loading was stopped.");
    if (!model) {
        throw ModelError("The model '" + file_name(path) + "' cannot be loaded (" +
                         remembered_errors() + "); download it again or choose another one.");
    }
    if (llama_model_has_encoder(model.get()) || !llama_model_has_decoder(model.get())) {
        throw ModelError("The model '" + file_name(path) +
                         "' is no chat model (it does not only decode); choose another one.");
    }
    return model;
}

int context_size(const llama_model* model, const LoadOptions& options) {
    const int trained = llama_model_n_ctx_train(model);
    const int limit = trained > 0 ? trained : default_context;
    return options.context_size > 0 ? std::min(options.context_size, limit)
                                    : std::min(default_context, limit);
}

llama_context_ptr make_context(llama_model* model, const LoadOptions& options, int batch,
                               const StopSignal& stop) {
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
    if (options.flash_attention.has_value()) {
        params.flash_attn_type = *options.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED
                                                          : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    }
    params.no_perf = true;
    params.swa_full = true;
    params.abort_callback = on_abort_check;  // heeded by the CPU and Metal backends only
    params.abort_callback_data = const_cast<StopSignal*>(&stop);

    forget_errors();
    llama_context_ptr context(llama_init_from_model(model, params));
    if (!context) {
        throw ModelError("A context of " + std::to_string(params.n_ctx) +
                         " tokens cannot be made (" + remembered_errors() +
                         "); choose a smaller context or another device.");
    }
    return context;
}

void warm_up_language(LoadedModel& loaded, const LoadMonitor& monitor) {
    auto bos = llama_vocab_bos(loaded.vocab());
    if (bos == LLAMA_TOKEN_NULL) bos = 0;
    const auto status = llama_decode(loaded.context.get(), llama_batch_get_one(&bos, 1));
    llama_synchronize(loaded.context.get());
    llama_memory_clear(llama_get_memory(loaded.context.get()), true);
    if (monitor.cancel_flag().load()) throw LoadCancelledError("Loading was stopped.");
    if (status != 0) {
        throw ComputeError("The model '" + loaded.info.name + "' does not run (llama.cpp says " +
                           std::to_string(status) + "); try the CPU.");
    }
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

// Layers are placed from the last one on; the output layer counts as one.
DevicePlacement language_placement(const llama_model* model, const LoadOptions& options) {
    auto* device = resolve_device(options.device);
    const int total = llama_model_n_layer(model) + 1;
    const int offloaded = options.gpu_layers < 0 ? total : std::min(options.gpu_layers, total);
    if (device != nullptr && offloaded == 0) device = nullptr;
    return {.device = device_name(device),
            .backend = backend_name(device),
            .on_device = device == nullptr ? total : offloaded,
            .total = total};
}

void describe(LoadedModel& loaded, const LoadOptions& options) {
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
    info.language = language_placement(model, options);
}

}  // namespace

LoadedModel load_model(const std::string& model_path, const std::string& projector_path,
                       const LoadOptions& options, const StopSignal& stop, LoadMonitor& monitor) {
    const auto start = std::chrono::steady_clock::now();
    LoadedModel loaded;
    loaded.model = load_language_model(model_path, options, monitor);
    if (!projector_path.empty()) {
        loaded.vision = std::make_unique<VisionEncoder>(projector_path, loaded.model.get(), options,
                                                        thread_count(options), stop, monitor);
    }
    monitor.advance(LoadStage::warm_up, 0.0F);
    const int batch =
        std::max(smallest_batch, loaded.vision ? loaded.vision->indivisible_tokens() : 0);
    loaded.context = make_context(loaded.model.get(), options, batch, stop);
    describe(loaded, options);
    warm_up_language(loaded, monitor);
    if (!monitor.advance(LoadStage::warm_up, 0.5F))
        throw LoadCancelledError("Loading was stopped.");
    if (loaded.vision) loaded.info.vision = loaded.vision->warm_up();
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
