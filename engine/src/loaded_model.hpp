// Everything native of one pair, owned by the compute thread.
#pragma once

#include <memory>
#include <string>

#include "llama-cpp.h"
#include "load_monitor.hpp"
#include "perhaps/types.hpp"
#include "stop_signal.hpp"
#include "vision.hpp"

namespace perhaps {

struct LoadedModel {
    // Members are destroyed in reverse: the context and the encoder use the model.
    llama_model_ptr model;
    std::unique_ptr<VisionEncoder> vision;  // null where it has no projector
    llama_context_ptr context;
    ModelInfo info;

    const llama_vocab* vocab() const { return llama_model_get_vocab(model.get()); }
    int batch_size() const { return static_cast<int>(llama_n_batch(context.get())); }
};

// Loads, makes the context and warms up. `stop` is asked by native callbacks as long as the
// model lives. Throws ModelError, PairError, RequestError, LoadCancelledError, ComputeError.
LoadedModel load_model(const std::string& model_path, const std::string& projector_path,
                       const LoadOptions& options, const StopSignal& stop, LoadMonitor& monitor);

// The bytes of a token. Control tokens have bytes only where `with_control`.
std::string piece_of(const llama_vocab* vocab, TokenId id, bool with_control);

}  // namespace perhaps
