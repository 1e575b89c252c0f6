// What LoadOptions mean to llama.cpp.
#pragma once

#include <vector>

#include "llama.h"
#include "mtmd.h"
#include "perhaps/types.hpp"

namespace perhaps {

constexpr int smallest_batch = 512;  // tokens; also the longest unit of text prefill

// Where the layers of a language model go.
struct LayerPlan {
    std::vector<ggml_backend_dev_t> gpus;  // none for the CPU
    std::vector<float> split;              // a share for each of them; empty leaves it to llama.cpp
    int layers = -1;                       // on them, the last ones first; -1 for all
};

// Parameters of llama.cpp that point into themselves.
class ModelParameters {
  public:
    explicit ModelParameters(const LayerPlan& plan);
    ModelParameters(const ModelParameters&) = delete;
    ModelParameters& operator=(const ModelParameters&) = delete;

    llama_model_params params;

  private:
    std::vector<ggml_backend_dev_t> devices_;  // null at the end
    std::vector<float> split_;                 // [llama_max_devices]
};

// A null device stands for the CPU.
mtmd_context_params projector_parameters(const LoadOptions& options, ggml_backend_dev_t device);

// `batch`: tokens that are computed at once.
llama_context_params context_parameters(const llama_model* model, const LoadOptions& options,
                                        int batch);

}  // namespace perhaps
