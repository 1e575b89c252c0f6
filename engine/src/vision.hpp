// Stage 4: image chunk → embeddings.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "llama.h"
#include "load_monitor.hpp"
#include "mtmd.h"
#include "operation_count.hpp"
#include "perhaps/types.hpp"
#include "stop_signal.hpp"

namespace perhaps {

class VisionEncoder {
  public:
    // A null device stands for the CPU. Throws PairError, ModelError, DeviceError and
    // LoadCancelledError. `stop` is asked while encoding.
    VisionEncoder(const std::string& projector_path, const llama_model* model,
                  const LoadOptions& options, ggml_backend_dev_t device, const StopSignal& stop,
                  LoadMonitor& monitor);
    VisionEncoder(const VisionEncoder&) = delete;
    VisionEncoder& operator=(const VisionEncoder&) = delete;

    // Encodes a grey picture for real, so that the first one of a person is not slow, and counts
    // where its operations run. Throws ComputeError.
    DevicePlacement warm_up();

    // Gives [tokens, n_embd_inp] floats that stay valid until the next call, or nothing where a
    // stop was requested meanwhile. Throws ComputeError.
    std::span<float> encode(const mtmd_input_chunk* chunk);

    // The cells and pieces of a picture of this size, without its pixels. Any thread.
    PictureCost cost(int width, int height) const;

    // Tokens that must be computed in one piece because the model looks at a whole picture at
    // once; 0 for the causal majority.
    int indivisible_tokens() const;

    mtmd_context* context() const { return context_.get(); }

  private:
    // Called by the scheduler of ggml before (ask) and after operations.
    static bool on_operation(ggml_tensor* tensor, bool ask, void* self);
    void count(const ggml_tensor* tensor);

    const StopSignal& stop_;
    std::size_t embedding_width_;
    bool counting_ = false;
    unsigned asked_ = 0;
    OperationCount operations_;
    mtmd::context_ptr context_;
};

// Tokenizes one picture alone; without pixels it can only be counted.
mtmd::input_chunks_ptr tokenize_picture(mtmd_context* context, const mtmd::bitmap& bitmap);

}  // namespace perhaps
