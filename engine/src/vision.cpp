#include "vision.hpp"

#include <algorithm>
#include <vector>

#include "device_guard.hpp"
#include "engine_log.hpp"
#include "file_name.hpp"
#include "load_parameters.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

// A stop is seen after so many operations of the encoder; each pause costs one synchronisation.
constexpr unsigned operations_between_stops = 48;
constexpr unsigned largest_picture = 2048;  // pixels a side, the bound of perhaps.imaging

bool on_progress(float fraction, void* monitor) {
    return static_cast<LoadMonitor*>(monitor)->advance(fraction);
}

[[noreturn]] void throw_load_failure(const std::string& path, const LoadMonitor& monitor) {
    if (monitor.cancel_flag().load()) throw LoadCancelledError("Loading was stopped.");
    const std::string errors = remembered_errors();
    if (is_out_of_memory(errors)) {
        throw DeviceError("The projector '" + file_name(path) + "' does not fit into the memory (" +
                          errors + "); close other programs, or choose the CPU for vision.");
    }
    if (errors.find("mismatch between text model") != std::string::npos) {
        throw PairError("The projector '" + file_name(path) +
                        "' was made for another model (its output has another width); choose "
                        "the projector that came with this model.");
    }
    throw ModelError("The projector '" + file_name(path) + "' cannot be loaded (" + errors +
                     "); download it again or choose another one.");
}

}  // namespace

VisionEncoder::VisionEncoder(const std::string& projector_path, const llama_model* model,
                             const LoadOptions& options, ggml_backend_dev_t device,
                             const StopSignal& stop, LoadMonitor& monitor)
    : stop_(stop), embedding_width_(static_cast<std::size_t>(llama_model_n_embd_inp(model))) {
    auto params = projector_parameters(options, device);
    params.cb_eval = on_operation;
    params.cb_eval_user_data = this;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = &monitor;

    forget_errors();
    context_.reset(mtmd_init_from_file(projector_path.c_str(), model, params));
    if (!context_) throw_load_failure(projector_path, monitor);
    if (!mtmd_support_vision(context_.get())) {
        throw PairError("The projector '" + file_name(projector_path) +
                        "' is for sound, not for pictures; choose a vision projector (mmproj).");
    }
}

DevicePlacement VisionEncoder::warm_up() {
    constexpr unsigned side = 336;
    const std::vector<unsigned char> grey(std::size_t{side} * side * 3, 128);
    const mtmd::input_chunks chunks(
        tokenize_picture(context_.get(), mtmd::bitmap(side, side, grey.data())).release());
    operations_.clear();
    counting_ = true;
    for (std::size_t i = 0; i < chunks.size() && operations_.empty(); ++i) {
        if (mtmd_input_chunk_get_type(chunks[i]) == MTMD_INPUT_CHUNK_TYPE_IMAGE) encode(chunks[i]);
    }
    counting_ = false;
    return summarise(operations_);
}

std::span<float> VisionEncoder::encode(const mtmd_input_chunk* chunk) {
    forget_errors();
    const auto status = mtmd_encode_chunk(context_.get(), chunk);
    // A stop breaks off the graph in the middle and still reports success.
    if (stop_.requested()) return {};
    if (status != 0) {
        const auto errors = remembered_errors();
        if (is_out_of_memory(errors)) {
            throw DeviceError("There is too little memory to encode this picture (" + errors +
                              "); choose a smaller picture, or the CPU for vision.");
        }
        if (is_device_lost(errors)) throw_device_failure(errors);
        throw ComputeError("The picture could not be encoded (" + errors +
                           "); try a smaller picture or the CPU.");
    }
    const auto tokens = mtmd_input_chunk_get_n_tokens(chunk);
    return {mtmd_get_output_embd(context_.get()), tokens * embedding_width_};
}

PictureCost VisionEncoder::cost(int width, int height) const {
    const mtmd::bitmap placeholder(static_cast<unsigned>(width), static_cast<unsigned>(height),
                                   nullptr);
    const mtmd::input_chunks chunks(tokenize_picture(context_.get(), placeholder).release());
    PictureCost cost;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        cost.tokens += static_cast<int>(mtmd_input_chunk_get_n_tokens(chunks[i]));
        cost.tiles += mtmd_input_chunk_get_type(chunks[i]) == MTMD_INPUT_CHUNK_TYPE_IMAGE ? 1 : 0;
    }
    return cost;
}

int VisionEncoder::indivisible_tokens() const {
    const mtmd::bitmap placeholder(largest_picture, largest_picture, nullptr);
    const mtmd::input_chunks chunks(tokenize_picture(context_.get(), placeholder).release());
    int tokens = 0;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (mtmd_input_chunk_get_type(chunks[i]) != MTMD_INPUT_CHUNK_TYPE_IMAGE) continue;
        if (!mtmd_decode_use_non_causal(context_.get(), chunks[i])) continue;
        tokens = std::max(tokens, static_cast<int>(mtmd_input_chunk_get_n_tokens(chunks[i])));
    }
    return tokens;
}

bool VisionEncoder::on_operation(ggml_tensor* tensor, bool ask, void* self) {
    auto& encoder = *static_cast<VisionEncoder*>(self);
    if (!ask) return !encoder.stop_.requested();
    if (encoder.counting_) encoder.count(tensor);
    return ++encoder.asked_ % operations_between_stops == 0;
}

void VisionEncoder::count(const ggml_tensor* tensor) {
    if (computes(tensor)) ++operations_[device_of(tensor)];
}

mtmd::input_chunks_ptr tokenize_picture(mtmd_context* context, const mtmd::bitmap& bitmap) {
    mtmd::input_chunks_ptr chunks(mtmd_input_chunks_init());
    const mtmd_input_part part{nullptr, bitmap.ptr.get()};
    const mtmd_input_part* parts[] = {&part};
    forget_errors();
    if (mtmd_tokenize_from_parts(context, chunks.get(), parts, 1, false) != 0) {
        throw ImageError("The model cannot take a picture of " + std::to_string(bitmap.nx()) +
                         " × " + std::to_string(bitmap.ny()) + " pixels (" + remembered_errors() +
                         "); crop or resize it.");
    }
    return chunks;
}

}  // namespace perhaps
