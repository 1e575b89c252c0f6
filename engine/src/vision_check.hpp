// Whether a GPU computes the same embeddings as the CPU.
#pragma once

#include <string>

#include "vision.hpp"

namespace perhaps {

// The cosine between the embeddings of a built-in picture by `encoder` and by a second encoder on
// the CPU, made for this alone: 1 where they agree. Throws as VisionEncoder does.
double compare_with_cpu(VisionEncoder& encoder, const std::string& projector_path,
                        const llama_model* model, const LoadOptions& options,
                        const StopSignal& stop, LoadMonitor& monitor);

}  // namespace perhaps
