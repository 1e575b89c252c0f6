// Where the layers of a language model really run.
#pragma once

#include "llama.h"
#include "perhaps/types.hpp"

namespace perhaps {

// Decodes one token in a small context of its own and looks at the device of every operation. A
// layer counts where all of its operations ran, the output as one layer more. Throws DeviceError
// where the token cannot be decoded.
DevicePlacement count_layers(llama_model* model, llama_context_params params);

}  // namespace perhaps
